"""Barcodes as SVG, in whole printer dots: a bar of 1.5 dots is what a scanner cannot read."""

from barcode import get_barcode_class
from barcode.errors import BarcodeError

from core.errors import KuaifaError

DOT_MM = 25.4 / 203  # label printers print 203 dots an inch
QUIET_MODULES = 10


class CannotEncode(KuaifaError):
    """The text has characters that Code128 does not know."""


def code128_svg(text: str, *, width_mm: float, height_mm: float) -> str:
    """Code128 with the widest bars (2 to 4 dots) that fit into `width_mm`, quiet zones included."""
    modules = _modules(text)
    count = len(modules) + 2 * QUIET_MODULES
    dots = next((dots for dots in (4, 3, 2) if count * dots * DOT_MM <= width_mm), 1)
    bars, start = [], None
    for place, module in enumerate(modules + "0"):
        if module == "1" and start is None:
            start = place
        elif module == "0" and start is not None:
            bars.append(f'<rect x="{start + QUIET_MODULES}" width="{place - start}" height="1"/>')
            start = None
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{count * dots * DOT_MM:.3f}mm" height="{height_mm}mm" '
        f'viewBox="0 0 {count} 1" preserveAspectRatio="none" shape-rendering="crispEdges">{"".join(bars)}</svg>'
    )


def _modules(text: str) -> str:
    try:
        return get_barcode_class("code128")(text).build()[0]
    except (BarcodeError, KeyError) as error:
        raise CannotEncode("Code128 cannot hold this text") from error
