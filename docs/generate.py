"""Which reference pages follow from the code, and are they as the code says?

    python docs/generate.py            write docs/reference/*.md
    python docs/generate.py --check    name the pages that are stale; exit 1 if any

A page depends on the code alone: not on data at hand, paths, the day or the terminal.
Words that the code does not hold (what one row stands for, what a key means) are in
``reference_words.py``; a table or a key without words there is refused.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from reference_api import api_page
from reference_data import layouts_page, measures_page, tables_page
from reference_patients import patient_layouts_page
from reference_questionnaires import questionnaires_page
from reference_roles import roles_page
from reference_study import study_protocol_page
from reference_use import commands_page, errors_page, protocol_page, settings_page

REFERENCE = Path(__file__).parent / "reference"

PAGES = {
    "tables.md": tables_page,
    "layouts.md": layouts_page,
    "measures.md": measures_page,
    "patient-layouts.md": patient_layouts_page,
    "commands.md": commands_page,
    "errors.md": errors_page,
    "protocol.md": protocol_page,
    "study-protocol.md": study_protocol_page,
    "roles.md": roles_page,
    "api.md": api_page,
    "settings.md": settings_page,
    "questionnaires.md": questionnaires_page,
}


def stale_pages() -> list[str]:
    """Return the names of pages that are not as the code says."""
    return [
        name
        for name, make in PAGES.items()
        if not (REFERENCE / name).is_file()
        or (REFERENCE / name).read_text(encoding="utf-8") != make()
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages, or say which are stale; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    if parser.parse_args(arguments).check:
        stale = stale_pages()
        for name in stale:
            print(f"docs/reference/{name} is stale: run python docs/generate.py")
        return 1 if stale else 0
    REFERENCE.mkdir(exist_ok=True)
    for name, make in PAGES.items():
        (REFERENCE / name).write_text(make(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
