"""Products of a show as somebody pastes them: a SKU or barcode, what is expected, what to pre-pack; both may be left out.

Nothing is half taken: every line that is wrong is named with its number.
"""

import re

from django.utils.translation import gettext as _

from core import sentences
from warehouse import picking
from warehouse.show_book import PRODUCTS_AT_MOST, UNITS_AT_MOST, BadShow, Wanted

PROBLEMS_SHOWN = 10


def read(text: str) -> list[Wanted]:
    """A product for each line that is not empty; a SKU that stands there twice is refused."""
    rows = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(rows) > PRODUCTS_AT_MOST:
        raise BadShow(_("A show has %(most)d products at most.") % {"most": PRODUCTS_AT_MOST}, field="lines")
    found: dict[int, Wanted] = {}
    problems = []
    for number, line in rows:
        wanted = _product(line, found)
        if isinstance(wanted, Wanted):
            found[wanted.sku_id] = wanted
        else:
            problems.append(_("Line %(line)d: %(text)s") % {"line": number, "text": wanted})
    if problems:
        raise BadShow(sentences.joined(problems[:PROBLEMS_SHOWN]), field="lines")
    return list(found.values())


def _product(line: str, found: dict[int, Wanted]) -> Wanted | str:
    """The product that a line means, or what is wrong with it."""
    code, *numbers = [cell.strip() for cell in re.split(r"[,;\t，；]", line)]
    sku = picking.sku_by_code(code=code)
    if sku is None:
        return _("there is no SKU “%(code)s”.") % {"code": code[:40]}
    if sku.pk in found:
        return _("%(sku)s stands there twice.") % {"sku": sku.seller_sku}
    if len(numbers) > 2:
        return _("a SKU and at most two numbers belong on a line.")
    units: list[int | None] = []
    for typed in [*numbers, "", ""][:2]:
        if typed and not (typed.isascii() and typed.isdecimal() and int(typed[:9]) <= UNITS_AT_MOST):
            return _("“%(units)s” is no number of units from 0 to %(most)d.") % {
                "units": typed[:20],
                "most": UNITS_AT_MOST,
            }
        units.append(int(typed) if typed else None)
    return Wanted(sku_id=sku.pk, expected=units[0], prepack=units[1])
