"""Does every engine give the same answers, and refuse the same files?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from candela.engine import Engine
from candela.engine.parquet import write_parquet
from candela.errors import InputError
from engine_cases import ENGINES, MARKER, counted, opened, write_stays, write_text

LEVELS = {"age": 100, "org": 7}
CODES = "SELECT age, CAST(SUBSTR(org, 2) AS INT) AS org FROM stays"
NOT_A_QUERY = r"SELECT statements only|cannot be planned"
HEADING = ["person id", "org", "note"]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with opened(request.param, tmp_path) as found:
        yield found


def test_columns_of_codes_hold_every_row(engine: Engine, tmp_path: Path) -> None:
    files = [
        write_stays(tmp_path / "a.parquet", rows=1000),
        write_stays(tmp_path / "b [2].parquet", rows=500, first=1000),
    ]
    assert engine.read_files("stays", files, kind="parquet") == ("k", "age", "org")
    found = engine.coded(CODES, LEVELS)
    assert found.rows == 1500
    assert counted(found) == sorted((n % 100, n % 7) for n in range(1500))
    assert list(found.columns) == ["age", "org"]
    assert {column.codes.dtype for column in found.columns.values()} == {
        np.dtype(np.uint8)
    }


def test_more_than_256_levels_take_two_bytes(engine: Engine) -> None:
    engine.put("given", {"code": [0, 256, 65_535]})
    narrow = engine.coded("SELECT code FROM given WHERE code < 256", {"code": 256})
    wide = engine.coded("SELECT code FROM given", {"code": 65_536})
    assert narrow.columns["code"].codes.dtype == np.uint8
    assert wide.columns["code"].codes.dtype == np.uint16
    assert counted(wide) == [(0,), (256,), (65_535,)]


def test_yes_no_and_uncast_sums_are_codes_too(engine: Engine) -> None:
    engine.put("given", {"yes": [True, False, True], "n": [1, 2, 3]})
    found = engine.coded(
        "SELECT yes, SUM(n) AS n FROM given GROUP BY yes", {"yes": 2, "n": 9}
    )
    # 1 and 3 are with yes.
    assert counted(found) == [(0, 2), (1, 4)]


def test_no_rows_are_columns_without_rows(engine: Engine) -> None:
    engine.put("given", {"code": [1]})
    assert engine.coded("SELECT code FROM given WHERE code > 1", {"code": 2}).rows == 0


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("SELECT code FROM given", "a value of code that is not one of its 90 levels"),
        ("SELECT -code AS code FROM given", "that is not one of its 90 levels"),
        ("SELECT NULLIF(code, 17) AS code FROM given", "a value of code that is empty"),
    ],
)
def test_a_value_without_a_level_is_refused_by_its_column(
    engine: Engine, sql: str, says: str
) -> None:
    engine.put("given", {"code": [3, 17, 97]})
    with pytest.raises(InputError, match=says) as refused:
        engine.coded(sql, {"code": 90})
    assert "97" not in str(refused.value)
    # The engine is as usable as before.
    assert engine.rows("SELECT COUNT(*) AS n FROM given") == [{"n": 3}]


def test_codes_that_are_not_whole_numbers_are_a_mistake_of_ours(engine: Engine) -> None:
    engine.put("given", {"code": ["x"]})
    with pytest.raises(ValueError, match="codes of code are string"):
        engine.coded("SELECT code FROM given", {"code": 2})


@pytest.mark.parametrize(
    ("ending", "mark"), [("csv", ","), ("txt", "|"), ("csv.gz", ",")]
)
def test_text_files_are_read_alike(
    engine: Engine, tmp_path: Path, ending: str, mark: str
) -> None:
    rows = [["1", "Z1", f'say "{mark}"'], ["2", "", ""], ["03", "Zé", "two\nlines"]]
    file = write_text(tmp_path / f"stays.{ending}", [HEADING, *rows], mark=mark)
    found = engine.read_files("s", [file], kind="pipe" if mark == "|" else "csv")
    assert found == tuple(HEADING)
    texts = engine.rows('SELECT "person id" AS p, org, note FROM s ORDER BY p')
    # Everything is text as written, and an empty cell is null.
    assert [tuple(row.values()) for row in texts] == [
        ("03", "Zé", "two\nlines"),
        ("1", "Z1", f'say "{mark}"'),
        ("2", None, None),
    ]


def test_a_mark_of_byte_order_and_windows_lines_do_no_harm(
    engine: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "s.csv"
    file.write_bytes(b'\xef\xbb\xbfa,b\r\n1,""\r\n2,x\r\n')
    assert engine.read_files("s", [file], kind="csv") == ("a", "b")
    assert engine.rows("SELECT a, b FROM s ORDER BY a") == [
        {"a": "1", "b": None},
        {"a": "2", "b": "x"},
    ]


def test_files_of_other_columns_are_refused_by_name(
    engine: Engine, tmp_path: Path
) -> None:
    one = write_text(tmp_path / "one.csv", [["a", "b"], ["1", "2"]])
    two = write_text(tmp_path / "two.csv", [["a", "c"], ["1", "2"]])
    three = write_text(tmp_path / "three.csv", [["b", "a"], ["1", "2"]])
    with pytest.raises(InputError, match=r"two\.csv: the file lacks `b` and has also"):
        engine.read_files("s", [one, two], kind="csv")
    with pytest.raises(InputError, match=r"three\.csv: .* another order"):
        engine.read_files("s", [one, three], kind="csv")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "does not name the columns"),
        (b"a,a\n1,2\n", "does not name the columns"),
        (b"a,\n1,2\n", "does not name the columns"),
        (b"a,\xff\n1,2\n", "the heading cannot be read"),
        (b"\x1f\x8bnot packed", "the heading cannot be read"),
    ],
)
def test_a_heading_must_name_each_column(
    engine: Engine, tmp_path: Path, content: bytes, says: str
) -> None:
    file = tmp_path / "bad.csv"
    file.write_bytes(content)
    with pytest.raises(InputError, match=rf"bad\.csv, row 1: .*{says}"):
        engine.read_files("s", [file], kind="csv")


def test_a_file_that_is_not_there_is_named(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no file .*gone\.parquet"):
        engine.read_files("s", [tmp_path / "gone.parquet"], kind="parquet")


def test_rows_that_repeat_a_key_are_counted(engine: Engine) -> None:
    engine.put(
        "given", {"k": ["a", "b", "a", None, "c", "a", None, "c"], "n": range(8)}
    )
    # a comes three times and c twice: 2 and 1 rows too many.  Null is no key.
    assert engine.repeated_keys("given", "k") == 3
    engine.create_view("once", "SELECT * FROM given WHERE n IN (0, 1, 3, 4, 6)")
    assert engine.repeated_keys("once", "k") == 0


def test_of_rows_with_one_key_the_first_by_value_stays(engine: Engine) -> None:
    engine.put(
        "given",
        {"k": ["a", "a", None, "b", None, "a"], "v": ["z", "y", "n", "b", "n", None]},
    )
    assert engine.keep_one("kept", "given", "k") == 2
    found = engine.rows("SELECT k, v FROM kept ORDER BY k NULLS LAST")
    # For a, y comes before z, and null after both.
    assert [tuple(row.values()) for row in found] == [
        *(("a", "y"), ("b", "b"), (None, "n"), (None, "n"))
    ]
    assert engine.keep_one("again", "kept", "k") == 0
    assert engine.rows("SELECT COUNT(*) AS n FROM again") == [{"n": 4}]


def test_a_large_table_is_not_a_table_of_counts(engine: Engine) -> None:
    engine.put("given", {"n": range(11)})
    assert len(engine.rows("SELECT n FROM given", most=11)) == 11
    with pytest.raises(ValueError, match="more than 10 rows"):
        engine.rows("SELECT n FROM given", most=10)


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE given",
        "CREATE TABLE other AS SELECT 1",
        "INSERT INTO given VALUES (1)",
        "SELECT 1; SELECT 2",
        "SELECT nothing FROM given",
        "SELECT 1 FROM nowhere",
        "SELECT FROM WHERE",
    ],
)
def test_only_a_query_that_can_be_planned_is_run(engine: Engine, sql: str) -> None:
    engine.put("given", {"n": [1]})
    for ask in (engine.rows, lambda text: engine.create_view("v", text)):
        with pytest.raises(ValueError, match=NOT_A_QUERY):
            ask(sql)


def test_a_view_can_be_named_again(engine: Engine) -> None:
    for number in (1, 2):
        engine.create_view("v", f"SELECT {number} AS n")
        assert engine.rows("SELECT n FROM v") == [{"n": number}]


def test_what_is_held_is_worked_out_once(engine: Engine, tmp_path: Path) -> None:
    file = write_stays(tmp_path / "stays.parquet", rows=100)
    engine.read_files("stays", [file], kind="parquet")
    engine.hold("held", "SELECT org, COUNT(*) AS n FROM stays GROUP BY org")
    # 100 stays among 7 organisations: the first two have 15, the others 14.
    again = "SELECT org, n FROM held ORDER BY org"
    found = [tuple(row.values()) for row in engine.rows(again)]
    assert found == [(f"Z{code}", 15 if code < 2 else 14) for code in range(7)]
    with pytest.raises(ValueError, match=NOT_A_QUERY):
        engine.hold("other", "DROP TABLE held")


def cut_off(folder: Path) -> tuple[Path, str]:
    file = folder / "bad.parquet"
    write_stays(file, rows=1000)
    file.write_bytes(file.read_bytes()[:-100])
    return file, "parquet"


def not_parquet(folder: Path) -> tuple[Path, str]:
    file = folder / "bad.parquet"
    file.write_text(MARKER * 10)
    return file, "parquet"


def ragged(folder: Path) -> tuple[Path, str]:
    rows = [["a", "b"], ["1", "2"], [MARKER, "2", "3"], ["1", "2"]]
    return write_text(folder / "bad.csv", rows), "csv"


@pytest.mark.parametrize("spoilt", [cut_off, not_parquet, ragged])
def test_a_spoilt_file_is_refused_by_name_and_not_quoted(
    engine: Engine,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    spoilt: object,
) -> None:
    file, kind = spoilt(tmp_path)  # type: ignore[operator]

    def read() -> None:
        engine.read_files("s", [file], kind=kind)
        engine.rows("SELECT * FROM s")

    with pytest.raises(InputError) as refused:
        read()
    assert_hidden(refused.value, capfd)
    assert "bad" in str(refused.value) or engine.name == "spark"


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("CAST(v AS INT)", "a whole number"),
        ("CAST(v AS DATE)", "a date"),
        ("CAST(v AS DOUBLE)", "a number"),
        ("CAST(v AS BOOLEAN)", "yes or no"),
        # What is quoted looks like the beginning of another message.
        ("CAST('Binder Error: ' || v AS INT)", "a whole number"),
    ],
)
def test_a_value_of_the_wrong_type_is_not_quoted(
    engine: Engine,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    expression: str,
    says: str,
) -> None:
    text = np.array(["1", MARKER])
    write_parquet(tmp_path / "s.parquet", {"v": text})
    engine.read_files("s", [tmp_path / "s.parquet"], kind="parquet")
    for ask in (
        lambda: engine.rows(f"SELECT {expression} AS v FROM s"),
        lambda: engine.coded(f"SELECT {expression} AS v FROM s", {"v": 2}),
    ):
        with pytest.raises(InputError, match=f"cannot be read as {says}") as refused:
            ask()
        assert_hidden(refused.value, capfd)


def assert_hidden(error: BaseException, capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing of a row is in the message, what it came from, or what was printed."""
    assert MARKER not in str(error)
    assert error.__context__ is None
    assert error.__cause__ is None
    assert MARKER not in "".join(capfd.readouterr())
