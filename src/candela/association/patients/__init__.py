"""Do research and outcomes go together, patient by patient?"""

from __future__ import annotations

from candela.association.patients.reading import SHIPPED, read_protocol

__all__ = ["SHIPPED", "read_protocol"]
