"""Do research and outcomes go together, patient by patient?"""

from __future__ import annotations

from candela.association.patients.reading import SHIPPED, read_protocol
from candela.association.patients.study import needed_columns, study

__all__ = ["SHIPPED", "needed_columns", "read_protocol", "study"]
