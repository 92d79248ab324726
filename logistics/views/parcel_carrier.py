"""The carrier of one parcel as weight and size choose it: what the pack station shows, and another one by hand."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from core import clock, htmx
from core.errors import RuleViolation
from core.measures import Money
from logistics import carrier_by_hand, carrier_choice, rating_words, selectors
from logistics.models import Shipment
from logistics.rate_forms import OtherCarrierForm
from orders.models import Package, PackageState, ShippingType
from tenancy import actors
from tenancy.pages import seller_page
from warehouse import selectors as warehouse

HEAVIEST_DIGITS = 6


@seller_page("logistics.view")
def panel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Who takes it and why; before the carton is closed, by the weight and carton that the address names."""
    package = get_object_or_404(Package.objects.select_related("order", "shop"), public_id=public_id)
    if request.method == "POST" and request.access.can("logistics.handover"):
        return _changed(request, package)
    return _shown(request, package)


def _changed(request: HttpRequest, package: Package) -> HttpResponse:
    by = {"package_id": package.pk, "actor": actors.of_user(request.user), "now": clock.now()}
    try:
        if request.POST.get("do") == "auto":
            carrier_by_hand.choose_again(**by)
        else:
            carrier_by_hand.change(
                carrier_code=request.POST.get("carrier", ""), reason=request.POST.get("reason", ""), **by
            )
    except RuleViolation as refusal:
        return _shown(request, package, refused=str(refusal), status=422)
    return _shown(request, package)


def _shown(request: HttpRequest, package: Package, *, refused: str = "", status: int = 200) -> HttpResponse:
    context = {"package": package, "refused": refused, **_facts(request, package)}
    return htmx.render(
        request, "logistics/parcel_carrier.html", "logistics/_parcel_carrier.html", context, status=status
    )


def _facts(request: HttpRequest, package: Package) -> dict[str, object]:
    if package.order.shipping_type == ShippingType.PLATFORM:
        return {"note": _("The platform chooses the carrier of this parcel.")}
    shipment = selectors.live_shipment(package_id=package.pk)
    now, is_packed = clock.now(), package.state == PackageState.PACKED
    if is_packed:
        choice = carrier_choice.as_packed(packages=[package], now=now).get(package.pk)
    else:
        choice = None if shipment else _preview(request, package)
    kept = shipment.choice if shipment else choice.kept if choice else {}
    may_change = is_packed and not (shipment and shipment.tracking_number) and not package.is_stopped
    return {
        "choice": kept,
        "carrier": _carrier(shipment, choice),
        "price": _price(shipment, choice),
        "why": rating_words.sentence(kept),
        "advice": rating_words.advice(kept),
        "is_by_hand": kept.get("by") == "person",
        "form": _form(request, choice) if may_change and request.access.can("logistics.handover") else None,
    }


def _preview(request: HttpRequest, package: Package) -> carrier_choice.Choice | None:
    weight = request.GET.get("weight", "")
    if not (weight.isascii() and weight.isdecimal() and 0 < len(weight) <= HEAVIEST_DIGITS and int(weight)):
        return None
    size = warehouse.carton_size(code=request.GET.get("carton", ""))
    return carrier_choice.preview(package=package, weight_g=int(weight), size_mm=size, now=clock.now())


def _carrier(shipment: Shipment | None, choice: carrier_choice.Choice | None) -> str:
    if shipment:
        return shipment.carrier.name if shipment.carrier else ""
    return choice.verdict.chosen.service.label if choice and choice.verdict.chosen else ""


def _price(shipment: Shipment | None, choice: carrier_choice.Choice | None) -> Money | None:
    if shipment:
        amount = shipment.freight_amount
        return Money(amount, shipment.freight_currency) if amount is not None else None
    best = choice.verdict.chosen if choice else None
    return Money(best.amount, best.service.currency) if best else None


def _form(request: HttpRequest, choice: carrier_choice.Choice | None) -> OtherCarrierForm:
    prices: dict[int, str] = {}
    for one in sorted(choice.quotes if choice else (), key=lambda one: one.amount):
        prices.setdefault(one.service.carrier_id, str(Money(one.amount, one.service.currency)))
    return OtherCarrierForm(request.POST if request.POST.get("carrier") else None, prices=prices)
