"""What do files of rows about people say, in the layouts they come in?"""

from __future__ import annotations

from candela.sources.patients.decisions import Decision
from candela.sources.patients.fingerprints import PatientFile
from candela.sources.patients.folder import PatientFolder
from candela.sources.patients.opened import PatientTables
from candela.sources.patients.reading import read_patient_folder

__all__ = [
    "Decision",
    "PatientFile",
    "PatientFolder",
    "PatientTables",
    "read_patient_folder",
]
