"""What does a SHMI file of 2011 to 2014 say?

Summary Hospital-level Mortality Indicator: deaths in hospital or within 30 days of
discharge, observed and expected, for each non-specialist acute trust.  The files carry
no date.  The eleven official publications are known by their number of providers and
their total of observed deaths; any other file in this layout (the made-up nation's, for
one) must carry its publication month in its name.

Official columns and their changes over time: the name column is written with a space
and later with an underscore, PO_BANDING is there once, footer lines and a cp1252
copyright sign come from April 2013.  ``5QT`` (a primary care trust) is in until 2012.
"""

from __future__ import annotations

import re
from datetime import date

from candela.errors import InputError, Problem
from candela.sources.files import Contents
from candela.sources.reading import (
    NHS_OGL,
    Layout,
    Reading,
    normal,
)
from candela.sources.records import Record, RecordReader
from candela.tables import PUBLISHED_OUTCOMES, Period
from candela.tables.period import MONTHS

__all__ = ["LAYOUT", "publication_period"]

# (providers, observed deaths): month of publication.  Read off the official files
# of the Health and Social Care Information Centre, October 2011 to April 2014.
PUBLICATIONS: dict[tuple[int, int], date] = {
    (147, 274_735): date(2011, 10, 1),
    (147, 273_425): date(2012, 1, 1),
    (147, 272_931): date(2012, 4, 1),
    (143, 266_709): date(2012, 7, 1),
    (142, 269_637): date(2012, 10, 1),
    (142, 271_691): date(2013, 1, 1),
    (142, 272_517): date(2013, 4, 1),
    (142, 274_903): date(2013, 7, 1),
    (142, 279_274): date(2013, 10, 1),
    (141, 279_857): date(2014, 1, 1),
    (141, 277_622): date(2014, 4, 1),
}

COLUMNS = ("PROVIDER", "OBSERVED", "EXPECTED", "VALUE", "OD_LL", "OD_UL")
ALIASES = {"PROVIDER_NAME": ("PROVIDER NAME",)}
BANDS = {"1": "higher", "2": "as_expected", "3": "lower"}
RATIO_TOLERANCE = 0.0001  # O, E and VALUE are printed; VALUE and E to 4 decimals


def recognises(contents: Contents) -> bool:
    """Say whether the first row has this layout's headings.

    Two of the columns that are needed are enough: a file that lacks one is told which.
    """
    if contents.text is None or not contents.text.head:
        return False
    seen = {normal(cell) for cell in contents.text.head[0]}
    needed = {normal(name) for name in COLUMNS}
    return normal("INDICATOR_CODE") in seen and len(needed & seen) >= 2


