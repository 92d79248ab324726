"""The ladder that a number climbs before it is put on a parcel, and once more before it goes to the platform.

L0 characters and length, L1 shape and check digit of the booked carrier, L2 not used before, L3 where it came from.
"""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from integrations.tracking import numbers
from integrations.tracking.numbers import Pattern
from logistics.models import Carrier, Shipment, ShipmentState
from orders.models import BuyerContact, Package

ORDERS_PER_PARCEL = 20  # the platform takes no more orders under one number
OWN_SOURCES = frozenset(
    {"platform", "block"}
)  # numbers that came from a label we bought or a block we were given


class BadNumber(RuleViolation):
    """The booked carrier cannot have given this number."""

    code = "bad_tracking_number"


class NumberUsed(RuleViolation):
    """Another parcel has this number."""

    code = "tracking_number_used"
    status = 409


@dataclass(frozen=True)
class Judged:
    """A number that may be used. A warning asks for a second look; it refuses nothing."""

    number: str
    is_proven: bool
    warning: str = ""


def judge(*, raw: str, carrier: Carrier, source: str, shipment: Shipment | None = None) -> Judged:
    """Climb L0 to L3; raises BadNumber or NumberUsed with the reason."""
    shape = judge_shape(raw=raw, carrier=carrier)
    refuse_used(number=shape.number, shipment=shipment)
    if shape.is_proven or source in OWN_SOURCES:
        return Judged(shape.number, shape.is_proven)
    return shape


def judge_shape(*, raw: str, carrier: Carrier) -> Judged:
    """L0 and L1: judged for this carrier alone."""
    verdict = numbers.check(raw, carrier.code, patterns=_patterns(carrier))
    if verdict.is_ok:
        return Judged(verdict.number, verdict.is_proven, "" if verdict.is_proven else str(verdict.message))
    # A carrier may be set to accept what looks odd; nobody's number is too short, made up or a broken postal one.
    if carrier.is_bad_number_refused or not numbers.check(raw, "", patterns=()).is_ok:
        raise BadNumber(
            _("%(number)s is not a number of %(carrier)s. %(why)s")
            % {"number": raw.strip()[:60] or "“”", "carrier": carrier.name, "why": verdict.message},
            number=raw[:80],
            carrier=carrier.code,
        )
    return Judged(verdict.number, False, str(verdict.message))


def refuse_used(*, number: str, shipment: Shipment | None = None) -> None:
    """L2: not on another live parcel, nor on a dead one whose number the platform has seen."""
    others = Shipment.objects.filter(tracking_number=number).filter(
        ~Q(state=ShipmentState.CANCELLED) | Q(uploaded_at__isnull=False)
    )
    if shipment is not None:
        others = others.exclude(pk=shipment.pk)
    found = list(others.select_related("package__order")[: ORDERS_PER_PARCEL + 1])
    for other in found:
        if shipment is None or not is_one_parcel(shipment, other):
            raise used(number=number, order=other.package.order.platform_order_id)
    if len(found) >= ORDERS_PER_PARCEL:
        raise used(number=number)


def is_one_parcel(one: Shipment, other: Shipment) -> bool:
    """Two orders of one buyer in one parcel: the platform's own combination, or its group for it with the same address."""
    if one.shop_id != other.shop_id:
        return False
    mine, theirs = one.package, other.package
    if mine.order_id == theirs.order_id:
        return False
    if mine.platform_package_id and mine.platform_package_id == theirs.platform_package_id:
        return True
    group = mine.order.combine_group_id
    return bool(group) and group == theirs.order.combine_group_id and _same_door(mine, theirs)


def _same_door(mine: Package, theirs: Package) -> bool:
    digests = BuyerContact.objects.filter(order_id__in=[mine.order_id, theirs.order_id]).values_list(
        "digest", flat=True
    )
    return len(digests) == 2 and len(set(digests)) == 1 and "" not in digests


def follows_another(*, number: str, shipment: Shipment) -> bool:
    """Whether a parcel mate carries this number already."""
    others = Shipment.objects.filter(tracking_number=number, is_follower=False).exclude(
        state=ShipmentState.CANCELLED
    )
    others = others.exclude(pk=shipment.pk).select_related("package__order")
    return any(is_one_parcel(shipment, other) for other in others[:ORDERS_PER_PARCEL])


def used(*, number: str, order: str = "") -> NumberUsed:
    """The refusal, naming the order where we may see it."""
    if not order:
        return NumberUsed(_("%(number)s is on another parcel already.") % {"number": number}, number=number)
    return NumberUsed(
        _("%(number)s is on the parcel of order %(order)s already.") % {"number": number, "order": order},
        number=number,
        order=order,
    )


def _patterns(carrier: Carrier) -> list[Pattern]:
    return [Pattern(row["pattern"], row.get("severity", "warn")) for row in carrier.number_patterns]
