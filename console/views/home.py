"""Where people land: the front door, a seller's home, an agency's portfolio."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from console import attention, first_run, portfolio, practice
from core import clock, htmx
from tenancy import access
from tenancy.models import AgencyMember
from tenancy.pages import chosen_shop, seller_page


@login_required
@require_GET
def door(request: HttpRequest) -> HttpResponse:
    """One seller: straight to its home. An agency: its portfolio. Else: choose."""
    found = access.sellers_of(user=request.user, now=clock.now())
    if len(found) == 1:
        return redirect("console:home", seller=found[0].seller.slug)
    if AgencyMember.objects.filter(user=request.user, is_active=True).exists():
        return redirect("console:agency")
    return render(request, "console/chooser.html")


@login_required
@require_GET
def agency(request: HttpRequest) -> HttpResponse:
    """The deadlines of all clients at a glance."""
    now = clock.now()
    clients = portfolio.clients(user=request.user, now=now)
    context = {
        "clients": clients,
        "tiles": portfolio.totals(clients),
        "pressing": portfolio.pressing_orders(clients, now=now),
    }
    return htmx.render(request, "console/agency.html", "console/_agency.html", context)


@seller_page("orders.view")
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What needs me now."""
    shop = chosen_shop(request)
    needs = attention.attention(
        access=request.access,
        shop_id=shop.pk if shop else None,
        shop_slug=shop.slug if shop else "",
        now=clock.now(),
    )
    context = {"needs": needs}
    if request.access.can("settings.view"):
        steps = first_run.steps(seller=request.seller, user=request.user)
        context["steps"] = steps if any(not step.is_done for step in steps) else []
        context["steps_done"] = sum(step.is_done for step in steps)
        context["practice"] = practice.offer(access=request.access)
    return htmx.render(request, "console/home.html", "console/_home.html", context)
