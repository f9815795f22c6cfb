"""Does bad input end in a clear message, or in a counted line of the cohort flow?

Everything goes through the command, in this process.  One base of made-up admissions is
spoilt in one way at a time.  Wherever a row is spoilt stands a text that must be seen
nowhere: not in a message, not in a book.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from book_pages import rows_of
from candela.build import verify_book
from candela.publish.charts import Chart
from command import candela
from patient_studies import ADMISSIONS, CANCER, Columns, patients, spells, write_folder

ROWS = 1500
SECRET = "QZX77"  # in every identifier, and in every cell that is spoilt
WRONG, TOO_FEW = 10, 11
QUICK = """
[sensitivity]
lags_years = []
without_trial_participants = false
within_between = false
naive = false
models = []
spline_knots = 3
without_covariates = []
"""


def quick(text: str) -> str:
    return text.split("[sensitivity]")[0] + QUICK


@dataclass(frozen=True)
class Run:
    """How the command ended, what it said and where its book would be."""

    code: int
    said: str
    book: Path

    def refused(self, code: int, *words: str) -> None:
        """See that it ended so, with these words and nothing of a row."""
        assert (self.code, self.book.exists()) == (code, False), self.said
        told = self.said.splitlines()[-1]
        assert told.startswith("candela: "), self.said
        for word in words:
            assert word in told, told

    def step(self, name: str) -> dict[str, str]:
        """Return a step of the cohort flow of the book."""
        assert self.code == 0, self.said
        (found,) = (
            row for row in rows_of(self.book, "tables/cohort_flow")
            if row["step"] == name
        )  # fmt: skip
        return found


@pytest.fixture(autouse=True, scope="module")
def without_pictures() -> Iterator[None]:
    """Drawing takes most of the time, and is tested elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Chart, "svg", lambda chart: "<svg></svg>")
        patch.setattr(Chart, "png", lambda chart: b"")
        yield


def as_text(rows: Columns) -> Columns:
    """Return the rows with a person each, and what the plain layout can have."""
    count = len(next(iter(rows.values())))
    key = "spell_id" if "spell_id" in rows else "tumour_id"
    found: Columns = {key: [f"{SECRET}-{n}" for n in range(count)]}
    found["person_id"] = [f"{SECRET}P{n}" for n in range(count)]
    return {**rows, **found}


def admissions(rows: int = ROWS) -> Columns:
    """Return admissions, each of which ended on the day it began."""
    found = as_text(spells(rows))
    return {**found, "discharge_date": list(found["admission_date"])}


