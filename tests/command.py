"""How tests run the ``candela`` command: as a shell does, in this process."""

from __future__ import annotations

import sys
from unittest.mock import patch

from candela.cli.main import main


def candela(*arguments: object) -> int:
    """Run the command and return its exit code."""
    with patch.object(sys, "argv", ["candela", *map(str, arguments)]):
        try:
            main()
        except SystemExit as stopped:
            return int(stopped.code or 0)
    return 0
