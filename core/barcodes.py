"""Barcodes and QR codes as pictures of a document, in whole printer dots: a bar of 1.5 dots is what a scanner cannot read."""

from collections.abc import Iterator
from itertools import groupby

import segno
from barcode import get_barcode_class
from barcode.errors import BarcodeError

from core.boxes import Boxes
from core.errors import KuaifaError

DOT_MM = 25.4 / 203  # label printers print 203 dots an inch
QUIET_MODULES = 10
QR_QUIET_MODULES = 4


class CannotEncode(KuaifaError):
    """The text has characters that Code128 does not know."""


def code128(text: str, *, width_mm: float, height_mm: float) -> str:
    """Code128 with the widest bars (2 to 4 dots) that fit into `width_mm`, quiet zones included."""
    modules = _modules(text)
    count = len(modules) + 2 * QUIET_MODULES
    dots = next((dots for dots in (4, 3, 2) if count * dots * DOT_MM <= width_mm), 1)
    return Boxes(
        width_mm=count * dots * DOT_MM,
        height_mm=height_mm,
        columns=count,
        rows=1,
        spans=tuple(_spans(modules, left=QUIET_MODULES, top=0)),
    ).as_html()


def qr(text: str, *, side_mm: float) -> str:
    """A QR code with the largest squares (2 dots at least) that fit into `side_mm`, quiet zone included."""
    rows = segno.make(text, error="m", micro=False, boost_error=False).matrix
    count = len(rows) + 2 * QR_QUIET_MODULES
    side = max(2, int(side_mm / (count * DOT_MM))) * count * DOT_MM
    return Boxes(
        width_mm=side,
        height_mm=side,
        columns=count,
        rows=count,
        spans=tuple(
            span
            for top, row in enumerate(rows, start=QR_QUIET_MODULES)
            for span in _spans("".join(map(str, row)), left=QR_QUIET_MODULES, top=top)
        ),
    ).as_html()


def _spans(modules: str, *, left: int, top: int) -> Iterator[tuple[int, int, int]]:
    """The dark stretches of one row."""
    for module, run in groupby(modules):
        width = len(list(run))
        if module == "1":
            yield left, top, width
        left += width


def _modules(text: str) -> str:
    try:
        return get_barcode_class("code128")(text).build()[0]
    except (BarcodeError, KeyError) as error:
        raise CannotEncode("Code128 cannot hold this text") from error
