"""How is each column of a HES episode read?

Codes are those of the HES data dictionary.  A column that a file lacks is null.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from candela.engine.expressions import quoted
from candela.errors import InputError, Problem
from candela.sources.patients.coding import blank_to_null, day_of, text_list, whole_of
from candela.sources.patients.headings import Heading
from candela.sources.patients.recognising import PERSON, PROVIDER

__all__ = ["ALIASES", "Cell", "episode_cells", "seen_in"]

NO_DATES = ("1800-01-01", "1801-01-01")  # null, and not a date as submitted

ALIASES: Mapping[str, tuple[str, ...]] = {
    "person": PERSON,
    "epikey": ("EPIKEY",),
    "provider": PROVIDER,
    "site": ("SITETRET",),
    "admission": ("ADMIDATE", "ADMIDATE_FILLED"),
    "discharge": ("DISDATE",),
    "epistart": ("EPISTART",),
    "epiend": ("EPIEND",),
    "epiorder": ("EPIORDER",),
    "epistat": ("EPISTAT",),
    "epitype": ("EPITYPE",),
    "method": ("ADMIMETH",),
    "patient_class": ("CLASSPAT",),
    "dismeth": ("DISMETH",),
    "disdest": ("DISDEST",),
    "age": ("STARTAGE", "ADMIAGE"),
    "sex": ("SEX",),
    "ethnicity": ("ETHNOS",),
    "imd": ("IMD04_DECILE", "IMD_DECILE", "IMD19_DECILE", "IMD15_DECILE"),
    "specialty": ("TRETSPEF", "MAINSPEF"),
    "diagnosis": ("DIAG_4_01", "DIAG_01", "DIAG_3_01"),
}
REQUIRED = ("person", "epikey", "provider", "admission", "method", "age", "discharge")
DATES = ("admission", "discharge", "epistart", "epiend")
OTHER_DIAGNOSES = range(2, 21)
CODES = ("method", "patient_class", "dismeth", "disdest", "sex", "imd")

METHODS = {
    "elective": ("11", "12", "13"),
    "emergency": ("21", "22", "23", "24", "25", "28", "2A", "2B", "2C", "2D"),
    "maternity": ("31", "32"),
    "other": ("81", "82", "83", "84", "89", "98"),
}
CLASSES = {
    "ordinary": ("1",),
    "day_case": ("2",),
    "regular": ("3", "4"),
    "delivery": ("5",),
}
SEXES = {"male": ("1",), "female": ("2",)}
CODE_TABLES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "method": METHODS,
    "patient_class": CLASSES,
    "sex": SEXES,
}
NO_SEX = ("0", "9", "X")
# The decile is a number (1 the most deprived) or these words.
DEPRIVATION = {
    1: ("1", "2", "most deprived 10%", "more deprived 10-20%"),
    2: ("3", "4", "more deprived 20-30%", "more deprived 30-40%"),
    3: ("5", "6", "more deprived 40-50%", "less deprived 40-50%"),
    4: ("7", "8", "less deprived 30-40%", "less deprived 20-30%"),
    5: ("9", "10", "less deprived 10-20%", "least deprived 10%"),
}
BABIES = (7001, 7007)
AGE_MOST = 130


@dataclass(frozen=True)
class Cell:
    """How one column is read.

    Attributes
    ----------
    text
        SQL of the text of the file's column; empty if there is none.
    sql
        SQL of what it says, about that text under the cell's own name.
    bad
        Whether a cell that is not blank could not be read.
    told
        What a good cell is, in words.
    """

    text: str
    sql: str
    bad: str = ""
    told: str = ""


def episode_cells(heading: Heading, person: str) -> dict[str, Cell]:
    """Return how each column of an episode is read; absent columns are null."""
    found = {
        name: heading.column(*((person,) if name == "person" else aliases))
        for name, aliases in ALIASES.items()
    }
    missing = [
        f"{name} ({' or '.join(ALIASES[name])})"
        for name in REQUIRED
        if found[name] is None
    ]
    if missing:
        raise InputError(
            Problem(
                heading.name,
                f"no column for {'; '.join(missing)}; columns seen: "
                f"{', '.join(heading.columns)[:4000]}",
                "columns named as in the HES data dictionary",
                "Ask for the extract with these columns.",
            )
        )
    return {
        name: _cell(name, column) if column else Cell("", _absent(name))
        for name, column in found.items()
    } | {"other_diagnoses": _other_diagnoses(heading)}


def _absent(name: str) -> str:
    if name in DATES:
        return "CAST(NULL AS DATE)"
    whole = name in ("epiorder", "epistat", "epitype", "age", "imd")
    return f"CAST(NULL AS {'INTEGER' if whole else 'STRING'})"


def _other_diagnoses(heading: Heading) -> Cell:
    columns = [
        heading.column(f"DIAG_4_{n:02d}", f"DIAG_{n:02d}", f"DIAG_3_{n:02d}")
        for n in OTHER_DIAGNOSES
    ]
    codes = [_icd10(f"CAST({quoted(name)} AS STRING)") for name in columns if name]
    if not codes:
        return Cell("", _absent("other_diagnoses"))
    return Cell(f"CONCAT_WS(',', {', '.join(codes)})", "other_diagnoses")


def seen_in(cells: Mapping[str, Cell]) -> set[str]:
    """Return the cells that the files have a column for."""
    return {name for name, cell in cells.items() if cell.text}


def _icd10(sql: str) -> str:
    """Return a code without points, dashes and the X that fills a fourth place."""
    code = f"REPLACE(REPLACE(UPPER(TRIM({sql})), '.', ''), '-', '')"
    return (
        f"NULLIF(CASE WHEN LENGTH({code}) >= 4 AND SUBSTR({code}, 4, 1) = 'X'"
        f" THEN SUBSTR({code}, 1, 3) ELSE {code} END, '')"
    )


def _code_of(text: str) -> str:
    """Return a code in capitals, without the `.0` that spreadsheets leave behind."""
    return (
        f"CASE WHEN {text} LIKE '%.0' THEN SUBSTR({text}, 1, LENGTH({text}) - 2)"
        f" ELSE UPPER({text}) END"
    )


def _cell(name: str, column: str) -> Cell:
    text = blank_to_null(f"CAST({quoted(column)} AS STRING)")
    if name in DATES:
        sql = day_of(f"NULLIF(NULLIF({name}, '{NO_DATES[0]}'), '{NO_DATES[1]}')")
        return _read(name, text, sql, "a date such as 2015-04-01", NO_DATES)
    if name == "provider":
        return Cell(f"UPPER(SUBSTR({text}, 1, 3))", name)
    if name == "diagnosis":
        return Cell(_icd10(text), name)
    if name in ("epistat", "epitype"):
        return _read(name, text, whole_of(name, 0, 9), "a code")
    if name == "epiorder":
        told = "a place in the stay, 1 to 97"
        return _read(name, text, whole_of(name, 1, 97), told, ("98", "99"))
    if name == "age":
        baby, years = whole_of(name, *BABIES), whole_of(name, 0, AGE_MOST)
        sql = f"CASE WHEN ({baby}) IS NOT NULL THEN 0 ELSE {years} END"
        return _read(name, text, sql, f"an age to {AGE_MOST}, or 7001 to 7007")
    if name in CODES:
        text = _code_of(text)
    if name == "imd":
        codes = {str(fifth): words for fifth, words in DEPRIVATION.items()}
        sql = f"CAST({_coded(f'LOWER({name})', codes)} AS INTEGER)"
        return _read(name, text, sql, "a decile")
    if name in CODE_TABLES:
        unknown = NO_SEX if name == "sex" else ()
        told = "one of the codes of the data dictionary"
        return _read(name, text, _coded(name, CODE_TABLES[name]), told, unknown)
    return Cell(text, name)


def _read(
    name: str, text: str, sql: str, told: str, unknown: Sequence[str] = ()
) -> Cell:
    """Return a cell; texts that mean ``unknown`` do not count as unreadable."""
    bad = f"{name} IS NOT NULL AND ({sql}) IS NULL"
    if unknown:
        bad += f" AND {name} NOT IN ({text_list(unknown)})"
    return Cell(text, sql, bad, told)


def _coded(text: str, codes: Mapping[str, Sequence[str]]) -> str:
    steps = " ".join(
        f"WHEN {text} IN ({text_list(values)}) THEN '{name}'"
        for name, values in codes.items()
    )
    return f"CASE {steps} END"
