"""What speaks against shipping an order. Pure: facts in, reasons out."""

from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from integrations.ports import PlatformAddress
from orders import address as addresses
from orders.models import HoldReason, PlatformStatus, ShippingType

# Reasons that these checks raise and lift by themselves; out_of_stock is the warehouse's, manual is a person's.
OWN_REASONS = frozenset(
    {
        HoldReason.PLATFORM_HOLD,
        HoldReason.UNPAID,
        HoldReason.CANCEL_REQUESTED,
        HoldReason.ADDRESS_MISSING,
        HoldReason.ADDRESS_MASKED,
        HoldReason.ADDRESS_INVALID,
        HoldReason.UNMAPPED_SKU,
    }
)
# Nobody can decide these away: the platform would refuse the parcel, or nobody would know what to pick.
NOT_WAIVABLE = frozenset({HoldReason.PLATFORM_HOLD, HoldReason.UNPAID, HoldReason.UNMAPPED_SKU})
FIELD_WORDS: dict[str, str | Promise] = {
    "name": _("name"),
    "phone": _("phone"),
    "region": _("country"),
    "street": _("street"),
    "city": _("city"),
    "postal_code": _("postal code"),
}
ADDRESS_MATTERS = (PlatformStatus.AWAITING_SHIPMENT, PlatformStatus.PARTIALLY_SHIPPING)


class Finding(NamedTuple):
    """A reason, with values (field names, codes) that a page puts into words."""

    reason: str
    detail: str = ""


@dataclass(frozen=True)
class ReviewFacts:
    """What review looks at."""

    platform_status: str
    shipping_type: str
    is_cancel_requested: bool
    address: PlatformAddress
    unmapped: tuple[str, ...] = ()


def find(facts: ReviewFacts) -> list[Finding]:
    """Every reason to stop this order now, in the order in which a person would take them up."""
    findings = []
    if facts.platform_status == PlatformStatus.UNPAID:
        findings.append(Finding(HoldReason.UNPAID))
    if facts.platform_status == PlatformStatus.ON_HOLD:
        findings.append(Finding(HoldReason.PLATFORM_HOLD))
    if facts.is_cancel_requested:
        findings.append(Finding(HoldReason.CANCEL_REQUESTED))
    # While unpaid or held the platform shows no address at all.
    if facts.platform_status in ADDRESS_MATTERS:
        findings += _address_findings(facts)
    if facts.unmapped:
        findings.append(Finding(HoldReason.UNMAPPED_SKU, ", ".join(facts.unmapped)[:300]))
    return findings


def _address_findings(facts: ReviewFacts) -> list[Finding]:
    if facts.shipping_type != ShippingType.SELLER:
        trouble = addresses.check_structure(address=facts.address)
    elif facts.address.is_masked:
        return [Finding(HoldReason.ADDRESS_MASKED)]
    else:
        trouble = addresses.check(address=facts.address)
    found = []
    if trouble.missing:
        found.append(Finding(HoldReason.ADDRESS_MISSING, ",".join(trouble.missing)))
    if trouble.invalid:
        found.append(Finding(HoldReason.ADDRESS_INVALID, ",".join(trouble.invalid)))
    return found


def detail_words(*, reason: str, detail: str) -> str:
    """The detail of a hold as a person reads it."""
    if reason in (HoldReason.ADDRESS_MISSING, HoldReason.ADDRESS_INVALID):
        return ", ".join(str(FIELD_WORDS.get(field, field)) for field in detail.split(",") if field)
    if reason == HoldReason.MANUAL and detail == "lines_changed":
        return gettext(
            "The platform changed the lines after packages were planned. Check what is left to ship."
        )
    if reason == HoldReason.MANUAL and detail == "partly_shipped":
        return gettext("A part was shipped before the order came here. Check what is left to ship.")
    return detail
