"""Where people land: the seller's home."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core import clock
from tenancy import access
from tenancy.pages import seller_page


@login_required
def door(request: HttpRequest) -> HttpResponse:
    """One seller: straight to its home. An agency: its portfolio. Else: choose."""
    found = access.sellers_of(user=request.user, now=clock.now())
    if len(found) == 1:
        return redirect("console:home", seller=found[0].seller.slug)
    return render(request, "console/chooser.html", {"found": found})


@login_required
def agency(request: HttpRequest) -> HttpResponse:
    return render(
        request, "console/chooser.html", {"found": access.sellers_of(user=request.user, now=clock.now())}
    )


@seller_page("orders.view")
def home(request: HttpRequest) -> HttpResponse:
    """What needs me now."""
    return render(request, "console/home.html")
