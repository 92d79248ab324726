"""Kept counts are the number of rows behind them, whatever was written, by whom and how."""

from datetime import datetime, timedelta
from io import StringIO
from itertools import product

import pytest
from django.core.management import CommandError, call_command

from core import clock
from integrations.ports import PlatformDeadlines
from orders import queue_counts, queue_figures, review
from orders.models import (
    NO_HOUR,
    HoldReason,
    Order,
    OrderHold,
    QueueChange,
    QueueCount,
    SellerCount,
    SlaClock,
)
from orders.queue import QueueFilter
from tenancy import scoping
from tests import make_orders


@pytest.fixture
def orders(cedar, cedar_shop, north, north_shop):
    """Five orders of cedar, due in 1, 5, 13, 25 and -1 hours; two of its neighbor."""
    now = clock.now()
    for seller, shop, hours in ((cedar, cedar_shop, (1, 5, 13, 25, -1)), (north, north_shop, (1, 2))):
        pictures = [
            make_orders.platform_order(
                f"57646141303879{shop.pk:03d}{number}",
                now=now,
                deadlines=PlatformDeadlines(
                    collect_by=now + timedelta(hours=due), cancel_ship_at=now + timedelta(hours=due + 10)
                ),
            )
            for number, due in enumerate(hours)
        ]
        with scoping.scope(sellers=[seller.pk]):
            make_orders.make_many(shop, *pictures, now=now)


def plain(**wish) -> QueueFilter:
    return QueueFilter(**wish)


def looked(now, **wish) -> tuple[dict, dict]:
    """The same figures by counting rows: a mark that no row can lack makes the queue look."""
    chosen = QueueFilter(newest_id=10**12, **wish)
    return queue_figures.tab_counts(chosen=chosen, now=now), queue_figures.tile_counts(chosen=chosen, now=now)


def stand_still(*, reason: str, now: datetime) -> None:
    """The platform stops the clock of the order that is due first."""
    first = SlaClock.objects.order_by("due_at").first()
    OrderHold.objects.create(
        shop_id=first.shop_id, order_id=first.order_id, reason=reason, raised_at=now, raised_by="platform"
    )


def test_counts_and_tiles_are_what_a_count_of_rows_gives(cedar, orders, in_cedar):
    now = clock.now()

    tabs, tiles = looked(now)

    assert queue_figures.tab_counts(chosen=plain(), now=now) == tabs
    assert queue_figures.tile_counts(chosen=plain(), now=now) == tiles
    assert tabs["open"] == tabs["any"] == 5
    assert (tiles["overdue"], tiles["h4"], tiles["h12"], tiles["h24"]) == (1, 1, 2, 3)


def test_folding_changes_no_figure(cedar, orders, in_cedar):
    now = clock.now()
    before = (
        queue_figures.tab_counts(chosen=plain(), now=now),
        queue_figures.tile_counts(chosen=plain(), now=now),
    )

    assert queue_counts.fold() > 0

    assert (
        queue_figures.tab_counts(chosen=plain(), now=now),
        queue_figures.tile_counts(chosen=plain(), now=now),
    ) == before
    assert not QueueChange.objects.exists()
    assert queue_counts.fold() == 0
    assert queue_counts.wrong() == {}


def test_every_way_of_writing_is_noted(cedar, orders, in_cedar):
    clocks = list(SlaClock.objects.order_by("pk"))
    queue_counts.fold()

    SlaClock.objects.filter(pk=clocks[0].pk).update(tab="hold")
    clocks[1].tab, clocks[1].is_open = "done", False
    clocks[1].save(update_fields=["tab", "is_open"])
    clocks[2].due_at = None
    SlaClock.objects.update_many([clocks[2]], ["due_at"])
    clocks[3].delete()
    SlaClock.objects.filter(pk=clocks[4].pk).update(due_kind="promise")

    kept = queue_counts.by_name(shop_id=None)
    assert (kept["hold"], kept["done"], kept["open"]) == (1, 1, 3)
    assert queue_counts.wrong() == {}
    queue_counts.fold()
    assert queue_counts.wrong() == {}


def test_hours_that_are_empty_again_leave_no_row(cedar, orders, in_cedar):
    queue_counts.fold()
    SlaClock.objects.update(is_open=False, tab="done")

    queue_counts.fold()

    assert not QueueCount.objects.exclude(hour=NO_HOUR).exists()
    assert not SellerCount.objects.exclude(hour=NO_HOUR).exists()
    assert queue_counts.by_name(shop_id=None)["done"] == 5


def test_clocks_that_stand_still_are_on_no_tile(cedar, orders, in_cedar):
    now = clock.now()
    stand_still(reason=HoldReason.PLATFORM_HOLD, now=now)

    tiles = queue_figures.tile_counts(chosen=plain(), now=now)

    assert tiles["overdue"] == 0
    assert tiles == looked(now)[1]


