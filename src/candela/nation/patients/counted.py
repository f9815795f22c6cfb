"""What can be counted of made-up patients, so that a reader's counts can be checked?"""

from __future__ import annotations

from dataclasses import dataclass, fields

__all__ = ["Counted"]


@dataclass(frozen=True)
class Counted:
    """Rows of made-up tables, by what became of them; ``+`` adds two parts."""

    admissions: int = 0
    died_within_30_days: int = 0
    admissions_of_participants: int = 0
    second_stays: int = 0
    cancer_patients: int = 0
    colorectal_patients: int = 0
    cancer_deaths: int = 0
    operations: int = 0
    died_within_30_days_of_surgery: int = 0
    cancer_participants: int = 0

    def __add__(self, other: Counted) -> Counted:
        return Counted(
            **{
                field.name: getattr(self, field.name) + getattr(other, field.name)
                for field in fields(self)
            }
        )
