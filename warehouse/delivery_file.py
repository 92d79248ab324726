"""The lines of a delivery as somebody pastes them or uploads them: a SKU (or barcode) and its units on each line.

Nothing is half taken: every line that is wrong is named with its number.
"""

import csv
import io
from collections.abc import Sequence

from django.utils.translation import gettext as _

from catalog.models import Barcode, Sku
from core import sentences, text_files
from warehouse.deliveries import LINES_AT_MOST, BadDelivery
from warehouse.receiving import UNITS_AT_MOST

BYTES_AT_MOST = 500_000
PROBLEMS_SHOWN = 10
_HEADINGS = {"sku", "seller_sku", "barcode", "货品", "编码", "商家编码", "条码"}


class BadDeliveryFile(BadDelivery):
    """The lines cannot be read; `problems` are sentences with their line."""

    code = "bad_delivery_file"

    def __init__(self, problems: Sequence[str]) -> None:
        shown = list(problems[:PROBLEMS_SHOWN])
        super().__init__(sentences.joined(shown))
        self.problems = shown


def text_of(content: bytes) -> str:
    """The text of an uploaded file."""
    if len(content) > BYTES_AT_MOST:
        raise BadDeliveryFile([_("The file is larger than 500 KB. Upload the delivery in parts.")])
    text = text_files.decoded(content)
    if text is None:
        raise BadDeliveryFile([_("The file is not a text file. Save it as csv in UTF-8.")])
    return text


def lines_of(*, text: str) -> dict[int, int]:
    """SKU id → units. A SKU that stands on several lines adds up."""
    rows = _rows(text)
    if not rows:
        raise BadDeliveryFile([_("There are no lines. Write a SKU and its units on each line.")])
    if len(rows) > LINES_AT_MOST:
        raise BadDeliveryFile([_("There are more than %(most)d lines.") % {"most": LINES_AT_MOST}])
    known = _skus({code for _line, code, _units in rows})
    problems, found = [], {}
    for line, code, units in rows:
        if problem := _problem(code, units, known):
            problems.append(_("Line %(line)d: %(text)s") % {"line": line, "text": problem})
            continue
        sku_id = known[code.upper()]
        found[sku_id] = found.get(sku_id, 0) + int(units)
    if problems:
        raise BadDeliveryFile(problems)
    return found


def _rows(text: str) -> list[tuple[int, str, str]]:
    """(line, code, units) of every line that is not empty and no heading."""
    sample = text.splitlines()[0] if text.strip() else ""
    delimiter = next((sign for sign in ("\t", ";", ",") if sign in sample), None)
    found = []
    reader = csv.reader(io.StringIO(text), delimiter=delimiter or ",")
    for number, cells in enumerate(reader, start=1):
        cells = [cell.strip() for cell in cells]
        if delimiter is None and len(cells) == 1:  # "MUG 5"
            cells = cells[0].rsplit(None, 1)
        if not any(cells) or (number == 1 and cells[0].lower() in _HEADINGS):
            continue
        found.append((number, cells[0], cells[1] if len(cells) > 1 else ""))
    return found


def _skus(codes: set[str]) -> dict[str, int]:
    """Codes in capitals → SKU id; a barcode or a SKU's own code."""
    known = {
        code.upper(): pk
        for code, pk in Sku.objects.filter(seller_sku__in=codes).values_list("seller_sku", "pk")
    }
    barcodes = Barcode.objects.filter(code__in=codes).values_list("code", "sku_id")
    known |= {code.upper(): sku_id for code, sku_id in barcodes}
    for code in codes:
        if code.upper() not in known and (sku := Sku.objects.filter(seller_sku__iexact=code).first()):
            known[code.upper()] = sku.pk
    return known


def _problem(code: str, units: str, known: dict[str, int]) -> str:
    if code.upper() not in known:
        return _("there is no SKU “%(code)s”.") % {"code": code[:40]}
    if not units.isdecimal() or not 1 <= int(units[:9]) <= UNITS_AT_MOST:
        return _("“%(units)s” is no number of units from 1 to %(most)d.") % {
            "units": units[:20],
            "most": UNITS_AT_MOST,
        }
    return ""
