"""What does this published file say?"""

from __future__ import annotations

from candela.sources.folder import FileReport, Folder, read_folder
from candela.sources.layouts import LAYOUTS, recognised
from candela.sources.reading import Layout, Reading

__all__ = [
    "LAYOUTS",
    "FileReport",
    "Folder",
    "Layout",
    "Reading",
    "read_folder",
    "recognised",
]
