"""Fixes in place: from the review page or the order's own page, back to where they were asked for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog.models import Listing, Sku
from core import clock, htmx
from orders import review_blocks, review_fixes
from orders.models import Order
from tenancy import actors
from tenancy.pages import seller_page
from warehouse import selectors as warehouse


def _order(public_id: str) -> Order:
    return get_object_or_404(Order, public_id=public_id)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 18 else 0


def _back(request: HttpRequest, public_id: str, words: str) -> HttpResponse:
    if request.POST.get("page") == "review":
        address = reverse("orders:review", kwargs={"seller": request.seller.slug})
        return htmx.redirect(request, f"{address}?{request.POST.get('query', '')}", words)
    address = reverse("orders:order", kwargs={"seller": request.seller.slug, "public_id": public_id})
    return htmx.redirect(request, address, words)


@seller_page("catalog.edit")
@require_POST
def map_one(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say which SKU a listing of this order means."""
    order = _order(public_id)
    listing = get_object_or_404(Listing, pk=_number(request.POST.get("listing", "")), shop_id=order.shop_id)
    sku = review_fixes.map_listing(
        order_id=order.pk,
        listing_id=listing.pk,
        code=request.POST.get("sku", ""),
        actor=actors.of_user(request.user),
        now=clock.now(),
    )
    words = _("The listing means %(sku)s now; every order that waits for it goes on.") % {"sku": sku}
    return _back(request, public_id, words)


@seller_page("catalog.edit")
@require_POST
def bring_back(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a SKU of this order into use again."""
    order = _order(public_id)
    sku = get_object_or_404(Sku, pk=_number(request.POST.get("sku", "")))
    review_fixes.bring_back(
        order_id=order.pk, sku_id=sku.pk, actor=actors.of_user(request.user), now=clock.now()
    )
    return _back(request, public_id, _("%(sku)s is in use again.") % {"sku": sku})


@seller_page("orders.review")
@require_POST
def ask(request: HttpRequest, public_id: str) -> HttpResponse:
    """Write to the buyer through the platform."""
    review_fixes.ask_buyer(
        order_id=_order(public_id).pk,
        reason=request.POST.get("reason", ""),
        text=request.POST.get("text", ""),
        actor=actors.of_user(request.user),
        now=clock.now(),
    )
    return _back(request, public_id, _("The question is on its way to the buyer."))


@seller_page("orders.review")
@require_POST
def choose_warehouse(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ship this order from the chosen warehouse."""
    order = _order(public_id)
    site = get_object_or_404(warehouse.warehouses(), code=request.POST.get("warehouse", "")[:20])
    review_fixes.choose_warehouse(
        order_id=order.pk, code=site.code, actor=actors.of_user(request.user), now=clock.now()
    )
    return _back(request, public_id, _("It ships from %(warehouse)s.") % {"warehouse": site})


@seller_page("rules.edit")
@require_POST
def block(request: HttpRequest, public_id: str) -> HttpResponse:
    """Put what this order shows of its buyer on the block list."""
    review_blocks.add_from_order(
        order_id=_order(public_id).pk,
        kinds=request.POST.getlist("kinds"),
        note=request.POST.get("note", ""),
        actor=actors.of_user(request.user),
        now=clock.now(),
    )
    return _back(request, public_id, _("On the block list."))
