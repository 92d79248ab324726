"""The SLA queue: what must leave, the most pressing first; its live counts; its export."""

import csv
import io
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render as render_template
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core import clock, htmx
from logistics import selectors as logistics
from orders import queue as reads
from orders.queue import Cursor, QueueRow
from orders.views import filters
from orders.views.filters import Asked
from tenancy import scoping
from tenancy.pages import seller_page

PAGE_SIZE = 50
EXPORT_CHUNK = 500
MOST_AT_ONCE = 1000
_FORMULA = ("=", "+", "-", "@")


@seller_page("orders.view")
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """List or cards, by deadline."""
    asked, now = filters.understand(request.GET), clock.now()
    context = _counts(asked, now=now)
    page = reads.page_of(chosen=asked.chosen, cursor=asked.cursor, size=PAGE_SIZE, now=now)
    rows = reads.rows_of(clocks=page.clocks, now=now)
    carriers = list(logistics.carriers())
    context |= {
        "rows": rows,
        "shipments": logistics.shipments_of_orders(order_ids=[row.order.pk for row in rows]),
        "pager": pager(asked, page=page, total=context["total"]),
        "chips": filters.chips(asked, carriers=carriers),
        "carriers": carriers,
        "missing": asked.chosen.found.missing if asked.chosen.found else (),
        "most_at_once": most_at_once(context["total"]),
        "view_links": {view: asked.href(view=view) for view in ("list", "cards")},
        "clear_href": request.path,
        "everywhere_href": asked.href(tab=None, tile=None, shop=None, carrier=None, reason=None),
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
    by_tab = reads.tab_counts(chosen=asked.chosen, now=now)
    total, sub_tabs = by_tab[asked.chosen.tab], []
    if asked.chosen.tab == "hold":
        by_reason = reads.reason_counts(chosen=asked.chosen, now=now)
        sub_tabs = filters.sub_tabs(asked, counts=by_reason, total=total)
        total = by_reason[asked.chosen.reason] if asked.chosen.reason else total
    return {
        "asked": asked,
        "query": asked.params.urlencode(),
        "tabs": filters.tabs(asked, counts=by_tab),
        "sub_tabs": sub_tabs,
        "tiles": filters.tiles(asked, counts=reads.tile_counts(chosen=asked.chosen, now=now)),
        "total": total,
    }


def most_at_once(total: int | None) -> int:
    """How many orders “all of this filter” means."""
    return MOST_AT_ONCE if total is None else min(total, MOST_AT_ONCE)


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


@seller_page("orders.view", outside_scope=True)
@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The present filter as a file, read page by page; no transaction stays open while the browser reads."""
    with scoping.scope(sellers=[request.seller.pk], shops=request.access.shop_ids):
        asked = filters.understand(request.GET)
    name = f"{request.seller.slug}-orders-{clock.now():%Y%m%d-%H%M}.csv"
    response = StreamingHttpResponse(_lines(request, asked), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _lines(request: HttpRequest, asked: Asked) -> Iterator[str]:
    language, now, cursor = request.LANGUAGE_CODE, clock.now(), None
    with translation.override(language):
        yield "\ufeff" + _text([_header()])
    while True:
        with (
            translation.override(language),
            scoping.scope(sellers=[request.seller.pk], shops=request.access.shop_ids),
        ):
            page = reads.page_of(chosen=asked.chosen, cursor=cursor, size=EXPORT_CHUNK, now=now)
            rows = reads.rows_of(clocks=page.clocks, now=now)
            shipments = logistics.shipments_of_orders(order_ids=[row.order.pk for row in rows])
            text = _text(_cells(request, row, shipments.get(row.order.pk, [])) for row in rows)
        yield text
        if not page.has_next:
            return
        cursor = Cursor(due_at=page.clocks[-1].due_at, clock_id=page.clocks[-1].pk)


def _header() -> list[str]:
    return [
        _("Order"),
        _("Shop"),
        _("Items"),
        _("Units"),
        _("Amount"),
        _("Currency"),
        _("Status"),
        _("Reasons"),
        _("Ordered at"),
        _("Deadline"),
        _("Which deadline"),
        _("Carrier"),
        _("Tracking number"),
        _("Link"),
    ]


def _cells(request: HttpRequest, row: QueueRow, shipments: list) -> list[object]:
    zone, order, due = row.clock.shop.time_zone, row.order, row.clock.due_at
    link = reverse("orders:order", kwargs={"seller": request.seller.slug, "public_id": order.public_id})
    return [
        # The tab keeps spreadsheets from rounding 18 digits; our own import takes it off again.
        f"{order.platform_order_id}\t",
        row.clock.shop.name,
        " + ".join(f"{line.open_quantity} × {line.seller_sku or line.product_name}" for line in row.lines),
        row.quantity,
        order.total_amount,
        order.currency,
        row.tab_words,
        ", ".join(hold.get_reason_display() for hold in row.holds),
        f"{clock.local(order.placed_at, zone=zone):%Y-%m-%d %H:%M}",
        f"{clock.local(due, zone=zone):%Y-%m-%d %H:%M}" if due else "",
        row.clock.get_due_kind_display(),
        ", ".join(dict.fromkeys(shipment.carrier_name for shipment in shipments)),
        ", ".join(f"{shipment.tracking_number}\t" for shipment in shipments if shipment.tracking_number),
        request.build_absolute_uri(link),
    ]


def _text(lines) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    for cells in lines:
        writer.writerow([plain(cell) for cell in cells])
    return out.getvalue()


def plain(cell: object) -> object:
    """A cell that a spreadsheet would run as a formula is made plain text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
