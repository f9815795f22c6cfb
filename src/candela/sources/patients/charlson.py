"""Which other conditions does Charlson's score count, and how are they coded?

Conditions and weights: Charlson ME and others, J Chronic Dis 1987;40:373-83,
doi:10.1016/0021-9681(87)90171-8.  Codes of ICD-10: Quan H and others, Med Care
2005;43:1130-9, doi:10.1097/01.mlr.0000182534.19832.83.  The official hospital mortality
indicator weighs the same conditions otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["CHARLSON", "SUPERSEDED", "Condition"]


@dataclass(frozen=True)
class Condition:
    """A condition: its weight, and how the ICD-10 codes that mean it begin."""

    name: str
    weight: int
    prefixes: tuple[str, ...]


def _condition(name: str, weight: int, codes: str) -> Condition:
    return Condition(name, weight, tuple(_spread(codes)))


def _spread(codes: str) -> list[str]:
    """Return the codes of a list in which ``I60-I69`` stands for ten."""
    found: list[str] = []
    for code in codes.split():
        first, _, last = code.partition("-")
        if last:
            stem, width = first[:1], len(first) - 1
            numbers = range(int(first[1:]), int(last[1:]) + 1)
            found += [f"{stem}{number:0{width}d}" for number in numbers]
        else:
            found.append(code)
    return found


CHARLSON: tuple[Condition, ...] = (
    _condition("myocardial infarction", 1, "I21 I22 I252"),
    _condition(
        "heart failure",
        1,
        "I099 I110 I130 I132 I255 I420 I425-I429 I43 I50 P290",
    ),
    _condition(
        "peripheral vascular disease",
        1,
        "I70 I71 I731 I738 I739 I771 I790 I792 K551 K558 K559 Z958 Z959",
    ),
    _condition("cerebrovascular disease", 1, "G45 G46 H340 I60-I69"),
    _condition("dementia", 1, "F00-F03 F051 G30 G311"),
    _condition(
        "chronic pulmonary disease",
        1,
        "I278 I279 J40-J47 J60-J67 J684 J701 J703",
    ),
    _condition("rheumatic disease", 1, "M05 M06 M315 M32-M34 M351 M353 M360"),
    _condition("peptic ulcer disease", 1, "K25-K28"),
    _condition(
        "mild liver disease",
        1,
        "B18 K700-K703 K709 K713-K715 K717 K73 K74 K760 K762-K764 K768 K769 Z944",
    ),
    _condition(
        "diabetes without complication",
        1,
        "E100 E101 E106 E108 E109 E110 E111 E116 E118 E119 E120 E121 E126 E128 E129 "
        "E130 E131 E136 E138 E139 E140 E141 E146 E148 E149",
    ),
    _condition(
        "diabetes with complication",
        2,
        "E102-E105 E107 E112-E115 E117 E122-E125 E127 E132-E135 E137 E142-E145 E147",
    ),
    _condition(
        "hemiplegia or paraplegia",
        2,
        "G041 G114 G801 G802 G81 G82 G830-G834 G839",
    ),
    _condition(
        "renal disease",
        2,
        "I120 I131 N032-N037 N052-N057 N18 N19 N250 Z490-Z492 Z940 Z992",
    ),
    _condition(
        "malignancy",
        2,
        "C00-C26 C30-C34 C37-C41 C43 C45-C58 C60-C76 C81-C85 C88 C90-C97",
    ),
    _condition(
        "moderate or severe liver disease",
        3,
        "I850 I859 I864 I982 K704 K711 K721 K729 K765 K766 K767",
    ),
    _condition("metastatic solid tumour", 6, "C77-C80"),
    _condition("AIDS", 6, "B20 B21 B22 B24"),
)

# Of two forms of one disease only the graver counts.
SUPERSEDED: Mapping[str, str] = {
    "mild liver disease": "moderate or severe liver disease",
    "diabetes without complication": "diabetes with complication",
    "malignancy": "metastatic solid tumour",
}
