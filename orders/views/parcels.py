"""The parcels of one order before picking: split it, put it together with others of the same buyer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import clock, htmx
from core.errors import RuleViolation
from orders import regrouping
from orders.models import Order, RegroupRequest
from tenancy import actors
from tenancy.pages import seller_page

MOST_PARCELS = 5


@seller_page("orders.view")
@require_safe
def parcels(request: HttpRequest, public_id: str) -> HttpResponse:
    """What can be done with them, or why nothing."""
    return _shown(request, _order(public_id))


@seller_page("orders.review")
@require_POST
def split(request: HttpRequest, public_id: str) -> HttpResponse:
    """`line-<id>`: the number of the parcel that the line goes into."""
    order = _order(public_id)
    groups: dict[str, list[int]] = {}
    for line in order.lines.all():
        if line.open_quantity:
            groups.setdefault(request.POST.get(f"line-{line.pk}", "1"), []).append(line.pk)
    try:
        asked = regrouping.split(
            order_id=order.pk,
            groups=[groups[number] for number in sorted(groups)],
            actor=actors.of_user(request.user),
            now=clock.now(),
        )
    except RuleViolation as error:
        return _shown(request, order, trouble=str(error))
    text = _("The platform is asked to split the order; its parcels follow.")
    return _back(request, order, text if asked else _("The order leaves in several parcels."))


@seller_page("orders.review")
@require_POST
def combine(request: HttpRequest, public_id: str) -> HttpResponse:
    """`ids`: the other orders that go into the same parcel."""
    order = _order(public_id)
    ids = list(
        Order.objects.filter(public_id__in=request.POST.getlist("ids")[:50]).values_list("pk", flat=True)
    )
    try:
        regrouping.combine(order_ids=[order.pk, *ids], actor=actors.of_user(request.user), now=clock.now())
    except RuleViolation as error:
        return _shown(request, order, trouble=str(error))
    return _back(request, order, _("The platform is asked to put these orders into one parcel."))


def _order(public_id: str) -> Order:
    return get_object_or_404(Order.objects.select_related("shop"), public_id=public_id)


def _back(request: HttpRequest, order: Order, text: str) -> HttpResponse:
    address = reverse("orders:order", kwargs={"seller": request.seller.slug, "public_id": order.public_id})
    return htmx.redirect(request, address, text)


def _shown(request: HttpRequest, order: Order, *, trouble: str = "") -> HttpResponse:
    lines = [line for line in order.lines.select_related("sku").order_by("pk") if line.open_quantity]
    context = {
        "order": order,
        "lines": lines,
        "numbers": range(1, min(len(lines), MOST_PARCELS) + 1),
        "mates": regrouping.candidates(order=order),
        "why_not": regrouping.why_not(order=order),
        "asked": RegroupRequest.objects.filter(order=order).order_by("-pk").first(),
        "trouble": trouble,
    }
    status = 422 if trouble else 200
    return htmx.render(request, "orders/parcels.html", "orders/_parcels.html", context, status=status)
