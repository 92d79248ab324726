"""Read before every ship call: may this order be shipped at the platform now, and was it shipped already?"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integrations.ports import PlatformOrder
from orders.models import PlatformStatus

ALREADY_ARRANGED = frozenset(
    {
        PlatformStatus.AWAITING_COLLECTION,
        PlatformStatus.IN_TRANSIT,
        PlatformStatus.DELIVERED,
        PlatformStatus.COMPLETED,
    }
)
LOOK_AGAIN_S = 120.0


@dataclass(frozen=True)
class Refusal:
    """Why not. `may_pass`: it can lift by itself, so the same call is made again later."""

    code: str
    message: str | Promise
    may_pass: bool = False

    @property
    def retry_after_s(self) -> float | None:
        return LOOK_AGAIN_S if self.may_pass else None


def refusal_of(order: PlatformOrder | None) -> Refusal | None:
    """None when the order may be shipped (or is already)."""
    if order is None:
        return Refusal("order_not_found", _("The platform does not show this order to this shop."))
    if order.status == PlatformStatus.CANCELLED:
        return Refusal("order_cancelled", _("The order was cancelled on the platform. Do not ship it."))
    if order.status in ALREADY_ARRANGED:
        return None
    if order.is_buyer_cancel_requested:
        return Refusal("cancel_requested", _("The buyer asks to cancel. Decide that first."), may_pass=True)
    if order.is_on_hold or order.status in (PlatformStatus.ON_HOLD, PlatformStatus.UNPAID):
        return Refusal("platform_hold", _("The platform holds this order back for now."), may_pass=True)
    return None
