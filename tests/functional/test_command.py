"""Does the command say what it does, do it, and end with the right code?"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from book_pages import manifest_of
from candela import __version__
from candela.build import verify_book
from command import candela
from shmi_files import LATER, shmi_row, shmi_rows, write_shmi
from small_nation import DESIGN, MadeUp

HELP_SECONDS = 1.0
HEAVY = (
    *("numpy", "pandas", "scipy", "altair", "jinja2", "openpyxl", "vl_convert"),
    *("django", "allauth", "waitress", "psycopg"),
)
KEEPING = ("serve", "worker", "upgrade", "backup", "restore", "audit")
COMMANDS = ("check", "build", "demo", "verify", "patients", "study", *KEEPING)


def as_subprocess(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "candela", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "100", **more},
    )


# Help.


def test_help_answers_within_a_second() -> None:
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        done = as_subprocess("--help")
        seconds.append(time.perf_counter() - start)
        assert done.returncode == 0
    assert statistics.median(seconds) < HELP_SECONDS


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "sys.argv = ['candela', '--help']\n"
        "from candela.cli.main import main\n"
        "try:\n"
        "    main()\n"
        "except SystemExit:\n"
        "    pass\n"
        "print('loaded:', *sorted({name.split('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = done.stdout.rpartition("loaded:")[2].split()
    assert "typer" in loaded
    assert not set(HEAVY) & set(loaded)


@pytest.mark.parametrize(
    "arguments", [["verify", "BOOK"], ["check", "FOLDER"], ["demo", "--help"]]
)
def test_commands_about_books_alone_never_load_the_web(
    arguments: list[str], tmp_path: Path, made_up: MadeUp
) -> None:
    given = {"BOOK": str(made_up.book), "FOLDER": str(made_up.files)}
    words = [given.get(a, a) for a in arguments]
    program = (
        "import sys\n"
        f"sys.argv = ['candela', *{words!r}]\n"
        "from candela.cli.main import main\n"
        "try:\n"
        "    main()\n"
        "except SystemExit:\n"
        "    pass\n"
        "print('loaded:', *sorted({name.split('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = done.stdout.rpartition("loaded:")[2].split()
    assert not {"django", "allauth", "waitress", "psycopg"} & set(loaded)


def test_help_names_every_command_and_exit_code() -> None:
    text = as_subprocess("--help").stdout
    for name in COMMANDS:
        assert f"  {name} " in text
    for code in ("0 done", "2 ", "10 ", "11 ", "12 ", "14 "):
        assert code in text


@pytest.mark.parametrize("name", [*COMMANDS[:-1], "audit verify"])
def test_the_help_of_each_command_has_an_example_that_is_understood(name: str) -> None:
    text = as_subprocess(*name.split(), "--help").stdout
    example = text.partition("Example: ")[2].strip()
    assert example.startswith(f"candela {name}")
    # The options in the example are options of the command.
    for word in example.split():
        if word.startswith("--"):
            assert f"{word} " in text.partition("Example: ")[0]


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert candela("--version") == 0
    assert capsys.readouterr().out == f"candela {__version__}\n"


# Exit codes.


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("bild",),
        ("build",),
        ("build", "files"),
        ("check",),
        ("serve", "book", "--port", "70000"),
        ("serve", "book", "--port", "-1"),
        ("demo", "--seed", "-3"),
        ("restore", "candela.tar"),
        ("restore", "--home", "home"),
        ("audit", "change"),
    ],
)
def test_a_command_that_is_not_understood_ends_with_2(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert candela(*arguments) == 2


def test_research_without_deaths_ends_with_11(
    tmp_path: Path, made_up: MadeUp, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "files").mkdir()
    name = "research-activity.csv"
    (tmp_path / "files" / name).write_bytes((made_up.files / name).read_bytes())
    assert candela("build", tmp_path / "files", "--out", tmp_path / "book") == 11
    assert "add SHMI files (trust level)" in capsys.readouterr().err
    assert not (tmp_path / "book").exists()


def test_a_changed_book_ends_with_14_and_names_the_file(
    copied_book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (copied_book / "tables" / "funnel.csv").write_text("x")
    (copied_book / "extra.txt").write_text("x")
    assert candela("verify", copied_book) == 14
    error = capsys.readouterr().err
    assert "tables/funnel.csv: changed since it was written" in error
    assert "extra.txt: not part of the book" in error


def test_a_whole_book_verifies(
    made_up: MadeUp, capsys: pytest.CaptureFixture[str]
) -> None:
    assert candela("verify", made_up.book) == 0
    assert capsys.readouterr().out == f"{made_up.book}: as it was written.\n"


@pytest.mark.parametrize("name", ["verify", "serve"])
def test_what_is_no_book_ends_with_10(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert candela(name, tmp_path) == 10
    assert "is not a book" in capsys.readouterr().err


def test_a_changed_book_is_not_served(
    copied_book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (copied_book / "report.html").write_text("x")
    assert candela("serve", copied_book, "--port", "0") == 14
    assert "report.html: changed" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["check", "build"])
def test_a_folder_that_is_not_there_ends_with_10(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    more = ("--out", tmp_path / "book") if name == "build" else ()
    assert candela(name, tmp_path / "nowhere", *more) == 10
    assert "this is not a folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--policy", "sideways", "sideways"),
        ("--policy", "successor_at=spring", "spring"),
        ("--protocol", "nowhere.toml", "the protocol cannot be read"),
    ],
)
def test_a_setting_that_is_wrong_ends_with_10_and_writes_nothing(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    option: str,
    value: str,
    words: str,
) -> None:
    files = write_shmi(tmp_path / "files")
    code = candela("build", files, "--out", tmp_path / "book", option, value)
    assert code == 10
    assert words in capsys.readouterr().err
    assert not (tmp_path / "book").exists()


def test_an_unforeseen_error_is_not_dressed_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **more: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("candela.build.build_book", broken)
    with pytest.raises(ZeroDivisionError):
        candela("build", tmp_path, "--out", tmp_path / "book")


def test_ctrl_c_ends_with_130(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*args: object, **more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("candela.build.build_book", stopped)
    assert candela("build", tmp_path, "--out", tmp_path / "book") == 130


# check.


@pytest.fixture
def checked(made_up: MadeUp, capsys: pytest.CaptureFixture[str]) -> str:
    assert candela("check", made_up.files) == 0
    return capsys.readouterr().out


def test_check_tells_layout_rows_period_and_problems_of_each_file(checked: str) -> None:
    block = checked.partition("research-activity.csv\n")[2].split("\n")
    assert block[0] == "  recognised as: Research activity, generic layout"
    assert block[1].startswith("  rows: ")
    assert block[1].endswith("period: 2016/17 to 2019/20 (4)")
    assert block[2] == "  problems: none"


def test_check_tells_what_it_noticed_and_what_it_left_out(checked: str) -> None:
    assert "note: the text is cp1252, not UTF-8" in checked
    assert "Not recognised, left out (2):\n  README.txt\n  truth.json\n" in checked


def test_check_answers_each_question(checked: str) -> None:
    answers = checked.partition("What these files can answer:\n")[2]
    assert answers.count("  yes  ") == 4
    assert "missing" not in answers


def test_check_says_what_is_missing_for_which_question(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert candela("check", write_shmi(tmp_path / "files")) == 0
    answers = capsys.readouterr().out.partition("What these files can answer:\n")[2]
    assert answers.startswith(
        "  yes  Which trusts differ from expected?\n       has: SHMI, 40 rows\n"
    )
    together = answers.partition("  no   Does more research go with fewer deaths?\n")[2]
    assert "missing: research activity: " in together.split("  no   ")[0]


def test_check_reads_on_after_a_bad_file_and_ends_with_10(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = write_shmi(tmp_path / "files", [shmi_row(0, OBSERVED="x")])
    write_shmi(files, shmi_rows(), name=LATER)
    assert candela("check", files) == 10
    told = capsys.readouterr()
    assert "  problems: 1\n    shmi-2013-october.csv, row 2, column `OBSERVED`" in (
        told.out
    )
    assert "rows: 40" in told.out
    assert "What these files can answer:" in told.out
    assert "`x` is not a number" in told.err


def test_check_writes_nothing(made_up: MadeUp, checked: str) -> None:
    del checked
    assert {p.name for p in made_up.files.parent.iterdir()} == {"files", "book"}


# build and demo.


def test_build_tells_where_the_book_is_and_why_it_cannot_tell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = write_shmi(tmp_path / "files")
    assert candela("build", files, "--out", tmp_path / "book") == 0
    told = capsys.readouterr()
    assert f"Book: {tmp_path / 'book'}\n" in told.out
    assert f"candela serve {tmp_path / 'book'}" in told.out
    assert "No association could be computed: " in told.err
    assert verify_book(tmp_path / "book") == ()


def test_the_day_of_a_book_can_be_set_so_that_it_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 1,746,057,600 seconds after 1 January 1970 is 1 May 2025, midnight UTC.
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1746057600")
    files = write_shmi(tmp_path / "files")
    assert candela("build", files, "--out", tmp_path / "book") == 0
    assert manifest_of(tmp_path / "book")["built_on"] == "2025-05-01"


@pytest.mark.parametrize("epoch", ["yesterday", "", "9" * 30])
def test_a_day_that_is_none_ends_with_10(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    epoch: str,
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert candela("build", tmp_path, "--out", tmp_path / "book") == 10
    assert "SOURCE_DATE_EPOCH" in capsys.readouterr().err


def test_build_keeps_the_policy_asked_for(tmp_path: Path) -> None:
    files = write_shmi(tmp_path / "files")
    out = ("--out", tmp_path / "book")
    assert candela("build", files, *out, "--policy", "as_reported") == 0
    assert manifest_of(tmp_path / "book")["settings"]["policy"] == "as_reported"


def test_demo_makes_files_and_a_book_and_can_be_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # The whole nation takes ten seconds; the command is the same for a small one.
    monkeypatch.setattr("candela.nation.NationDesign", lambda: DESIGN)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1746057600")
    assert candela("demo", "--out", tmp_path / "demo", "--seed", "7") == 0
    assert "Files of the made-up nation (seed 7)" in capsys.readouterr().out
    assert verify_book(tmp_path / "demo" / "book") == ()
    manifest = manifest_of(tmp_path / "demo" / "book")
    assert manifest["made_up"] is True
    first = (tmp_path / "demo" / "book" / "manifest.json").read_bytes()
    assert candela("demo", "--out", tmp_path / "demo", "--seed", "7") == 0
    assert (tmp_path / "demo" / "book" / "manifest.json").read_bytes() == first


def test_demo_does_not_put_made_up_files_beside_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "mine.csv").write_text("mine")
    assert candela("demo", "--out", tmp_path) == 10
    assert (tmp_path / "files" / "mine.csv").read_text() == "mine"
    assert [p.name for p in tmp_path.iterdir()] == ["files"]


def test_a_log_gets_plain_lines() -> None:
    done = as_subprocess("check", "/nowhere/at/all")
    assert done.returncode == 10
    assert "\x1b" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
