"""Do the documents say what the code does, all of it, and in the words we use?"""

from __future__ import annotations

import csv
import importlib.util
import math
import os
import re
import shutil
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import typer

from candela.association import shipped_protocol
from candela.build import BuildSettings, build_book
from candela.cli.main import app
from candela.errors import CandelaError
from candela.nation import NationDesign, make_nation, write_nation
from candela.publish.charts import Chart
from candela.sources import LAYOUTS, read_folder
from candela.stats.funnel import FUNNEL_METHODS
from candela.tables import MEASURES, ORGANISATION_MEASURES, Policy, Succession

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
TEMPLATES = [
    *sorted((ROOT / "src" / "candela" / "publish" / "templates").glob("*")),
    *sorted((ROOT / "src" / "candela" / "web" / "templates").rglob("*.*")),
]
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
WRITTEN_BY_HAND = [page for page in PAGES if REFERENCE not in page.parents]

# Words that people read as blame, as cause, or as a promise.
FORBIDDEN = (
    "outlier",
    "gaming",
    "failing",
    "underperform",
    "saves lives",
    "effect of research",
    "impact on mortality",
    "at risk",
    "return on investment",
)
# "League table" is for the one that has it in its name.
LEAGUE_TABLE = re.compile(
    r"(?<!NIHR )(?<!NIHR research activity )(?<!national )league tables?", re.IGNORECASE
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HIDDEN_PRECISION = 1e-3  # what a few hidden doses may move the ratio


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def prose(page: Path) -> str:
    """Return the page with every run of space as one: lines break anywhere."""
    return " ".join(text(page).split())


def block(page: str, language: str) -> str:
    """Return the one fenced block of this language in a how-to page."""
    found = re.findall(
        rf"^```{language}\n(.*?)^```", text(DOCS / "how-to" / page), re.M | re.S
    )
    assert len(found) == 1, f"{page} has {len(found)} blocks of {language}"
    return str(found[0])


@pytest.fixture(scope="session")
def generator() -> ModuleType:
    sys.path.insert(0, str(DOCS))
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.path.remove(str(DOCS))
    return module


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds ``demo/book``, as ``candela demo --out demo`` leaves it.

    The nation is small, and no pictures are drawn: they take most of the time.
    """
    place = tmp_path_factory.mktemp("demo")
    design = NationDesign(trusts=60, years=3, mergers=2, splits_without_share=1)
    nation = make_nation(design, np.random.default_rng(4))
    write_nation(nation, place / "demo" / "files")
    settings = BuildSettings(shipped_protocol("jonker_2018"), date(2026, 11, 23))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Chart, "svg", lambda self: "<svg></svg>")
        patch.setattr(Chart, "png", lambda self: b"")
        build_book(place / "demo" / "files", place / "demo" / "book", settings)
    return place


def test_every_generated_page_is_as_the_code_says(generator: ModuleType) -> None:
    assert generator.stale_pages() == [], "run: python docs/generate.py"


def test_the_check_names_a_stale_page_and_exits_1(
    generator: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shutil.copytree(REFERENCE, tmp_path / "reference")
    (tmp_path / "reference" / "errors.md").write_text("old", encoding="utf-8")
    monkeypatch.setattr(generator, "REFERENCE", tmp_path / "reference")
    assert generator.main(["--check"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "docs/reference/errors.md is stale: run python docs/generate.py"
    ]


def test_every_command_is_in_the_readme_and_the_reference() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    told = text(ROOT / "README.md"), text(REFERENCE / "commands.md")
    lacking = [name for name in commands for t in told if f"candela {name}" not in t]
    assert lacking == []


def test_every_option_of_a_command_is_in_the_reference() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    told = text(REFERENCE / "commands.md")
    options = {o for c in commands.values() for p in c.params for o in p.opts}
    assert {o for o in options if o.startswith("--") and f"`{o}`" not in told} <= {
        "--help"
    }


@pytest.mark.parametrize(
    "error",
    [e for e in CandelaError.__subclasses__() if e.__module__ == "candela.errors"],
)
def test_every_error_and_its_exit_code_is_in_the_reference(
    error: type[CandelaError],
) -> None:
    assert f"| `{error.__name__}` | {error.exit_code} |" in text(
        REFERENCE / "errors.md"
    )
    assert f"| {error.exit_code} |" in text(REFERENCE / "commands.md")


def test_every_key_of_a_shipped_protocol_is_explained() -> None:
    page = text(REFERENCE / "protocol.md")
    shipped = tomllib.loads(re.findall(r"```toml\n(.*?)```", page, re.S)[0])
    keys = set(flat(shipped, ""))
    assert "sensitivity.negative_control.reason" in keys
    assert [key for key in sorted(keys) if f"| `{key}` |" not in page] == []


def flat(table: dict[str, object], above: str) -> list[str]:
    """Return the keys of a protocol as ``section.key``."""
    found: list[str] = []
    for name, value in table.items():
        inside = value if isinstance(value, list) else [value]
        tables = [part for part in inside if isinstance(part, dict)]
        for part in tables:
            found += flat(part, f"{above}{name}.")
        if not tables:
            found.append(f"{above}{name}")
    return found


def test_every_measure_is_in_the_reference() -> None:
    told = text(REFERENCE / "measures.md")
    assert [name for name in MEASURES if f"| `{name}` |" not in told] == []


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_every_layout_is_explained_by_hand_and_listed(layout: object) -> None:
    name = f"`{layout.name}`"  # type: ignore[attr-defined]
    assert name in text(REFERENCE / "layouts.md")
    assert name in text(DOCS / "explanation" / "data-sources.md"), (
        f"say in docs/explanation/data-sources.md what is odd about {name}"
    )


def test_every_table_of_a_built_book_is_in_the_reference_with_its_columns(
    demo: Path,
) -> None:
    told = text(REFERENCE / "tables.md")
    files = sorted((demo / "demo" / "book").glob("*/*.csv"))
    assert len(files) > 10
    for file in files:
        start = told.index(f"### `{file.name}`")
        section = told[start : told.find("\n### ", start + 1)]
        columns = file.read_text(encoding="utf-8").split("\n", 1)[0].split(",")
        assert [c for c in columns if f"| `{c}` |" not in section] == [], file.name


def test_every_measure_in_a_book_is_in_the_reference(demo: Path) -> None:
    told = text(REFERENCE / "measures.md")
    book = demo / "demo" / "book" / "tables" / "participation.csv"
    with book.open(encoding="utf-8", newline="") as file:
        found = {row["measure"] for row in csv.DictReader(file)}
    plain = found & MEASURES.keys()
    assert len(plain) > 3
    for measure in sorted(found - plain):
        of = next(name for name in MEASURES if measure.endswith(f"_{name}"))
        assert f"`{measure.removesuffix(of)}MEASURE`" in told


@pytest.mark.parametrize("method", FUNNEL_METHODS)
def test_every_method_of_limits_is_explained(method: str) -> None:
    assert f"| `{method}` |" in text(DOCS / "explanation" / "funnels.md")


def test_the_python_example_runs_and_gives_the_published_ratio(
    demo: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(demo)
    names: dict[str, object] = {}
    exec(block("use-a-book-in-r-or-python.md", "python"), names)
    hidden, published = names["hidden"], names["published"]
    assert isinstance(hidden, int)
    assert isinstance(published, dict)
    tolerance = HIDDEN_PRECISION if hidden else 1e-8
    assert names["ratio"] == pytest.approx(published["value"], rel=tolerance)
    assert "candela.association.trust_level.associate" in capsys.readouterr().out


def test_the_r_example_gives_the_ratio_of_the_python_one(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("Rscript") is None and os.environ.get("CANDELA_REQUIRE_R") != "1":
        pytest.skip("R is not installed; CANDELA_REQUIRE_R=1 makes this a failure")
    monkeypatch.chdir(demo)
    names: dict[str, object] = {}
    exec(block("use-a-book-in-r-or-python.md", "python"), names)
    script = block("use-a-book-in-r-or-python.md", "r")
    done = subprocess.run(
        ["Rscript", "--vanilla", "-e", script],
        capture_output=True,
        text=True,
        check=True,
    )
    # R prints six decimals.
    assert float(done.stdout) == pytest.approx(names["ratio"], abs=0.6e-6)


def test_the_example_activity_file_is_read_as_the_page_says(tmp_path: Path) -> None:
    example = block("write-an-activity-file.md", "csv")
    (tmp_path / "mine.csv").write_text(example, encoding="utf-8")
    folder = read_folder(tmp_path)
    assert folder.problems == ()
    table = folder.table(ORGANISATION_MEASURES)
    found = [
        (code, measure, status, None if math.isnan(value) else value)
        for code, measure, status, value in table.keys(
            "org_code", "measure", "value_status", "value"
        )
    ]
    assert found[-3:] == [
        ("ZB2", "participants_interventional", "ok", 0.0),
        ("ZB2", "participants_recruited", "suppressed", None),
        ("ZB2", "participants_interventional", "missing", None),
    ]


def test_the_example_of_shares_divides_a_split_as_the_page_says(tmp_path: Path) -> None:
    example = block("follow-mergers.md", "csv")
    (tmp_path / "mine.csv").write_text(example, encoding="utf-8")
    folder = read_folder(tmp_path)
    assert folder.problems == ()
    (_, table), *_ = folder.kept
    standing = Succession.from_table(table).standing(
        "ZA1", since=date(2017, 4, 1), at=date(2020, 4, 1)
    )
    assert standing == (("ZB2", 0.6), ("ZC3", 0.4))


def test_every_policy_told_can_be_written() -> None:
    told = re.findall(
        r"^\| `([^`]+)` \|", text(DOCS / "how-to/follow-mergers.md"), re.M
    )
    assert len(told) == 4
    for words in told:
        Policy.parse(words, latest=date(2022, 4, 1))


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_relative_link_points_to_something_that_is_there(page: Path) -> None:
    links = [link for link in LINK.findall(text(page)) if "://" not in link]
    broken = [k for k in links if not (page.parent / k.split("#")[0]).exists()]
    assert broken == []


@pytest.mark.parametrize(
    "page",
    [*PAGES, *TEMPLATES],
    ids=lambda p: p.relative_to(ROOT).as_posix(),
)
def test_no_page_uses_a_word_that_blames_or_claims_cause(page: Path) -> None:
    words = prose(page).lower()
    assert [word for word in FORBIDDEN if word in words] == []
    assert LEAGUE_TABLE.findall(prose(page)) == []


@pytest.mark.parametrize(
    "page", WRITTEN_BY_HAND, ids=lambda p: p.relative_to(ROOT).as_posix()
)
def test_sentences_are_short_enough_to_read_once(page: Path) -> None:
    """Twenty-five words, and five more for a list or a formula in the sentence."""
    plain = re.sub(r"```.*?```", "", text(page), flags=re.S)
    kept = [
        line
        for line in plain.split("\n")
        if not line.startswith(("|", "#", ">", "![")) and "](docs/images" not in line
    ]
    whole = re.sub(r"\n(\s*[-*]|\s*\d+\.) ", "\n\n", "\n".join(kept))
    sentences = re.split(r"\n\s*\n|(?<=[.:;?!])\s", whole)
    long = [s for s in sentences if len(s.split()) > 30]
    assert long == []


def test_the_readme_and_the_guide_keep_to_their_length() -> None:
    assert len(text(ROOT / "README.md").splitlines()) < 130
    assert len(text(ROOT / "DEVELOPMENT.md").splitlines()) < 165
    assert (DOCS / "images" / "report.png").stat().st_size < 300_000
