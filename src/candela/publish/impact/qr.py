"""How does an address become a square that a telephone reads?"""

from __future__ import annotations

import io

from candela.publish.documents.model import Figure

__all__ = ["square"]


def square(address: str, *, width_mm: int = 35) -> Figure:
    """Return the square of an address; the address itself stands beside it in words."""
    import vl_convert
    from qrcode.image.svg import SvgPathFillImage  # type: ignore[import-untyped]
    from qrcode.main import QRCode  # type: ignore[import-untyped]

    made = QRCode(image_factory=SvgPathFillImage, border=2)
    made.add_data(address)
    made.make(fit=True)
    written = io.BytesIO()
    made.make_image().save(written)
    svg = written.getvalue()
    png: bytes = vl_convert.svg_to_png(svg.decode(), scale=8)
    alt = f"Square for a telephone's camera. It leads to {address}"
    return Figure("read-more", "", alt, svg, png, width_mm=width_mm)
