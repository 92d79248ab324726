"""The rules that review knows: what each asks, how strict it may be made, and how it is shipped."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders.models import HoldReason, RuleMode

OFF, WARN, HOLD = RuleMode.OFF, RuleMode.WARN, RuleMode.HOLD
ANY_MODE = (OFF, WARN, HOLD)


@dataclass(frozen=True)
class Knob:
    """A number that a person sets on a rule."""

    label: str | Promise
    default: Decimal | None
    lowest: Decimal
    highest: Decimal
    is_money: bool = False


@dataclass(frozen=True)
class Kind:
    """One rule as it is shipped. A rule with a single mode is not up for decision, and `fixed_because` says why."""

    reason: HoldReason
    text: str | Promise
    mode: RuleMode
    modes: tuple[RuleMode, ...] = ANY_MODE
    fixed_because: str | Promise = ""
    threshold: Knob | None = None
    window: Knob | None = None  # hours
    # Whether it may stop an order that was approved already; the others show a badge then.
    stops_approved: bool = False


_NOBODY_CAN = _("The platform refuses the parcel until then.")
ALL = (
    Kind(
        HoldReason.UNPAID, _("The buyer has not paid yet."), HOLD, (HOLD,), _NOBODY_CAN, stops_approved=True
    ),
    Kind(
        HoldReason.PLATFORM_HOLD,
        _("The platform keeps the order for its first hour, while the buyer may still step back."),
        HOLD,
        (HOLD,),
        _NOBODY_CAN,
        stops_approved=True,
    ),
    Kind(
        HoldReason.FIRST_HOUR,
        _("Wait a while after the payment in shops where the platform itself does not."),
        OFF,
        threshold=Knob(_("Minutes"), Decimal(60), Decimal(1), Decimal(24 * 60)),
    ),
    Kind(HoldReason.CANCEL_REQUESTED, _("The buyer asks to cancel the order."), HOLD, stops_approved=True),
    Kind(
        HoldReason.ADDRESS_MISSING,
        _("Name, phone, street or another part that the country needs is not there."),
        HOLD,
        stops_approved=True,
    ),
    Kind(
        HoldReason.ADDRESS_INVALID,
        _(
            "The postal code does not belong to the province, the phone number cannot be called, the street is too short."
        ),
        HOLD,
        stops_approved=True,
    ),
    Kind(
        HoldReason.ADDRESS_MASKED,
        _(
            "We ship it ourselves and the platform shows asterisks. Masks are never a fault under the platform's label."
        ),
        HOLD,
        stops_approved=True,
    ),
    Kind(
        HoldReason.ADDRESS_DOUBTFUL,
        _("The province is not one that the country has, or the name has no letters."),
        WARN,
        stops_approved=True,
    ),
    Kind(
        HoldReason.UNMAPPED_SKU,
        _("A line, or a part of a bundle, means none of our SKUs."),
        HOLD,
        (HOLD,),
        _("Nobody would know what to pick."),
        stops_approved=True,
    ),
    Kind(HoldReason.SKU_INACTIVE, _("A line means a SKU that was taken out of use."), HOLD),
    Kind(
        HoldReason.OUT_OF_STOCK,
        _(
            "The warehouse cannot promise every unit. With a warning the order waits in “To pick” until it can."
        ),
        HOLD,
        (WARN, HOLD),
        stops_approved=True,
    ),
    Kind(HoldReason.WRONG_WAREHOUSE, _("The platform names a warehouse that none of ours stands for."), WARN),
    Kind(HoldReason.BUYER_NOTE, _("The buyer wrote something with the order."), WARN),
    Kind(
        HoldReason.HIGH_VALUE,
        _("The order is worth more than the limit, in the currency of the limit."),
        OFF,
        threshold=Knob(_("Limit"), None, Decimal("0.01"), Decimal(10) ** 11, is_money=True),
    ),
    Kind(
        HoldReason.LARGE_QUANTITY,
        _(
            "More units than so many times what 95 of 100 orders ask for, learned per SKU from the last 30 days."
        ),
        WARN,
        threshold=Knob(_("Times the usual"), Decimal(5), Decimal("1.5"), Decimal(1000)),
    ),
    Kind(
        HoldReason.MANY_TO_ADDRESS,
        _("So many orders or more go to one address. Only a digest of the address is kept."),
        WARN,
        threshold=Knob(_("Orders"), Decimal(5), Decimal(2), Decimal(10_000)),
        window=Knob(_("Within hours"), Decimal(24), Decimal(1), Decimal(24 * 30)),
    ),
    Kind(
        HoldReason.BLOCKED,
        _("The buyer, phone, address or postal code stands on the block list."),
        HOLD,
        stops_approved=True,
    ),
)
BY_REASON: dict[str, Kind] = {kind.reason: kind for kind in ALL}
# Nobody can decide these away: the platform would refuse the parcel, or nobody would know what to pick.
NOT_WAIVABLE = frozenset(kind.reason for kind in ALL if kind.modes == (HOLD,))
STOPS_APPROVED = frozenset(kind.reason for kind in ALL if kind.stops_approved)
# Raised and lifted by these checks; out_of_stock is the warehouse's, manual is a person's.
OWN_REASONS = frozenset(BY_REASON) - {HoldReason.OUT_OF_STOCK}
