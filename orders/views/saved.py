"""Saved views and chosen columns: small forms that work without script."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import clock, htmx
from orders import queue_columns, queue_views
from orders.models import SavedView
from orders.queue_columns import COLUMNS, FIRST, STANDARD
from orders.views.queue import address
from tenancy import actors
from tenancy.pages import seller_page


@seller_page("orders.view")
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the list's filters under a name, for oneself or for the team."""
    columns = queue_columns.chosen_by(user_id=request.user.pk) if request.POST.get("columns") else []
    view = queue_views.save(
        user_id=request.user.pk,
        name=request.POST.get("name", ""),
        query=QueryDict(request.POST.get("query", "")),
        columns=columns,
        is_shared=_may_share(request),
        actor=actors.of_user(request.user),
        now=clock.now(),
    )
    return htmx.redirect(request, _opened(request, view), _("The view was saved."))


@seller_page("orders.view")
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name, shared or not; or gone."""
    view = get_object_or_404(SavedView, pk=pk)
    if request.POST.get("act") == "delete":
        is_manager = request.access.can("settings.edit")
        queue_views.remove(view=view, user_id=request.user.pk, is_manager=is_manager)
        return htmx.redirect(request, address(request, view.query), _("The view was deleted."), "info")
    queue_views.rename(
        view=view,
        user_id=request.user.pk,
        name=request.POST.get("name", ""),
        is_shared=_may_share(request),
        now=clock.now(),
    )
    return htmx.redirect(request, _opened(request, view), _("The view was saved."))


def _may_share(request: HttpRequest) -> bool:
    """Whoever may only look keeps views to themselves."""
    return bool(request.POST.get("is_shared")) and request.access.can("orders.review")


def _opened(request: HttpRequest, view: SavedView) -> str:
    query = QueryDict(view.query, mutable=True)
    query["saved"] = str(view.pk)
    return address(request, query.urlencode())


@seller_page("orders.view")
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest) -> HttpResponse:
    """Which columns, in which order: a number beside each, or dragged where there is script."""
    query = request.POST.get("query", request.GET.get("query", ""))
    if request.method != "POST":
        keys = queue_columns.chosen_by(user_id=request.user.pk)
        context = {"query": query, "choices": _choices(keys)}
        return htmx.render(request, "orders/columns.html", "orders/_columns.html", context)
    if request.POST.get("act") == "reset":
        queue_columns.reset(user_id=request.user.pk)
        return htmx.redirect(request, address(request, query), _("These are the standard columns again."))
    queue_columns.choose(user_id=request.user.pk, keys=_in_order(request.POST), now=clock.now())
    return htmx.redirect(request, address(request, query), _("Your columns were saved."))


def _in_order(data: QueryDict) -> list[str]:
    """The ticked columns by the number that stands beside each; equal numbers as the form had them."""
    chosen = [key for key in data.getlist("column") if key in COLUMNS]

    def place(key: str) -> int:
        text = data.get(f"place-{key}", "")
        return int(text) if text.isdecimal() and len(text) < 4 else 999

    return sorted(chosen, key=place)


def _choices(keys: list[str]) -> list[dict[str, object]]:
    """The chosen ones in their order, then the others."""
    rest = [key for key in [*STANDARD, *COLUMNS] if key not in keys]
    return [
        {"column": COLUMNS[key], "is_chosen": key in keys, "place": place, "is_first": key == FIRST}
        for place, key in enumerate([*keys, *dict.fromkeys(rest)], start=1)
    ]
