"""The performance page in a browser: plots are drawn from the tables beside them, and both are there on paper."""

from datetime import timedelta

from core import clock
from logistics import figures
from orders.models import DailyFigure
from tenancy import scoping
from tests import make, make_orders


def test_plots_are_drawn_and_print(visit, cedar, cedar_shop):
    now = clock.now()
    with scoping.scope(sellers=[cedar.pk]):
        for number in range(6):
            placed = now - timedelta(days=4, hours=24 * (number % 3))
            make_orders.make_order(
                shop=cedar_shop,
                platform_order_id=f"57646141305{number:07d}",
                now=now,
                placed_at=placed,
                paid_at=placed,
                status="in_transit",
                collected_at=placed + timedelta(hours=20 + 20 * number),
            )
        figures.step(now=now)
        days = DailyFigure.objects.filter(kind__startswith="due.").values("on").distinct().count()
    page = visit(make.make_member(seller=cedar))
    page.goto("/s/cedar/performance/")
    page.wait_for_selector(".plot canvas")
    assert page.locator(".plot canvas").count() == 2
    assert page.locator("#late .plot-table tbody tr").count() == days > 2
    assert "Promise missed" in page.locator(".plot .u-legend").first.inner_text()
    page.emulate_media(media="print")
    assert not page.locator(".figure-filter form").is_visible()
    assert page.locator(".on-paper").is_visible()
    assert page.locator(".plot canvas").first.is_visible()
    assert page.locator("#late .plot-table tbody tr").last.is_visible()
