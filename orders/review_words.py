"""What review found, in words: the details of holds and badges as a person reads them."""

from datetime import UTC, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import clock
from orders.models import BlockKind, HoldReason
from orders.review_checks import MOMENT

FIELD_WORDS: dict[str, str | Promise] = {
    "name": _("name"),
    "phone": _("phone"),
    "region": _("country"),
    "street": _("street"),
    "city": _("city"),
    "province": _("province"),
    "postal_code": _("postal code"),
}
_OF_FIELDS = (HoldReason.ADDRESS_MISSING, HoldReason.ADDRESS_INVALID, HoldReason.ADDRESS_DOUBTFUL)


def detail_words(*, reason: str, detail: str, zone: str = "UTC") -> str:
    """The detail of a hold or badge."""
    if reason in _OF_FIELDS:
        return ", ".join(str(FIELD_WORDS.get(field, field)) for field in detail.split(",") if field)
    if reason == HoldReason.MANUAL and detail == "lines_changed":
        return gettext(
            "The platform changed the lines after packages were planned. Check what is left to ship."
        )
    if reason == HoldReason.MANUAL and detail == "partly_shipped":
        return gettext("A part was shipped before the order came here. Check what is left to ship.")
    if reason == HoldReason.FIRST_HOUR and detail:
        until = datetime.strptime(detail, MOMENT).replace(tzinfo=UTC)
        return gettext("until %(time)s") % {"time": f"{clock.local(until, zone=zone):%H:%M}"}
    if reason == HoldReason.LARGE_QUANTITY:
        return ", ".join(_quantity(part) for part in detail.split(","))
    if reason == HoldReason.MANY_TO_ADDRESS:
        return gettext("%(count)s orders by now") % {"count": detail}
    if reason == HoldReason.BLOCKED:
        return ", ".join(
            str(BlockKind(kind).label) if kind in BlockKind.values else kind for kind in detail.split(",")
        )
    return detail


def _quantity(part: str) -> str:
    code, _mark, rest = part.rpartition(":")
    code, _mark, units = code.rpartition(":")
    return gettext("%(code)s × %(units)s, usually at most %(usual)s") % {
        "code": code,
        "units": units,
        "usual": rest,
    }


def warnings_of(order, *, zone: str = "UTC") -> list[tuple[str, str]]:
    """Label and detail of each badge of an order."""
    return [
        (str(HoldReason(reason).label), detail_words(reason=reason, detail=detail, zone=zone))
        for reason, detail in order.warnings.items()
        if reason in HoldReason.values
    ]