def written(place: Path, name: str, rows: Columns) -> Path:
    """Write a folder whose table of patients is a CSV, so that it can hold anything."""
    files = write_folder(place / "files")
    with (files / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(rows)
        for row in zip(*rows.values(), strict=True):
            writer.writerow(["" if cell is None else cell for cell in row])
    return files


def run(
    place: Path,
    capsys: pytest.CaptureFixture[str],
    *changes: tuple[str, str],
    plan: str = ADMISSIONS,
    out: str = "book",
) -> Run:
    """Run a study of the files in ``place``; see that nothing of a row is told."""
    text = quick(plan)
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    (place / "mine.toml").write_text(text)
    arguments = ("--data", place / "files", "--out", place / out)
    code = candela("study", place / "mine.toml", *arguments)
    output = capsys.readouterr()
    said = output.out + output.err
    assert "Traceback" not in said
    assert SECRET not in said
    if (place / out).exists():
        assert verify_book(place / out) == ()
        for path in (place / out).rglob("*"):
            assert path.is_dir() or SECRET.encode() not in path.read_bytes(), path
    assert {p.name for p in place.iterdir()} <= {"files", "mine.toml", out}
    return Run(code, said, place / out)


def spoilt(rows: Columns, name: str, cell: object, places: Sequence[int]) -> Columns:
    """Return the rows with another cell at these places of a column."""
    column = list(rows[name])
    for n in places:
        column[n] = cell
    return {**rows, name: column}


def main_row(run: Run) -> dict[str, str]:
    """Return the row of the primary analysis."""
    assert run.code == 0, run.said
    return next(
        row for row in rows_of(run.book, "tables/association")
        if row["primary"] == "yes"
    )  # fmt: skip


# Counted in the cohort flow.


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book of rows in which several things are wrong, each in rows of its own."""
    rows = admissions()
    before = date(2011, 12, 31)
    rows = spoilt(rows, "admission_method", f"{SECRET}!", range(20))
    rows = spoilt(rows, "discharge_date", before, range(20, 45))
    rows = spoilt(
        {**rows, "death_date": [None] * ROWS}, "death_date", before, range(45, 75)
    )
    # Fifteen stays again, to the letter.
    rows = {name: [*cells, *cells[100:115]] for name, cells in rows.items()}
    rows = spoilt(rows, "org_code", "ZQ9", range(200, 235))  # without research
    rows = spoilt(rows, "age_years", f"{SECRET}?", range(300, 310))
    only = [n for n, code in enumerate(rows["org_code"]) if code == "ZT07" and n > 400]
    more = [n for n, code in enumerate(rows["org_code"]) if code == "ZT07"]
    rows = spoilt(rows, "org_code", "ZT06", more)
    rows = spoilt(rows, "org_code", "ZT07", only[:1])  # one patient
    place = tmp_path_factory.mktemp("messy")
    written(place, "admission_spell", rows)
    (place / "mine.toml").write_text(quick(ADMISSIONS))
    arguments = ("--data", place / "files", "--out", place / "book")
    assert candela("study", place / "mine.toml", *arguments) == 0
    return place / "book"


@pytest.mark.parametrize(
    ("step", "count", "kind"),
    [
        ("unreadable_admission_method", "20", "changed"),
        ("discharge_before_admission", "25", "left"),
        ("death_before_admission", "30", "left"),
        ("repeated_identifier", "15", "left"),
        ("unreadable_age_years", "10", "changed"),
        ("admission_method", "20", "left"),  # unknown codes are not emergencies
        ("age_unknown", "10", "left"),
        ("dose", "35", "left"),  # a trust of which no research is known
    ],
)
def test_what_is_wrong_with_rows_is_a_counted_line(
    messy: Path, step: str, count: str, kind: str
) -> None:
    (found,) = (r for r in rows_of(messy, "tables/cohort_flow") if r["step"] == step)
    assert (found["count"], found["kind"]) == (count, kind)


def test_the_flow_of_messy_rows_adds_up_and_tells_of_none(messy: Path) -> None:
    flow = rows_of(messy, "tables/cohort_flow")
    left = sum(int(r["count"]) for r in flow if r["kind"] == "left")
    # 1,500 and fifteen again, less 25 + 30 + 15 + 20 + 10 + 35.
    assert (flow[0]["before"], left) == ("1515", 135)
    assert flow[-1]["remaining"] == "1380"
    for path in messy.rglob("*"):
        assert path.is_dir() or SECRET.encode() not in path.read_bytes(), path.name


def test_a_trust_with_one_patient_is_hidden_and_does_no_harm(messy: Path) -> None:
    (row,) = (r for r in rows_of(messy, "tables/outcome") if r["org_code"] == "ZT07")
    assert row["patients"] == "*"
    assert (row["expected"], row["ratio"], row["upper95"]) == ("", "", "")


def test_a_diagnosis_group_in_which_nobody_died_leaves_the_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = admissions()
    groups = rows["diagnosis_group"]
    rows["died_30d_discharge"] = [
        died and group != "G0"
        for died, group in zip(rows["died_30d_discharge"], groups, strict=True)
    ]
    written(tmp_path, "admission_spell", rows)
    found = run(tmp_path, capsys).step("untold_diagnosis_group")
    assert found["count"] == str(5 * round(groups.count("G0") / 5))


@pytest.mark.parametrize(("name", "cell"), [("diagnosis_group", f"{SECRET}G"),
                                            ("age_years", 40)])  # fmt: skip
def test_a_covariate_in_which_all_are_alike_is_left_out_and_it_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, cell: object
) -> None:
    written(tmp_path, "admission_spell", {**admissions(), name: [cell] * ROWS})
    told = "diagnosis group" if name == "diagnosis_group" else "age"
    assert (
        f"Not adjusted for {told}: all patients are alike in it."
        in (main_row(run(tmp_path, capsys))["notes"])
    )


def test_stage_of_which_nothing_is_known_is_one_class_and_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = as_text(patients(1000))
    del rows["person_id"]
    written(tmp_path, "cancer_patient", {**rows, "stage": [None] * 1000})
    found = run(tmp_path, capsys, plan=CANCER)
    assert found.step("class_stage")["count"] == "1000"
    assert "Not adjusted for stage" in main_row(found)["notes"]


def test_five_trusts_are_a_result_that_says_on_how_little_it_rests(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    five = {"ZT00": "ZT00", "ZT01": "ZT01", "ZT10": "ZT10", "ZT11": "ZT11"}
    rows = admissions()
    rows["org_code"] = [five.get(str(code), "ZT12") for code in rows["org_code"]]
    written(tmp_path, "admission_spell", rows)
    row = main_row(run(tmp_path, capsys))
    assert row["organisations"] == "5"
    assert "A few organisations carry this result" in row["notes"]


# Refused.


def edited(name: str, change: Callable[[str], str]) -> Callable[[Path], None]:
    def spoil(files: Path) -> None:
        path = files / name
        path.write_text(change(path.read_text()))

    return spoil


def bytes_of(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def spoil(files: Path) -> None:
        path = files / "admission_spell.csv"
        path.write_bytes(change(path.read_bytes()))

    return spoil


def without(name: str) -> Callable[[Path], None]:
    return lambda files: (files / name).unlink()


def value_of(line: str, value: str) -> str:
    return f"{line.rpartition(',')[0]},{value}"


def all_equal(text: str) -> str:
    heading, *lines = text.splitlines()
    return "\n".join([heading, *(value_of(line, "50") for line in lines), ""])


def second_figure(text: str) -> str:
    return text + value_of(text.splitlines()[5], "3") + "\n"


def beside_episodes(files: Path) -> None:
    heading = "PSEUDO_HESID,PROCODE3,ADMIDATE,EPIORDER,EPISTAT,ADMIMETH,DISMETH,EPIKEY"
    row = f"{SECRET},ZT01,2013-05-01,1,3,21,1,1"
    (files / "hes.csv").write_text(f"{heading}\n{row}\n")


SPELLS, RESEARCH = "admission_spell.csv", "research_activity.csv"
SPOILT: dict[str, tuple[Callable[[Path], None], int, tuple[str, ...]]] = {
    "two exposures": (
        edited(RESEARCH, second_figure),
        WRONG,
        (f"{RESEARCH}, row 242: a second figure for ZT00", "the first is row 6"),
    ),
    "all exposures equal": (
        edited(RESEARCH, all_equal),
        TOO_FEW,
        ("participants recruited per bed", "1 different doses", "need three"),
    ),
    "research of others": (
        edited(RESEARCH, lambda text: text.replace("ZT", "ZV")),
        TOO_FEW,
        ("0 of 1,500 patients", "same codes of organisations"),
    ),
    "no research": (without(RESEARCH), TOO_FEW, ("no file gives participants",)),
    "no beds": (without("org_structure.csv"), TOO_FEW, ("no file gives general",)),
    "empty": (bytes_of(lambda raw: b""), WRONG, (SPELLS, "the file is empty")),
    "heading only": (
        bytes_of(lambda raw: raw.splitlines()[0] + b"\n"),
        WRONG,
        (SPELLS, "there are no rows"),
    ),
    "cut off": (
        bytes_of(lambda raw: raw[: len(raw) // 2]),
        WRONG,
        (SPELLS, "the last row has", "copy it again"),
    ),
    "latin 1": (
        bytes_of(lambda raw: raw.replace(b"G1", f"{SECRET}\xe9".encode("latin-1"))),
        WRONG,
        (f"{SPELLS}, row ", "not text in UTF-8"),
    ),
    "utf 16": (
        bytes_of(lambda raw: raw.decode().encode("utf-16")),
        WRONG,
        (SPELLS, "the text is in UTF-16"),
    ),
    "packed": (bytes_of(gzip.compress), WRONG, (SPELLS, "packed with gzip")),
    "a cell too many": (
        bytes_of(lambda raw: raw + b"1,2,3,4,5,6,7,8,9,10,11,12\n"),
        WRONG,
        (SPELLS, "as many cells as the heading"),
    ),
    "mixed layouts": (beside_episodes, WRONG, ("hes.csv", "in two layouts", "HES APC")),
}


@pytest.mark.parametrize("name", SPOILT)
def test_files_that_are_not_as_they_should_be_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    spoil, code, words = SPOILT[name]
    spoil(written(tmp_path, "admission_spell", admissions()))
    run(tmp_path, capsys).refused(code, *words)


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("org_code", (SPELLS, "columns seen", "org_code, admission_date")),
        ("admission_date", (SPELLS, "columns seen")),
        ("age_years", ("admission_spell lacks age_years",)),
        ("admission_method", ("lacks admission_method", "[cohort]")),
        ("died_30d_discharge", ("lack died_30d_discharge", "another `event`")),
    ],
)
def test_a_missing_column_is_named(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    column: str,
    words: tuple[str, ...],
) -> None:
    rows = admissions()
    del rows[column]
    written(tmp_path, "admission_spell", rows)
    run(tmp_path, capsys).refused(WRONG, *words)


CELLS: dict[
    str, tuple[str, Callable[[Columns], list[object]], int, tuple[str, ...]]
] = {
    "unknown codes throughout": (
        "admission_method",
        lambda rows: [SECRET] * ROWS,
        WRONG,
        ("column `admission_method`: none of the 1500 filled cells", "emergency"),
    ),
    "another way to write days": (
        "admission_date",
        lambda rows: [f"{day:%d/%m/%Y}" for day in rows["admission_date"]],
        WRONG,
        ("column `admission_date`", "such as 2015-04-01"),
    ),
    "nobody was an emergency": (
        "admission_method",
        lambda rows: ["elective"] * ROWS,
        TOO_FEW,
        ("nobody is left", "not admitted as emergency (1,500)", "[cohort]"),
    ),
    "nobody died": (
        "died_30d_discharge",
        lambda rows: [False] * ROWS,
        TOO_FEW,
        ("none of 1,500 patients has the outcome", "`died_30d_discharge`"),
    ),
    "age separates completely": (
        "died_30d_discharge",
        lambda rows: [int(str(age)) >= 70 for age in rows["age_years"]],
        TOO_FEW,
        ("class of age in which nobody died, or everybody", "wider bands"),
    ),
    "research separates": (
        "died_30d_discharge",
        lambda rows: [
            died and str(code) < "ZT13"
            for died, code in zip(
                rows["died_30d_discharge"], rows["org_code"], strict=True
            )
        ],
        TOO_FEW,
        ("in the highest third", "nobody has the outcome", "cannot be compared"),
    ),
    "two trusts": (
        "org_code",
        lambda rows: ["ZT15" if str(c) > "ZT10" else "ZT02" for c in rows["org_code"]],
        TOO_FEW,
        ("2 organisations have a known dose", "at least 5"),
    ),
}


@pytest.mark.parametrize("name", CELLS)
def test_cells_that_leave_no_study_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    column, cells, code, words = CELLS[name]
    rows = admissions()
    written(tmp_path, "admission_spell", {**rows, column: cells(rows)})
    run(tmp_path, capsys).refused(code, *words)


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("lag_years = 1\n", "lag_years = 20\n", TOO_FEW, ("20 year(s) before",)),
        ("naive = false", "naiv = false", WRONG, ("[sensitivity]: `naiv`", "naive")),
        ("level = 0.95", "level =", WRONG, ("this is not TOML", "line 7")),
        (
            'column = "age_years"',
            'column = "age_year"',
            WRONG,
            ("[[case_mix]] 1: `column` holds 'age_year'", "age_years"),
        ),
        (
            "participants_recruited",
            "participants_recruted",
            WRONG,
            ("[[exposure]] 1: `measure`", "participants_recruited"),
        ),
    ],
)
def test_a_protocol_that_asks_for_what_there_is_not_is_refused(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    old: str,
    new: str,
    code: int,
    words: tuple[str, ...],
) -> None:
    written(tmp_path, "admission_spell", admissions())
    run(tmp_path, capsys, (old, new)).refused(code, *words)
