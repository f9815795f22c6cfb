"""Is every number of the page traced, and can everyone read the page as it is?"""

from __future__ import annotations

import base64
import csv
import html
import io
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from book_pages import (
    Element,
    manifest_of,
    page_of,
    parsed,
    rows_of,
)
from candela.publish.csv_tables import csv_text
from small_nation import MadeUp

# Digits that may stand outside a named number, and why.
ALLOWED = (
    r"\b95% (?:interval|limits)\b",  # the name of an interval or limit, not a finding
    r"\b1,000 expected\b",  # what deaths are counted for, in every sentence alike
    r"\bin 1,000\b",  # the same, of what was set beforehand to matter
    r"\b19 in 20\b",  # what an interval means
    r"\b1 in 20\b",  # what inner limits mean
    r"\b1 in 500\b",  # what outer limits mean
    r"\bper 100 (?:doctors and nurses|staff|general and acute beds)\b",  # a unit
    r"\bper 10,000 spells\b",  # a unit
    r"\b\d{4}/\d{2}\b",  # a financial year: names a period
    r"\b(?:[A-Z][a-z]{2} )\d{4}\b",  # a month and its year: names a period
    r"\bnearest 5\b",  # the publisher's rounding, quoted with each result
    r"\bdoi 10\.\d{4,9}/\S+?(?=\))",  # the name of an article
    r"\bsuccessor_at=\d{4}-\d{2}-\d{2}\b",  # the name of a policy with its day
    r"\bCR2\b",  # the name of a method
)


@pytest.fixture(scope="module")
def page(made_up: MadeUp) -> Element:
    return parsed(page_of(made_up.book))


@pytest.fixture(scope="module")
def manifest(made_up: MadeUp) -> dict[str, Any]:
    return manifest_of(made_up.book)


def untraced_digits(page: Element) -> list[str]:
    """Return what is left with a digit once all that may have digits is taken out."""
    text = page.untraced_text()
    for pattern in ALLOWED:
        text = re.sub(pattern, " ", text)
    return [
        text[max(0, m.start() - 40) : m.end() + 20] for m in re.finditer(r"\d+", text)
    ]


def test_no_number_stands_on_the_page_without_its_name(page: Element) -> None:
    assert untraced_digits(page) == []


def test_a_number_without_its_name_would_be_found() -> None:
    named = '<p>It was <data class="number">28</data> (95% interval).</p>'
    assert untraced_digits(parsed(named)) == []
    assert untraced_digits(parsed("<p>It was 28 (95% interval).</p>")) != []


def numbers_on(page: Element) -> list[Element]:
    return [e for e in page.all("data") if e.attributes.get("class") == "number"]


def test_the_page_names_its_numbers(page: Element) -> None:
    names = {e.attributes["data-number"] for e in numbers_on(page)}
    assert len(names) > 50
    assert {
        "primary.per_1000",
        "primary.n",
        "funnel.outside998",
        "outcomes.rows",
        "analysis.primary.value",
    } <= names


def test_every_number_is_in_the_manifest_with_its_value(
    page: Element, manifest: dict[str, Any]
) -> None:
    for element in numbers_on(page):
        told = manifest["numbers"][element.attributes["data-number"]]
        value = float(element.attributes["value"])
        assert value == pytest.approx(told["value"], rel=1e-9)
        assert element.text() == told["words"]


def test_every_number_rests_on_rows_of_files_that_were_read(
    page: Element, manifest: dict[str, Any]
) -> None:
    files = {entry["file"]: entry["rows"] for entry in manifest["inputs"]}
    for name, number in manifest["numbers"].items():
        origin = manifest["origins"][number["origin"]]
        assert origin["function"].startswith("candela."), name
        assert origin["rows"], name
        for file, ranges in origin["rows"].items():
            assert file in files, (name, file)
            assert re.fullmatch(r"\d+(-\d+)?(,\d+(-\d+)?)*", ranges)


def test_every_function_named_in_the_manifest_is_there(
    manifest: dict[str, Any],
) -> None:
    import importlib

    origins = [*manifest["origins"].values(), *manifest["tables"].values()]
    assert origins
    for function in {origin["function"] for origin in origins}:
        module, _, name = function.rpartition(".")
        try:
            assert callable(getattr(importlib.import_module(module), name))
        except ModuleNotFoundError:
            outer, _, owner = module.rpartition(".")
            thing = getattr(importlib.import_module(outer), owner)
            assert callable(getattr(thing, name))


