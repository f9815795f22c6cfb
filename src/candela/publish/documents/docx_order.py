"""In which order does Word expect the properties of a paragraph, a run and a table?

Word refuses a file, or repairs it with a warning, where they stand in another order
than the standard's (ECMA-376, part 1, sections 17.3.1.26, 17.3.2.28 and 17.4.59).
"""

from __future__ import annotations

from typing import Any

__all__ = ["ORDER", "put_in_order"]

ORDER = {
    "pPr": """
        pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr
        suppressLineNumbers pBdr shd tabs suppressAutoHyphens kinsoku wordWrap
        overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd
        snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc
        textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr
        sectPr pPrChange
    """,
    "rPr": """
        rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss
        imprint noProof snapToGrid vanish webHidden color spacing w kern position sz
        szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang
        eastAsianLayout specVanish oMath
    """,
    "tblPr": """
        tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize
        tblW jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook
        tblCaption tblDescription
    """,
}


def put_in_order(root: Any) -> None:
    """Put all properties below an element into the order of the standard."""
    from docx.oxml.ns import qn

    for tag, names in ORDER.items():
        place = {qn(f"w:{name}"): n for n, name in enumerate(names.split())}
        for properties in root.iter(qn(f"w:{tag}")):
            for child in sorted(properties, key=lambda e: place.get(e.tag, len(place))):
                properties.append(child)  # it stood there already, so it moves
