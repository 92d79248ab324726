"""How a parcel's carrier was chosen, in words. What is stored are plain values; the sentence is made when it is read."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import sentences
from core.templatetags.ui import money, weight
from logistics.rating import No, Outcome

_REFUSALS = {
    No.NOT_SERVED: gettext_lazy("%(service)s does not go to %(where)s."),
    No.TOO_HEAVY: gettext_lazy("%(service)s does not take %(weight)s (%(most)s at most)."),
    No.TOO_LONG: gettext_lazy("%(service)s does not take a side of %(side)s cm (%(most)s cm at most)."),
    No.TOO_BIG: gettext_lazy("%(service)s takes three sides of %(most)s cm together, not %(side)s cm."),
    No.SIZE_UNKNOWN: gettext_lazy("%(service)s needs the size of the parcel, which is not known."),
    No.COD: gettext_lazy("%(service)s does not collect cash on delivery."),
    No.NO_PRICE: gettext_lazy("%(service)s has no price for %(weight)s."),
    No.CURRENCY: gettext_lazy("%(service)s is priced in %(currency)s, not in %(shop)s."),
}
_NO_PRICE_IN_ZONE = gettext_lazy("%(service)s has no price for %(weight)s in zone %(zone)s.")


def sentence(choice: Mapping) -> str:
    """Why this carrier; empty when there was nothing to choose."""
    if not choice:
        return ""
    if choice.get("by") == "number":
        return _("Chosen with its number.")
    if choice.get("by") == "person":
        return _("Chosen by %(who)s: %(reason)s") % {"who": choice["who"], "reason": choice["reason"]}
    return sentences.joined([*_head(choice), *_others(choice), *refusals(choice)])


def _head(choice: Mapping) -> list[str]:
    if choice["outcome"] == Outcome.NONE:
        return [_("No carrier was chosen.")]
    price = money(Decimal(choice["amount"]), choice["currency"])
    values = {"service": choice["service"], "weight": weight(choice["billed_g"]), "price": price}
    if choice["billed_g"] > choice["weight_g"]:
        head = _("%(service)s at %(weight)s by volume: %(price)s.") % values
    else:
        head = _("%(service)s at %(weight)s: %(price)s.") % values
    if choice["outcome"] == Outcome.LATE:
        return [head, _("Nothing meets the deadline; this one is there first.")]
    return [head]


def _others(choice: Mapping) -> list[str]:
    in_time = [(name, amount) for name, amount, is_late in choice["others"] if not is_late]
    late = [name for name, _amount, is_late in choice["others"] if is_late]
    found = []
    if in_time and choice["outcome"] == Outcome.CHEAPEST:
        shown = [f"{name} ({money(Decimal(amount), choice['currency'])})" for name, amount in in_time]
        found.append(_("Not dearer than %(others)s.") % {"others": sentences.listed(shown)})
    if late and choice["outcome"] == Outcome.CHEAPEST:
        found.append(_("Too late with %(others)s.") % {"others": sentences.listed(late)})
    return found


def refusals(choice: Mapping) -> list[str]:
    """What each service that does not take the parcel says."""
    return [_refusal(name, why, values) for name, why, values in choice.get("refused", ())]


def _refusal(name: str, why: str, values: Mapping) -> str:
    shown = {
        "service": name,
        "where": values.get("where") or _("an unknown place"),
        "weight": weight(values.get("weight_g") or values.get("billed_g")),
        "most": weight(values["most_g"]) if "most_g" in values else _cm(values.get("most_mm", 0)),
        "side": _cm(values.get("side_mm") or values.get("sum_mm") or 0),
        "zone": values.get("zone", ""),
        "currency": values.get("currency", ""),
        "shop": values.get("shop", ""),
    }
    text = _NO_PRICE_IN_ZONE if values.get("zone") else _REFUSALS[No(why)]
    return str(text) % shown


def _cm(mm: int) -> str:
    return f"{mm / 10:g}"


def advice(choice: Mapping) -> str:
    """What to do when nothing was chosen; empty otherwise."""
    if choice.get("outcome") != Outcome.NONE or not choice.get("refused"):
        return ""
    whys = {why for _name, why, _values in choice["refused"]}
    if whys <= {No.TOO_LONG, No.TOO_BIG, No.TOO_HEAVY}:
        return _("Try a smaller carton or two parcels, or choose a carrier by hand and say why.")
    return _("Choose a carrier by hand and say why, or add the missing area or price under Carriers.")
