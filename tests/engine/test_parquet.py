"""Does a written file hold what was given, and only when it is whole?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from candela.engine.duck import open_duckdb
from candela.engine.parquet import write_parquet


def test_every_kind_of_column_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "made.parquet"
    write_parquet(
        file,
        {
            "code": np.array([1, 0, -1], np.int8),
            "text": np.array(["a", "é", ""]),
            "day": np.array(["2020-03-31", "NaT", "1999-12-31"], "datetime64[D]"),
            "whole": np.ma.MaskedArray(
                np.array([1, 2, 3], np.int32), [False, True, False]
            ),
            "yes": np.array([True, False, True]),
            "number": np.array([0.5, 1.5, 2.5]),
        },
        dictionary={"code": ["Z0", "Z1"]},
    )
    with open_duckdb(folders=[tmp_path]) as engine:
        engine.read_files("made", [file], kind="parquet")
        found = engine.rows(
            "SELECT code, text, CAST(day AS STRING) AS day, whole, yes, number"
            " FROM made ORDER BY number"
        )
        types = engine.rows("SELECT TYPEOF(code) AS c, TYPEOF(day) AS d FROM made")
    assert [tuple(row.values()) for row in found] == [
        ("Z1", "a", "2020-03-31", 1, True, 0.5),
        ("Z0", "é", None, None, False, 1.5),
        (None, "", "1999-12-31", 3, True, 2.5),
    ]
    assert types[0] == {"c": "VARCHAR", "d": "DATE"}


def test_identifiers_of_many_rows_are_not_kept_in_a_dictionary(tmp_path: Path) -> None:
    file = tmp_path / "made.parquet"
    write_parquet(
        file,
        {"k": np.arange(1000).astype("U"), "code": np.zeros(1000, np.uint8)},
        dictionary={"code": ["Z0"]},
    )
    group = pq.ParquetFile(file).metadata.row_group(0)
    encodings = [group.column(n).encodings for n in range(2)]
    assert not any("DICTIONARY" in encoding for encoding in encodings[0])
    assert any("DICTIONARY" in encoding for encoding in encodings[1])


def test_a_file_that_fails_is_not_there_and_one_before_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "made.parquet"
    write_parquet(file, {"n": np.arange(3)})
    before = file.read_bytes()

    def full(_table: object, part: Path, **_: object) -> None:
        part.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pyarrow.parquet.write_table", full)
    with pytest.raises(OSError, match="No space"):
        write_parquet(file, {"n": np.arange(4)})
    assert [path.name for path in tmp_path.iterdir()] == ["made.parquet"]
    assert file.read_bytes() == before


def test_a_code_without_a_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a code of org has no text"):
        write_parquet(
            tmp_path / "made.parquet",
            {"org": np.array([0, 2])},
            dictionary={"org": ["Z0", "Z1"]},
        )
    assert list(tmp_path.iterdir()) == []
