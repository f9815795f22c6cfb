"""Do research and outcomes go together, patient by patient?"""

from __future__ import annotations