def test_every_number_in_the_manifest_is_on_the_page(
    page: Element, manifest: dict[str, Any]
) -> None:
    on_page = {e.attributes["data-number"] for e in numbers_on(page)}
    assert set(manifest["numbers"]) == on_page


def test_the_page_agrees_with_the_tables(made_up: MadeUp, page: Element) -> None:
    shown = {e.attributes["data-number"]: e for e in numbers_on(page)}
    for row in rows_of(made_up.book, "tables/association"):
        for part, column in (("value", "estimate"), ("lower", "lower")):
            element = shown[f"analysis.{row['name']}.{part}"]
            assert element.attributes["value"] == row[column]
    (primary,) = [
        r for r in rows_of(made_up.book, "tables/association") if r["primary"] == "yes"
    ]
    per_1000 = 1000 * (float(primary["estimate"]) - 1)
    told = float(shown["primary.per_1000"].attributes["value"])
    assert told == pytest.approx(per_1000, abs=1e-4)


def test_numbers_of_the_official_rule_name_the_official_method(
    manifest: dict[str, Any],
) -> None:
    origin = manifest["numbers"]["official.higher"]["origin"]
    assert "method shmi" in manifest["origins"][origin]["note"]
    origin = manifest["numbers"]["funnel.outside998"]["origin"]
    assert "method shmi" not in manifest["origins"][origin]["note"]


# Self-contained.


def test_the_page_fetches_nothing(made_up: MadeUp, page: Element) -> None:
    for element in page.all():
        assert element.tag not in ("script", "iframe", "object", "embed", "link")
        for name, value in element.attributes.items():
            assert not name.startswith("on"), f"{element.tag} {name}"
            if name in ("src", "srcset", "action", "poster", "data"):
                assert not re.match(r"(https?:)?//", value)
            if name == "href" and re.match(r"(https?:)?//", value):
                assert value.startswith("https://doi.org/10.")
    style = "".join(e.text() for e in page.all("style"))
    assert "url(" not in style
    assert "@import" not in style


def test_links_lead_to_files_of_the_book_and_places_on_the_page(
    made_up: MadeUp, page: Element
) -> None:
    ids = {e.attributes["id"] for e in page.all() if "id" in e.attributes}
    files = 0
    for link in page.all("a"):
        target = link.attributes["href"]
        if target.startswith("#"):
            assert target[1:] in ids
        elif not target.startswith(("data:", "https://doi.org/")):
            assert (made_up.book / target).is_file(), target
            files += 1
    # every table with its metadata, two pictures a chart, and the manifest
    tables = len(list((made_up.book / "tables").glob("*.csv")))
    assert files == 2 * tables + 2 * 4 + 1


def test_a_download_in_the_page_is_the_file_of_the_book(
    made_up: MadeUp, page: Element
) -> None:
    seen = set()
    for link in page.all("a"):
        name = link.attributes.get("download")
        if name is None:
            continue
        kind, _, encoded = link.attributes["href"].partition(",")
        assert kind == "data:text/csv;charset=utf-8;base64"
        raw = base64.b64decode(encoded)
        assert raw == (made_up.book / "charts" / name).read_bytes()
        seen.add(name)
    assert seen == {p.name for p in (made_up.book / "charts").glob("*.csv")}


# For everyone.


def test_the_page_says_its_language_and_has_one_first_heading(page: Element) -> None:
    (root,) = page.all("html")
    assert root.attributes["lang"] == "en-GB"
    assert len(list(page.all("h1"))) == 1
    assert len(list(page.all("title"))) == 1 + 4  # the page's, and each drawing's
    assert len(list(page.all("main"))) == 1


def test_headings_come_in_order(page: Element) -> None:
    levels = [int(e.tag[1]) for e in page.all() if re.fullmatch(r"h[1-6]", e.tag)]
    assert levels[0] == 1
    for before, after in pairwise(levels):
        assert after <= before + 1


def test_no_two_elements_have_one_id(page: Element) -> None:
    ids = [e.attributes["id"] for e in page.all() if "id" in e.attributes]
    assert len(ids) == len(set(ids))


def test_every_label_by_reference_is_there(page: Element) -> None:
    ids = {e.attributes["id"] for e in page.all() if "id" in e.attributes}
    for element in page.all():
        for named in element.attributes.get("aria-labelledby", "").split():
            assert named in ids


