"""The SLA queue: what must leave, the most pressing first; its live counts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as render_template
from django.urls import reverse
from django.views.decorators.http import require_safe

from core import clock, htmx
from logistics import selectors as logistics
from orders import queue as reads
from orders import queue_columns, queue_figures, queue_list, queue_marks, queue_slots, queue_views
from orders.views import filters
from orders.views.filters import Asked
from tenancy.pages import seller_page, shops_here

PAGE_SIZE = 50


@seller_page("orders.view")
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """List or cards, by deadline."""
    asked, now = filters.understand(request.GET), clock.now()
    context = _counts(asked, now=now)
    carriers, tags = list(logistics.carriers()), queue_marks.tag_names()
    page = reads.page_of(
        chosen=asked.chosen, cursor=asked.cursor, size=PAGE_SIZE, now=now, loaded=queue_list.clocks()
    )
    shops = {shop.pk: shop for shop in shops_here(request)}
    rows = queue_list.rows_of(clocks=page.clocks, shops=shops, has_tags=bool(tags), now=now)
    context |= views_for(request, asked)
    context |= {
        "rows": rows,
        "parcels": queue_slots.parcels_of(order_ids=[row.order.pk for row in rows]),
        "pager": pager(asked, page=page, total=context["total"]),
        "chips": filters.chips(asked, carriers=carriers),
        "carriers": carriers,
        "tags": tags,
        "mark_choices": filters.mark_choices(tags=tags),
        "missing": asked.chosen.found.missing if asked.chosen.found else (),
        "most_at_once": most_at_once(context["total"]),
        "view_links": {view: asked.href(view=view) for view in ("list", "cards")},
        "clear_href": request.path,
        "everywhere_href": asked.href(tab=None, tile=None, shop=None, carrier=None, reason=None, mark=None),
    }
    return htmx.render(request, "orders/queue.html", "orders/_queue.html", context)


@seller_page("orders.view")
@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """Tiles and tabs alone: what the queue asks for again every few seconds."""
    return render_template(
        request, "orders/_counts.html", _counts(filters.understand(request.GET), now=clock.now())
    )


def _counts(asked: Asked, *, now) -> dict[str, object]:
    counted = queue_figures.counted(chosen=asked.chosen, now=now)
    total, sub_tabs = counted.tabs[asked.chosen.tab], []
    if asked.chosen.tab == "hold":
        by_reason = queue_figures.reason_counts(chosen=asked.chosen, now=now)
        sub_tabs = filters.sub_tabs(asked, counts=by_reason, total=total)
        total = by_reason[asked.chosen.reason] if asked.chosen.reason else total
    return {
        "asked": asked,
        "query": asked.params.urlencode(),
        "tabs": filters.tabs(asked, counts=counted.tabs),
        "sub_tabs": sub_tabs,
        "tiles": filters.tiles(asked, counts=counted.tiles),
        "total": total,
    }


def views_for(request: HttpRequest, asked: Asked) -> dict[str, object]:
    """Saved views, which of them is open, and the columns that it or the person wants."""
    shops = {shop.slug for shop in shops_here(request)}
    saved = queue_views.seen_by(user_id=request.user.pk, shops=shops)
    here = queue_views.cleaned(asked.params)
    wanted = request.GET.get("saved", "")
    current = next((view for view in saved if str(view.pk) == wanted), None)
    current = current or next((view for view in saved if view.query == here), None)
    own = current.columns if current and current.columns else None
    keys = queue_columns.known(own) if own else queue_columns.chosen_by(user_id=request.user.pk)
    return {
        "own_views": [view for view in saved if view.owner_id == request.user.pk],
        "team_views": [view for view in saved if view.owner_id != request.user.pk],
        "locked_views": queue_views.LOCKED,
        "here": here,
        "current_view": current,
        "is_view_changed": current is not None and current.query != here,
        "is_own_view": current is not None and current.owner_id == request.user.pk,
        "locked_view": next((view for view in queue_views.LOCKED if view.query == here), None),
        "columns": [queue_columns.COLUMNS[key] for key in keys],
        "column_keys": keys,
    }


def most_at_once(total: int | None) -> int | None:
    """How many orders “all of this filter” means; None when nobody has counted them."""
    return total


def pager(asked: Asked, *, page: reads.QueuePage, total: int | None) -> dict[str, object]:
    """Links by the edges of this page; the position is carried along for people to read."""
    if not page.clocks:
        return {"first": 0, "last": 0, "total": total, "newer": asked.href() if asked.cursor else ""}
    before = asked.rows_before
    first, last = filters.place_of(page.clocks[0]), filters.place_of(page.clocks[-1])
    at_previous = before - PAGE_SIZE
    previous = asked.href(before=first, at=str(at_previous)) if at_previous > 0 else asked.href()
    return {
        "first": before + 1,
        "last": before + len(page.clocks),
        "total": total and max(total, before + len(page.clocks)),
        "previous": previous if page.has_previous else "",
        "next": asked.href(after=last, at=str(before + len(page.clocks))) if page.has_next else "",
    }


def address(request: HttpRequest, query: str = "") -> str:
    """The queue's page, with this query."""
    return reverse("orders:queue", kwargs={"seller": request.seller.slug}) + (f"?{query}" if query else "")