def publication_period(published: date) -> Period:
    """Return the twelve months a publication of 2011 to 2014 covers.

    October of a year covers April two years before to March of the year before;
    January, April and July follow three, six and nine months later.
    """
    last_month = published.year * 12 + published.month - 1 - 7
    first_month = last_month - 11
    return Period.months(
        (first_month // 12, first_month % 12 + 1),
        (last_month // 12, last_month % 12 + 1),
    )


def read(contents: Contents, layout: Layout) -> Reading:
    """Return the published outcomes of one file."""
    assert contents.text is not None
    rows = contents.text.rows()
    _, headings = next(rows)
    reader = RecordReader(contents.name, headings, ALIASES)
    reader.require(*COLUMNS)
    reader.note_text(contents.text)
    records = [_outcome(record) for record in reader.records(rows, key="PROVIDER")]
    period = _period(reader, records)
    for row in records:
        row |= {
            "period_start": period.start,
            "period_end": period.end,
            "source_file": contents.name,
        }
    table = reader.table(
        PUBLISHED_OUTCOMES, records, layout.source(contents), unit="row"
    )
    return Reading(
        layout.name, layout.source(contents), table, (period,), tuple(reader.notes)
    )


def _outcome(record: Record) -> dict[str, object]:
    observed = record.count("OBSERVED")
    expected = record.number("EXPECTED")
    ratio = record.number("VALUE")
    spells = record.count("DENOMINATOR", required=False)
    suppressed = any(
        record.is_suppressed(name) for name in ("OBSERVED", "EXPECTED", "VALUE")
    )
    if observed is not None and spells is not None and observed > spells:
        record.wrong(
            "OBSERVED",
            f"{observed:g} deaths observed in {spells:g} spells",
            "no more deaths than spells",
            "Check the row against the published file.",
        )
    if observed is not None and expected is not None and ratio is not None:
        if expected <= 0:
            record.wrong(
                "EXPECTED",
                f"{expected:g} deaths expected",
                "more than 0",
                "Check the row against the published file.",
            )
        elif abs(observed / expected - ratio) > RATIO_TOLERANCE:
            record.wrong(
                "VALUE",
                f"{ratio:g} is not OBSERVED / EXPECTED ({observed / expected:.4f})",
                "the ratio to 4 decimals",
                "Check the row against the published file.",
            )
    band = record.text("OD_BANDING")
    if band not in BANDS and not record.is_suppressed("OD_BANDING"):
        record.wrong(
            "OD_BANDING",
            f"`{band[:20]}` is not a band",
            "1, 2 or 3",
            "Check the row against the published file.",
        )
    return {
        "org_code": record.trust_code("PROVIDER"),
        "org_name": record.text("PROVIDER_NAME"),
        "indicator": "SHMI",
        "spells": spells,
        "observed": observed,
        "expected": expected,
        "ratio": ratio,
        "rounding_base": 1,
        "value_status": "suppressed" if suppressed else "ok",
        "banding": BANDS.get(band),
        "od95_lower": record.number("OD_LL", required=False),
        "od95_upper": record.number("OD_UL", required=False),
        "po998_lower": record.number("PO_LL", required=False),
        "po998_upper": record.number("PO_UL", required=False),
        "source_row": record.row,
    }


def _period(reader: RecordReader, rows: list[dict[str, object]]) -> Period:
    """Return the period from what the file holds, or else from its name."""
    observed = sum(int(o) for row in rows if isinstance(o := row["observed"], float))
    known = PUBLICATIONS.get((len(rows), observed))
    named = _publication_in_name(reader.file)
    if known is not None:
        if named is not None and named != known:
            reader.note(
                f"the name says {named:%B %Y} but these are the figures of "
                f"{known:%B %Y}",
                "a name that agrees with the figures",
                "Rename the file; the figures were believed.",
            )
        return publication_period(known)
    if named is not None:
        reader.note(
            f"the period was taken from the name ({named:%B %Y} covers "
            f"{publication_period(named)})",
            "figures of a known official publication",
            "Check the month of publication in the name.",
        )
        _told_if_cut_off(reader, rows, named)
        return publication_period(named)
    raise InputError(
        [
            *reader.problems,
            Problem(
                reader.file,
                "the file does not say which months it covers, and its figures are not "
                "those of an official publication of 2011 to 2014",
                "the month of publication in the name, such as `shmi-2013-october.csv`",
                "Rename the file, and check that it is complete.",
            ),
        ]
    )


def _told_if_cut_off(
    reader: RecordReader, rows: list[dict[str, object]], published: date
) -> None:
    for (providers, _), month in PUBLICATIONS.items():
        if month == published and len(rows) < providers:
            reader.note(
                f"{len(rows)} providers, where the official publication of "
                f"{published:%B %Y} has {providers}",
                "the complete file",
                "If this is meant to be the official file, it is cut off after this "
                "row: download it again.",
                row=int(str(rows[-1]["source_row"])) if rows else 1,
            )


def _publication_in_name(name: str) -> date | None:
    """Return the month of publication in a name such as shmi-2013-october.csv."""
    words = re.findall(r"[a-z]+|\d+", name.lower())
    years = [int(w) for w in words if w.isdigit() and 2000 <= int(w) <= 2100]
    months = [
        MONTHS[w[:3]]
        for w in words
        if w[:3] in MONTHS and w.isalpha() and (len(w) == 3 or w in FULL_MONTHS)
    ]
    if len(years) == 1 and len(months) == 1:
        return date(years[0], months[0], 1)
    return None


FULL_MONTHS = frozenset(
    date(2000, month, 1).strftime("%B").lower() for month in range(1, 13)
)

LAYOUT = Layout(
    "shmi_2011",
    "SHMI, trust level, 2011 to 2014",
    "Health and Social Care Information Centre (now NHS England)",
    NHS_OGL,
    recognises,
    read,
)
