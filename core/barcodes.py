"""Barcodes and QR codes as SVG, in whole printer dots: a bar of 1.5 dots is what a scanner cannot read.

Each is one path, bars the teeth of a comb: two hundred codes of fifty rectangles each cost seconds.
"""

from itertools import groupby

import segno
from barcode import get_barcode_class
from barcode.errors import BarcodeError

from core.errors import KuaifaError

DOT_MM = 25.4 / 203  # label printers print 203 dots an inch
QUIET_MODULES = 10
QR_QUIET_MODULES = 4


class CannotEncode(KuaifaError):
    """The text has characters that Code128 does not know."""


def code128_svg(text: str, *, width_mm: float, height_mm: float) -> str:
    """Code128 with the widest bars (2 to 4 dots) that fit into `width_mm`, quiet zones included."""
    modules = _modules(text)
    count = len(modules) + 2 * QUIET_MODULES
    dots = next((dots for dots in (4, 3, 2) if count * dots * DOT_MM <= width_mm), 1)
    place, comb = QUIET_MODULES, f"M{QUIET_MODULES} 0"
    for module, run in groupby(modules):
        place += len(list(run))
        comb += f"V1H{place}V0" if module == "1" else f"H{place}"
    return _svg(
        f'<path d="{comb}z"/>', columns=count, rows=1, width_mm=count * dots * DOT_MM, height_mm=height_mm
    )


def qr_svg(text: str, *, side_mm: float) -> str:
    """A QR code with the largest squares (2 dots at least) that fit into `side_mm`, quiet zone included."""
    rows = segno.make(text, error="m", micro=False, boost_error=False).matrix
    count = len(rows) + 2 * QR_QUIET_MODULES
    side = max(2, int(side_mm / (count * DOT_MM))) * count * DOT_MM
    boxes = "".join(
        _runs("".join(map(str, row)), left=QR_QUIET_MODULES, top=place)
        for place, row in enumerate(rows, start=QR_QUIET_MODULES)
    )
    return _svg(f'<path d="{boxes}"/>', columns=count, rows=count, width_mm=side, height_mm=side)


def _runs(modules: str, *, left: int, top: int) -> str:
    """The dark stretches of one row as a path of boxes, one module high."""
    boxes, start = [], None
    for place, module in enumerate(modules + "0", start=left):
        if module == "1" and start is None:
            start = place
        elif module == "0" and start is not None:
            boxes.append(f"M{start} {top}h{place - start}v1H{start}z")
            start = None
    return "".join(boxes)


def _svg(drawing: str, *, columns: int, rows: int, width_mm: float, height_mm: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width_mm:.3f}mm" height="{height_mm:.3f}mm" '
        f'viewBox="0 0 {columns} {rows}" preserveAspectRatio="none" shape-rendering="crispEdges">'
        f"{drawing}</svg>"
    )


def _modules(text: str) -> str:
    try:
        return get_barcode_class("code128")(text).build()[0]
    except (BarcodeError, KeyError) as error:
        raise CannotEncode("Code128 cannot hold this text") from error
