"""Held orders by reason, each with what to do about it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from core import clock, htmx
from orders import queue as reads
from orders import queue_figures
from orders.views import filters
from orders.views.fix_tools import tools_of
from orders.views.fixes import fixes
from orders.views.queue import PAGE_SIZE, most_at_once, pager
from tenancy.pages import seller_page


@seller_page("orders.review")
@require_safe
def review(request: HttpRequest) -> HttpResponse:
    """The hold tab of the queue, laid out for deciding."""
    query = request.GET.copy()
    query["tab"] = "hold"
    asked, now = filters.understand(query), clock.now()
    waiting = queue_figures.tab_counts(chosen=asked.chosen, now=now)
    by_reason = queue_figures.reason_counts(chosen=asked.chosen, now=now)
    total = by_reason[asked.chosen.reason] if asked.chosen.reason else waiting["hold"]
    page = reads.page_of(chosen=asked.chosen, cursor=asked.cursor, size=PAGE_SIZE, now=now)
    rows = reads.rows_of(clocks=page.clocks, now=now)
    tools = tools_of(rows=rows)
    context = {
        "asked": asked,
        "query": asked.params.urlencode(),
        "rows": [
            {
                "row": row,
                "fixes": fixes(
                    holds=row.holds,
                    lines=row.lines,
                    seller=request.seller.slug,
                    tools=tools,
                    zone=row.clock.shop.time_zone,
                ),
            }
            for row in rows
        ],
        "total": total,
        "most_at_once": most_at_once(total),
        "waiting_for_review": waiting["review"],
        "sub_tabs": filters.sub_tabs(
            asked, counts=by_reason, total=waiting["hold"], href=lambda reason: asked.href(reason=reason)
        ),
        "pager": pager(asked, page=page, total=total),
    }
    return htmx.render(request, "orders/review.html", "orders/_review.html", context)
