"""Is the NHS front end what was taken, and does it stay on this machine?"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.core.management import call_command

from candela.web.jinja import TEMPLATES

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "src" / "candela" / "web" / "static"
VENDORED = STATIC / "nhsuk"
MANIFEST = json.loads((VENDORED / "manifest.json").read_text(encoding="utf-8"))
# A name for a format of drawings, which nobody fetches.
NAMES_ONLY = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink")
FONTS = {".woff", ".woff2", ".ttf", ".otf", ".eot"}


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """``scripts/vendor-front-end`` as a module."""
    path = str(ROOT / "scripts" / "vendor-front-end")
    loader = SourceFileLoader("vendor_front_end", path)
    spec = spec_from_loader("vendor_front_end", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def served() -> Iterator[Path]:
    return (p for p in sorted(STATIC.rglob("*")) if p.is_file())


def test_every_vendored_file_has_the_hash_of_the_manifest_and_there_are_no_others() -> (
    None
):
    found = {
        path.relative_to(VENDORED).as_posix(): hashlib.sha256(
            path.read_bytes()
        ).hexdigest()
        for path in VENDORED.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert found == MANIFEST["files"]


def test_the_manifest_is_of_the_version_that_the_script_takes(
    script: ModuleType,
) -> None:
    assert MANIFEST["version"] == script.VERSION
    assert MANIFEST["package_sha256"] == script.SHA256
    style = (VENDORED / script.STYLE).read_text(encoding="utf-8")
    assert f'--nhsuk-frontend-version:"{script.VERSION}"' in style


def test_nothing_served_names_another_machine_or_a_source_map() -> None:
    for path in served():
        text = path.read_text(encoding="utf-8")
        for name in NAMES_ONLY:
            text = text.replace(name, "")
        assert re.findall(r"(?:https?:)?//[\w.-]+\.\w+", text) == [], path.name
        assert "sourceMappingURL" not in text, path.name


def test_no_font_is_served_and_none_is_asked_for() -> None:
    assert [p for p in served() if p.suffix in FONTS] == []
    for path in served():
        text = path.read_text(encoding="utf-8")
        assert "@font-face" not in text
        assert "Frutiger" not in text


def test_what_the_style_asks_for_is_there(script: ModuleType) -> None:
    style = (VENDORED / script.STYLE).read_text(encoding="utf-8")
    asked = set(script.addresses(style))
    assert len(asked) == 4
    assert [a for a in asked if not (VENDORED / a).is_file()] == []


def test_no_picture_and_no_template_of_ours_shows_the_logo() -> None:
    pictures = [p.name for p in VENDORED.rglob("*") if p.suffix in {".svg", ".png"}]
    assert [p for p in pictures if "arrow" not in p and "cross" not in p] == []
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "nhsuk-header__logo" not in text
        assert "components/header/" not in text
        assert "nhsuk/template.jinja" not in text


def test_the_licence_stands_beside_the_files() -> None:
    text = (VENDORED / "LICENCE.txt").read_text(encoding="utf-8")
    assert "MIT License" in text
    assert "Copyright (c) 2019 NHS.UK" in text
    assert MANIFEST["version"] in text


def test_the_licensed_font_is_taken_out_of_a_style(script: ModuleType) -> None:
    given = (
        "@font-face{font-family:Frutiger W01;src:url(https://fonts.example/a.woff2)}"
        "body{font-family:Frutiger W01,arial,sans-serif;"
        "background:url(/assets/images/nhsuk-icon-cross.svg)}\n"
        "/*# sourceMappingURL=a.css.map */"
    )
    assert script.tidied_style(given) == (
        "body{font-family:arial,sans-serif;"
        "background:url(assets/images/nhsuk-icon-cross.svg)}\n"
    )


@pytest.mark.parametrize(
    "style",
    [
        "a{background:url(https://pictures.example/a.svg)}",
        "a{background:url('//pictures.example/a.svg')}",
        '@import "http://styles.example/a.css";',
        "a{background:url(/elsewhere/a.svg)}",
        "a{font-family:Frutiger}",
    ],
)
def test_a_style_that_asks_for_anything_else_is_refused(
    script: ModuleType, style: str
) -> None:
    with pytest.raises(SystemExit):
        script.tidied_style(style)


def test_a_script_that_names_an_address_is_refused(script: ModuleType) -> None:
    assert script.tidied_script("a()\n//# sourceMappingURL=a.js.map") == "a()\n"
    with pytest.raises(SystemExit):
        script.tidied_script("fetch('https://elsewhere.example/')")


def test_a_package_with_other_contents_is_refused(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pack(command: list[str], *, cwd: Path, **how: object) -> None:
        assert command[:2] == ["npm", "pack"]
        (cwd / "nhsuk-frontend.tgz").write_bytes(b"something else")

    monkeypatch.setattr(script.subprocess, "run", pack)
    with pytest.raises(SystemExit, match="not used"):
        script.fetch(tmp_path)


def test_files_can_be_collected_with_hashes_in_their_names(
    tmp_path: Path, settings: Any
) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STATICFILES_DIRS = [STATIC]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {
            "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
        },
    }
    call_command("collectstatic", "--noinput", verbosity=0)
    (style,) = tmp_path.glob("nhsuk/nhsuk-frontend.min.????????????.css")
    asked = set(re.findall(r"url\(\"?([^)\"]+)", style.read_text(encoding="utf-8")))
    assert len(asked) == 4
    assert [a for a in asked if not (style.parent / a).is_file()] == []
    (start,) = tmp_path.glob("candela/start.????????????.js")
    imports = re.findall(r"from '([^']+)'", start.read_text(encoding="utf-8"))
    assert len(imports) == 2
    assert [i for i in imports if not (start.parent / i).is_file()] == []
