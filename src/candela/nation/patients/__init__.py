"""What would rows about patients look like if we knew the truth?"""

from __future__ import annotations

from candela.nation.patients.counted import Counted
from candela.nation.patients.design import PatientsDesign
from candela.nation.patients.making import make_patients
from candela.nation.patients.truth import PatientsTruth

__all__ = ["Counted", "PatientsDesign", "PatientsTruth", "make_patients"]