def test_a_shop_counts_its_own(cedar, cedar_shop, orders, in_cedar):
    now = clock.now()
    for shop_id in (cedar_shop.pk, cedar_shop.pk + 1000):
        tabs, tiles = looked(now, shop_id=shop_id)
        assert queue_figures.tab_counts(chosen=plain(shop_id=shop_id), now=now) == tabs
        assert queue_figures.tile_counts(chosen=plain(shop_id=shop_id), now=now) == tiles


def test_the_neighbor_is_not_counted(north, orders):
    with scoping.scope(sellers=[north.pk]):
        assert queue_counts.by_name(shop_id=None)["open"] == 2


def test_a_decision_moves_one_figure_down_and_another_up(cedar, orders, in_cedar):
    before = queue_counts.by_name(shop_id=None)
    order = Order.objects.filter(state="approved").order_by("pk").first()

    review.hold(order_id=order.pk, actor=review.AUTO, now=clock.now(), note="looks odd")

    after = queue_counts.by_name(shop_id=None)
    assert after["hold"] == before.get("hold", 0) + 1
    assert after["to_pick"] == before["to_pick"] - 1
    assert after["open"] == before["open"]


def test_the_command_finds_a_count_that_lies(cedar, orders):
    call_command("check_counts", stdout=StringIO())
    with scoping.scope(sellers=[cedar.pk]):
        queue_counts.fold()
        QueueCount.objects.filter(name="open").update(rows=7)

    out = StringIO()
    with pytest.raises(CommandError, match="1 differences"):
        call_command("check_counts", stdout=out)
    assert "open 1970-01-01 00:00: 7 kept, 5 counted" in out.getvalue()


def test_tabs_within_a_tile_are_what_a_count_of_rows_gives(cedar, cedar_shop, orders, in_cedar):
    now = clock.now()
    SlaClock.objects.filter(pk=SlaClock.objects.order_by("due_at").first().pk).update(tab="picking")
    queue_counts.fold()
    SlaClock.objects.filter(pk=SlaClock.objects.order_by("due_at")[1].pk).update(tab="to_pack")
    for tile, wish in product(
        ("overdue", "h4", "h12", "h24", "auto_cancel"), ({}, {"shop_id": cedar_shop.pk})
    ):
        tabs, _tiles = looked(now, tile=tile, **wish)
        assert tabs["open"] > 0, tile
        assert queue_figures.tab_counts(chosen=plain(tile=tile, **wish), now=now) == tabs, tile


def test_clocks_that_stand_still_are_on_no_tab_of_a_tile(cedar, orders, in_cedar):
    now = clock.now()
    stand_still(reason=HoldReason.UNPAID, now=now)

    tabs = queue_figures.tab_counts(chosen=plain(tile="overdue"), now=now)

    assert tabs == looked(now, tile="overdue")[0]
    assert tabs["open"] == 0


def test_a_person_of_some_shops_gets_the_sums_of_these(cedar, cedar_shop, orders):
    now = clock.now()
    with scoping.scope(sellers=[cedar.pk]):
        queue_counts.fold()
        assert SellerCount.objects.get(name="open").rows == 5
    with scoping.scope(sellers=[cedar.pk], shops=[cedar_shop.pk + 1000]):
        assert queue_counts.by_name(shop_id=None) == {}
        assert queue_figures.tile_counts(chosen=plain(), now=now)["overdue"] == 0


def test_the_command_finds_a_sum_that_lies(cedar, orders):
    with scoping.scope(sellers=[cedar.pk]):
        queue_counts.fold()
        SellerCount.objects.filter(name="open").update(rows=9)

    out = StringIO()
    with pytest.raises(CommandError, match="1 differences"):
        call_command("check_counts", stdout=out)
    assert "shop 0, open 1970-01-01 00:00: 9 kept, 5 counted" in out.getvalue()


def test_a_line_counts_what_it_has_passed_at_any_second_of_the_hour(cedar, orders, in_cedar):
    hour = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=50)
    seconds = (-1, 0, 1, 1799, 3599)
    for row, second in zip(SlaClock.objects.order_by("pk"), seconds, strict=True):
        SlaClock.objects.filter(pk=row.pk).update(due_at=hour + timedelta(seconds=second))
    queue_counts.fold()

    for second in (-1800, -2, -1, 0, 1, 1798, 1799, 1800, 1801, 3598, 3599, 3600):
        line = queue_counts.Line(queue_counts.DUE, hour + timedelta(seconds=second))
        (found,) = queue_counts.passed(lines=[line], shop_id=None)
        assert found.total() == sum(one <= second for one in seconds), second
