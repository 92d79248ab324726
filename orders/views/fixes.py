"""What a person does about each reason of a hold, and where. A hold lifts itself when its cause goes."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from orders.models import HoldReason, OrderHold, OrderLine
from orders.review_kinds import NOT_WAIVABLE
from orders.review_words import detail_words
from orders.views.fix_tools import Tool


@dataclass(frozen=True)
class Advice:
    """What to do, and the page that does it, named by its address and the question to ask there."""

    text: str | Promise
    link: str | Promise = ""
    url_name: str = ""
    asks_for: str = ""  # unmapped | sku: which of the order's codes the page is searched by
    decide: str | Promise = ""  # what the button that decides it away says


_ADDRESS = _(
    "Ask the buyer and correct it in Seller Center: the next sync brings it here and lifts the hold."
)
_SHIP_ANYWAY = _("Ship anyway")
ADVICE: dict[str, Advice] = {
    HoldReason.PLATFORM_HOLD: Advice(
        _("Wait. The platform lets buyers change their mind in the first hour; then it lifts itself.")
    ),
    HoldReason.UNPAID: Advice(_("Wait for the payment; it lifts itself.")),
    HoldReason.CANCEL_REQUESTED: Advice(
        _("Answer the buyer under “Cancel requests”. If you keep the order, say so here as well."),
        decide=_("Keep the order"),
    ),
    HoldReason.ADDRESS_MISSING: Advice(_ADDRESS, decide=_SHIP_ANYWAY),
    HoldReason.ADDRESS_INVALID: Advice(_ADDRESS, decide=_SHIP_ANYWAY),
    HoldReason.ADDRESS_MASKED: Advice(
        _("The platform hides the address. Use the platform's label, or ask for the address."),
        decide=_SHIP_ANYWAY,
    ),
    HoldReason.UNMAPPED_SKU: Advice(
        _("Say which of your SKUs the listing means; all orders that wait for it go on by themselves."),
        _("Map the listing"),
        "catalog:listings",
        "unmapped",
    ),
    HoldReason.OUT_OF_STOCK: Advice(
        _("Receive or count stock: the order goes on by itself when there is enough."),
        _("See the stock"),
        "warehouse:stock",
        "sku",
        _("Try again"),
    ),
    HoldReason.ADDRESS_DOUBTFUL: Advice(_ADDRESS, decide=_SHIP_ANYWAY),
    HoldReason.SKU_INACTIVE: Advice(
        _("Bring the SKU back into use, or say that another SKU is meant."),
        _("See the SKU"),
        "catalog:skus",
        "sku",
        _SHIP_ANYWAY,
    ),
    HoldReason.FIRST_HOUR: Advice(
        _("Wait: it lifts itself when the time that you set is over."), decide=_("Do not wait")
    ),
    HoldReason.BUYER_NOTE: Advice(
        _("Read what the buyer wrote and do what can be done; then let it go."), decide=_("Read it, go on")
    ),
    HoldReason.HIGH_VALUE: Advice(_("Check that the order is meant and paid."), decide=_SHIP_ANYWAY),
    HoldReason.MANY_TO_ADDRESS: Advice(
        _("See whether one person collects a limited offer, or several people share an office."),
        decide=_SHIP_ANYWAY,
    ),
    HoldReason.BLOCKED: Advice(
        _("Cancel it on the platform, or take the entry off the block list: then it goes on by itself."),
        _("Block list"),
        "orders:blocks",
        decide=_SHIP_ANYWAY,
    ),
    HoldReason.WRONG_WAREHOUSE: Advice(
        _("Choose the warehouse that ships it, or say once and for all which one the platform means."),
        _("Tie the warehouses"),
        "warehouse:sites",
        decide=_SHIP_ANYWAY,
    ),
    HoldReason.LARGE_QUANTITY: Advice(
        _("Ask the buyer whether the number is meant."), decide=_("The number is right")
    ),
    HoldReason.MANUAL: Advice(
        _("Somebody stopped it. Release it when that is settled."), decide=_("Release")
    ),
}


@dataclass(frozen=True)
class Fix:
    """One open hold as a page shows it."""

    hold: OrderHold
    label: str
    detail: str
    advice: Advice
    href: str
    can_decide: bool
    tool: Tool | None = None


def fixes(
    *,
    holds: list[OrderHold],
    lines: list[OrderLine],
    seller: str,
    tools: Mapping[int, Tool] | None = None,
    zone: str = "UTC",
) -> list[Fix]:
    """The open holds of one order with what to do about each; `tools` where it can be done in place."""
    return [
        Fix(
            hold=hold,
            label=hold.get_reason_display(),
            detail=detail_words(reason=hold.reason, detail=hold.detail, zone=zone),
            advice=ADVICE[hold.reason],
            href=_href(ADVICE[hold.reason], lines=lines, seller=seller),
            can_decide=hold.reason not in NOT_WAIVABLE,
            tool=(tools or {}).get(hold.pk),
        )
        for hold in holds
    ]


def _href(advice: Advice, *, lines: list[OrderLine], seller: str) -> str:
    if not advice.url_name:
        return ""
    try:
        address = reverse(advice.url_name, kwargs={"seller": seller})
    except NoReverseMatch:
        return ""
    if advice.asks_for == "unmapped":
        code = next((line.platform_sku_id for line in lines if line.sku_id is None), "")
    else:
        code = next((line.sku.seller_sku for line in lines if line.sku_id), "")
    return f"{address}?{urlencode({'q': code})}" if code else address