def test_every_table_has_a_caption_and_headings_with_a_scope(page: Element) -> None:
    tables = list(page.all("table"))
    assert len(tables) == 6  # analyses, and one for each table of a chart
    for table in tables:
        (caption,) = table.all("caption")
        assert caption.text()
        headings = list(table.all("th"))
        assert headings
        for heading in headings:
            assert heading.attributes["scope"] in ("col", "row")
        width = len([h for h in headings if h.attributes["scope"] == "col"])
        for body in table.all("tbody"):
            for row in body.all("tr"):
                assert len(list(row.all("td"))) + len(list(row.all("th"))) == width


def test_everything_folded_says_what_it_holds(page: Element) -> None:
    folded = list(page.all("details"))
    assert folded
    for element in folded:
        first = next(element.all())
        assert first.tag == "summary"
        assert first.text()


def test_a_wide_table_can_be_scrolled_from_the_keyboard(page: Element) -> None:
    for table in page.all("table"):
        assert table.parent is not None
        assert table.parent.attributes["tabindex"] == "0"
        assert table.parent.attributes["role"] == "region"
        assert table.parent.attributes["aria-labelledby"]


def test_a_chart_stands_between_its_finding_and_its_table(page: Element) -> None:
    figures = list(page.all("figure"))
    assert len(figures) == 4
    for figure in figures:
        tags = [c.tag for c in figure.inside if isinstance(c, Element)]
        assert tags == ["h2", "svg", "figcaption"]


def test_the_finding_is_the_first_heading_and_cause_is_denied_at_once(
    page: Element,
) -> None:
    (heading,) = page.all("h1")
    assert re.search(r"research (went|goes) with", heading.text())
    text = page.text()
    after = text.index(heading.text()) + len(heading.text())
    assert text[after : after + 60].strip().startswith("This does not show that one")


def test_the_page_ends_with_what_it_rests_on_and_what_it_cannot_tell(
    page: Element,
) -> None:
    headings = [e.text() for e in page.all("h2")]
    assert headings[-2:] == ["What it rests on", "What this cannot tell you"]


# Made up.


def test_made_up_data_is_said_on_page_charts_manifest_and_results(
    made_up: MadeUp, page: Element, manifest: dict[str, Any]
) -> None:
    (banner,) = [e for e in page.all("p") if e.attributes.get("class") == "made-up"]
    assert banner.text().startswith("Made-up data.")
    assert next(page.all("title")).text().startswith("Made-up data:")
    assert manifest["made_up"] is True
    for path in sorted((made_up.book / "charts").glob("*.svg")):
        assert "Made-up data." in path.read_text(encoding="utf-8")
    for path in sorted((made_up.book / "results").glob("*.json")):
        assert '"made_up": true' in path.read_text(encoding="utf-8")


def test_a_page_of_made_up_data_claims_no_licence_of_others(page: Element) -> None:
    (footer,) = page.all("footer")
    assert "Made-up data." in footer.text()
    assert "Open Government Licence" not in footer.text()


def test_tables_on_the_page_have_as_many_rows_as_their_files(
    made_up: MadeUp, page: Element
) -> None:
    for table in page.all("table"):
        name = table.attributes["data-table"]
        place = "tables" if name == "association" else "charts"
        (body,) = table.all("tbody")
        rows = len(list(body.all("tr")))
        assert rows == len(rows_of(made_up.book, f"{place}/{name}")), name


def test_names_from_files_cannot_become_part_of_the_page(made_up: MadeUp) -> None:
    from dataclasses import replace

    from candela.publish.book_tables import all_tables
    from candela.publish.report import make_report

    code = made_up.found.latest_funnel.rows[0].org_code  # type: ignore[union-attr]
    name = "<script>alert(1)</script>"
    found = replace(made_up.found, names={**made_up.found.names, code: name})
    report = make_report(found, all_tables(found))
    tree = parsed(report.html)
    assert list(tree.all("script")) == []
    assert name in tree.text()
    assert html.escape(name) in report.html


def test_the_funnel_download_can_be_read_as_csv(made_up: MadeUp) -> None:
    from candela.publish.figures import figures_of

    charts = figures_of(made_up.found, lambda name, value, words: words)
    (funnel,) = [c for c in charts if c.name == "funnel_shown"]
    rows = list(csv.DictReader(io.StringIO(csv_text(funnel.table))))
    assert len(rows) == len(funnel.table.rows)
    assert Path(made_up.book / "charts" / "funnel_shown.csv").read_text(
        encoding="utf-8"
    ) == csv_text(funnel.table)
