"""Decorators of seller pages, and the shop filter that all of them share."""

from collections.abc import Callable

from django.http import Http404, HttpRequest

from tenancy.access import PERMISSIONS
from tenancy.models import Shop


def seller_page(permission: str, *, outside_scope: bool = False) -> Callable:
    """Mark a view with the permission it needs. `outside_scope`: the view binds the scope itself, because it calls out."""
    if permission not in PERMISSIONS:
        raise ValueError(f"unknown permission {permission}")

    def mark(view):
        view.permission = permission
        view.outside_scope = outside_scope
        return view

    return mark


def chosen_shop(request: HttpRequest) -> Shop | None:
    """The shop that the filter in the top bar names (`?shop=<slug>`), or None for all. Call it inside the scope."""
    if not hasattr(request, "chosen_shop"):
        slug = request.GET.get("shop", "")
        found = Shop.objects.filter(slug=slug).first() if slug else None
        if slug and found is None:
            raise Http404
        request.chosen_shop = found
    return request.chosen_shop


def shops_here(request: HttpRequest) -> list[Shop]:
    """All shops in scope by name, read once per request: the filter, the rows and the shell name them."""
    if not hasattr(request, "shops_here"):
        request.shops_here = list(Shop.objects.order_by("name"))
    return request.shops_here
