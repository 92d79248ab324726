"""Figures from orders that went their way: stages, outcomes, sums of a day, and that both agree with what happened."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from logistics import figures
from logistics.models import Shipment
from orders import daily_figures, file_import, packages, performance
from orders.models import (
    ClockKind,
    DailyFigure,
    FigureCursor,
    Order,
    Outcome,
    Segment,
    SlaClock,
    Stage,
    StageTimes,
)
from orders.performance import Window
from orders.states import PackageAction
from tenancy import scoping
from tenancy.actors import CARRIER, Actor
from tests import make_logistics, make_orders, make_warehouse
from tests.make_orders import NOW
from warehouse.models import Warehouse

LAN = Actor(kind="user", label="Lan")
DATA = Path(__file__).parent.parent / "data"
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
WAY = (
    (PackageAction.ALLOCATE, 5),
    (PackageAction.START_PICKING, 30),
    (PackageAction.FINISH_PICKING, 40),
    (PackageAction.PACK, 60),
    (PackageAction.LABEL, 62),
    (PackageAction.HAND_OVER, 120),
    (PackageAction.PICK_UP, 300),
    (PackageAction.DELIVER, 3000),
)
pytestmark = pytest.mark.usefixtures("in_cedar")


def go(order: Order, *, until: str = PackageAction.PICK_UP, start: datetime = NOW) -> Order:
    """Take the order's parcel along its way, at the minutes of WAY after `start`."""
    for action, minutes in WAY:
        (package,) = packages.lock_many(ids=list(order.packages.values_list("pk", flat=True)))
        actor = CARRIER if action in (PackageAction.PICK_UP, PackageAction.DELIVER) else LAN
        packages.advance(package=package, action=action, actor=actor, now=start + timedelta(minutes=minutes))
        if action == until:
            break
    return order


def window(first: date = date(2026, 10, 1), last: date = date(2027, 2, 1), **values) -> Window:
    return Window(since=first, until=last, **values)


def totals(**values) -> performance.Figures:
    return performance.figures(window(**values))[None]


def due(kind: str, at: datetime) -> None:
    """All clocks of the seller in scope are due then."""
    column = "deliver_due_at" if kind == ClockKind.DELIVERY else f"{kind}_due_at"
    SlaClock.objects.update(**{column: at})


def test_the_floors_minutes_are_in_the_row_to_the_second(cedar_shop):
    order = go(make_orders.make_order(shop=cedar_shop))
    figures.step(now=NOW + timedelta(hours=6))
    row = StageTimes.objects.get(order=order)
    spent = {segment: getattr(row, f"{segment}_s") // 60 for segment in Segment.values}
    assert spent == {
        "elsewhere": 120,  # it was two hours old when it came here
        "review": 0,
        "hold": 0,
        "stock": 5,
        "queue": 25,
        "pick": 10,
        "pack": 22,
        "dock": 58,
        "scan": 180,
    }
    assert row.life_s == 420 * 60 == (row.collected_at - row.placed_at).total_seconds()
    assert (row.reserved_at, row.picked_at) == (NOW + timedelta(minutes=5), NOW + timedelta(minutes=40))
    assert (row.packed_at, row.docked_at) == (NOW + timedelta(minutes=60), NOW + timedelta(minutes=120))
    assert row.collected_on == (NOW + timedelta(minutes=300)).astimezone(HANOI).date()


def test_a_deadline_counts_when_it_has_passed_and_not_a_second_before(cedar_shop):
    make_orders.make_order(shop=cedar_shop)
    at = NOW + timedelta(hours=3)
    due(ClockKind.COLLECTION, at)
    figures.step(now=at - timedelta(seconds=1))
    assert totals().cohort(ClockKind.COLLECTION).orders == 0
    figures.step(now=at)
    cohort = totals().cohort(ClockKind.COLLECTION)
    assert (cohort.orders, cohort.due, cohort.late) == (1, 1, 1)


def test_the_denominator_is_on_the_day_of_the_deadline_on_the_shops_wall_clock(cedar_shop):
    make_orders.make_order(shop=cedar_shop)
    due(ClockKind.COLLECTION, datetime(2026, 11, 24, 16, 59, 59, tzinfo=UTC))  # 23:59:59 in Hanoi
    figures.step(now=datetime(2026, 11, 24, 17, 0, tzinfo=UTC))
    assert window().sums().get(kind="due.collection").on == date(2026, 11, 24)


def test_late_news_of_a_scan_in_time_clears_the_order(cedar_shop):
    order = go(make_orders.make_order(shop=cedar_shop), until=PackageAction.HAND_OVER)
    at = NOW + timedelta(hours=5, minutes=30)
    due(ClockKind.COLLECTION, at)
    figures.step(now=at + timedelta(hours=1))
    assert totals().cohort(ClockKind.COLLECTION).late == 1
    go_on = packages.lock_many(ids=list(order.packages.values_list("pk", flat=True)))[0]
    told = NOW + timedelta(minutes=300)
    packages.advance(package=go_on, action=PackageAction.PICK_UP, actor=CARRIER, now=told)
    figures.step(now=at + timedelta(hours=2))
    cohort = totals().cohort(ClockKind.COLLECTION)
    assert (cohort.due, cohort.late, cohort.on_time) == (1, 0, 1)


def test_a_deadline_that_was_moved_without_a_word_is_followed(cedar_shop):
    make_orders.make_order(shop=cedar_shop)
    due(ClockKind.COLLECTION, NOW + timedelta(days=3))
    figures.step(now=NOW)
    due(ClockKind.COLLECTION, NOW + timedelta(hours=1))
    figures.step(now=NOW + timedelta(hours=2))
    assert totals().cohort(ClockKind.COLLECTION).late == 1


def test_a_second_step_finds_nothing_to_do(cedar_shop):
    make_orders.make_order(shop=cedar_shop)
    assert figures.step(now=NOW).orders == 1
    assert figures.step(now=NOW + timedelta(minutes=1)).orders == 0


def test_lines_that_were_committed_late_are_seen(cedar_shop, monkeypatch):
    monkeypatch.setattr(figures, "LINES", 3)
    orders = [
        make_orders.make_order(shop=cedar_shop, platform_order_id=f"57646141303878{n:04d}") for n in range(7)
    ]
    count = figures.catch_up(seller_id=cedar_shop.seller_id, now=NOW)
    assert count >= len(orders)
    assert StageTimes.objects.count() == len(orders)
    # What is older than the newest line is looked at again until nothing can be on its way any more.
    StageTimes.objects.filter(order=orders[0]).update(history_id=0)
    assert figures.catch_up(seller_id=cedar_shop.seller_id, now=NOW + timedelta(minutes=5)) == 1


def test_what_was_marked_ten_minutes_ago_is_not_read_again(cedar_shop):
    order = make_orders.make_order(shop=cedar_shop)
    for minutes in (0, 11, 22):
        figures.step(now=NOW + timedelta(minutes=minutes))
    newest = order.history.order_by("-pk").first().pk
    assert FigureCursor.objects.get().history_id == newest


def test_carrier_and_warehouse_of_a_parcel_are_its_own(cedar_shop):
    make_warehouse.make_site()
    make_warehouse.make_stock("MUG", 5)
    package = make_warehouse.allocated(shop=cedar_shop)
    Shipment.objects.create(
        shop=cedar_shop, package=package, carrier=make_logistics.carrier("jt"), created_at=NOW
    )
    figures.step(now=NOW)
    row = StageTimes.objects.get(order_id=package.order_id)
    assert (row.carrier, row.warehouse) == ("jt", Warehouse.objects.get().code)
    assert set(window().sums().values_list("carrier", flat=True)) <= {"jt"}


def test_an_imported_history_shows_at_once(cedar_shop):
    content = (DATA / "seller-center-sample.csv").read_bytes()
    file_import.import_file(shop=cedar_shop, filename="o.csv", content=content, actor=LAN, now=NOW)
    figures.step(now=NOW)
    assert StageTimes.objects.count() == Order.objects.count() == 29
    delivered = Order.objects.filter(delivered_at__isnull=False)
    assert totals().stage(Stage.DELIVERED).orders == delivered.count() == 6
    assert totals().stage(Stage.COLLECTED).orders == Order.objects.filter(collected_at__isnull=False).count()
    told = StageTimes.objects.filter(order__in=delivered)
    assert all(row.life_s == row.elsewhere_s + row.hold_s + row.dock_s for row in told)
    assert set(told.values_list("carrier", flat=True)) - {""}
    assert daily_figures.differences(as_of=NOW) == []


def test_a_historic_order_without_times_is_unknown_not_on_time(cedar_shop):
    header = "Order ID,Order Status,Order Substatus,SKU ID,Seller SKU,Product Name,Quantity,Created Time\n"
    row = "578000000000000001,Completed,Completed,1,KF-MUG-SEA,Mug,1,10/11/2026 07:25:59\n"
    file_import.import_file(
        shop=cedar_shop, filename="o.csv", content=(header + row).encode(), actor=LAN, now=NOW
    )
    figures.step(now=NOW)
    cohort = totals().cohort(ClockKind.PROMISE)
    assert (cohort.orders, cohort.unknown, cohort.due) == (1, 1, 0)
    assert cohort.late_percent is None


def wander(shop, *, seed: int, count: int) -> None:
    """Orders that got somewhere on their way, some cancelled, with deadlines all over the place."""
    dice = random.Random(seed)  # noqa: S311 - the same world every time
    for number in range(count):
        start = NOW - timedelta(minutes=dice.randrange(60 * 24 * 9))
        order = make_orders.make_order(
            shop=shop, platform_order_id=f"5764614130{seed}{number:05d}", now=start
        )
        go(order, until=dice.choice([action for action, _minutes in WAY]), start=start)
        if dice.random() < 0.2:
            Order.objects.filter(pk=order.pk).update(
                state="cancelled",
                platform_status="cancelled",
                cancelled_at=start + timedelta(minutes=dice.randrange(4000)),
                cancel_initiator=dice.choice(["buyer", "system", ""]),
            )
        SlaClock.objects.filter(order=order).update(
            **{
                column: start + timedelta(minutes=dice.randrange(-60, 6000))
                for column in ("dispatch_due_at", "collection_due_at", "cancel_due_at", "deliver_due_at")
            }
        )


def counted_by_hand(now: datetime) -> Counter:
    """What the days of the promise and the carrier's scans come to, from orders, clocks and parcels alone."""
    found: Counter = Counter()
    for clock in SlaClock.objects.select_related("order"):
        package = clock.order.packages.get()
        scanned = package.picked_up_at or package.delivered_at
        if scanned:
            found["scanned", scanned.astimezone(HANOI).date()] += 1
            found["seconds", scanned.astimezone(HANOI).date()] += int(scanned.timestamp()) - int(
                clock.order.placed_at.timestamp()
            )
        if clock.promise_due_at > now:
            continue
        day = clock.promise_due_at.astimezone(HANOI).date()
        found["due", day] += 1
        if scanned and scanned <= clock.promise_due_at:
            continue
        cancelled_at = clock.order.cancelled_at
        is_void = not scanned and cancelled_at and cancelled_at <= clock.promise_due_at
        found["void" if is_void else "late", day] += 1
    return found


def test_sums_are_what_orders_clocks_and_parcels_come_to(cedar_shop):
    wander(cedar_shop, seed=7, count=25)
    figures.step(now=NOW)
    expected, sums = counted_by_hand(NOW), Counter()
    for row in window().sums().filter(kind__in=["due.promise", "stage.collected"]):
        if row.kind == "due.promise":
            sums += Counter({("due", row.on): row.orders, ("late", row.on): row.late})
            sums += Counter({("void", row.on): row.void})
        else:
            sums += Counter({("scanned", row.on): row.orders, ("seconds", row.on): row.seconds})
    assert sums == +expected


def test_steps_come_to_the_same_as_a_rebuild(cedar_shop):
    wander(cedar_shop, seed=1, count=12)
    figures.step(now=NOW - timedelta(days=1))
    wander(cedar_shop, seed=2, count=12)
    figures.step(now=NOW)
    assert daily_figures.differences(as_of=NOW) == []
    columns = [field.name for field in DailyFigure._meta.fields if field.name != "id"]
    before = set(DailyFigure.objects.values_list(*columns))
    assert list(figures.rebuild(seller_id=cedar_shop.seller_id, now=NOW)) == [24]
    assert set(DailyFigure.objects.values_list(*columns)) == before


def numbers_of(figure: str) -> dict[str, int]:
    """What the page says about a figure, per link."""
    family, _dot, name = figure.partition(".")
    found, cohort = totals().total(figure), totals().cohort(name)
    if family == "segment":
        return {"": found.orders}
    if family == "stage":
        return {"": found.orders, Outcome.UNKNOWN: found.unknown}
    return {
        "": cohort.orders,
        performance.IN_COHORT: cohort.due,
        Outcome.LATE: cohort.late,
        Outcome.ON_TIME: cohort.on_time,
        Outcome.UNKNOWN: cohort.unknown,
        Outcome.VOID: cohort.void,
    }


def test_every_figure_is_the_number_of_rows_behind_it(cedar_shop):
    wander(cedar_shop, seed=3, count=20)
    figures.step(now=NOW)
    for figure in performance.FIGURES:
        for outcome, number in numbers_of(figure).items():
            rows = performance.orders_behind(window(), figure=figure, outcome=outcome)
            assert rows.count() == number, (figure, outcome)


def test_segments_of_a_period_are_the_lives_that_ended_in_it(cedar_shop):
    wander(cedar_shop, seed=4, count=15)
    figures.step(now=NOW)
    assert totals().life_seconds == totals().stage(Stage.COLLECTED).seconds > 0


def test_the_command_checks_and_rebuilds(cedar_shop, capsys):
    wander(cedar_shop, seed=5, count=4)
    figures.step(now=NOW)
    call_command("rebuild_performance", "--seller", "cedar", "--check")
    DailyFigure.objects.filter(kind="due.promise").update(late=99)
    with pytest.raises(CommandError, match="differ from the orders"):
        call_command("rebuild_performance", "--seller", "cedar", "--check")
    call_command("rebuild_performance", "--seller", "cedar")
    call_command("rebuild_performance", "--seller", "cedar", "--check")
    assert "4 orders worked out" in capsys.readouterr().out


def test_two_sellers_never_meet_in_a_sum(cedar_shop, north_shop):
    wander(cedar_shop, seed=6, count=3)
    figures.step(now=NOW)
    mine = set(DailyFigure.objects.values_list("pk", flat=True))
    with scoping.scope(sellers=[north_shop.seller_id]):
        wander(north_shop, seed=6, count=2)
        figures.step(now=NOW)
        assert set(DailyFigure.objects.values_list("shop_id", flat=True)) == {north_shop.pk}
        assert StageTimes.objects.count() == 2
    assert set(DailyFigure.objects.values_list("pk", flat=True)) == mine


def test_a_shop_as_a_whole_is_the_sum_of_its_carriers_and_warehouses(cedar_shop):
    wander(cedar_shop, seed=9, count=12)
    orders = list(Order.objects.order_by("pk"))
    StageTimes.objects.all().delete()
    figures.step(now=NOW)
    StageTimes.objects.filter(order__in=orders[:6]).update(said_carrier="jt")
    list(figures.rebuild(seller_id=cedar_shop.seller_id, now=NOW))
    assert set(window().sums().values_list("carrier", flat=True)) == {"", "jt"}
    whole = performance.figures(window())[None].totals
    fine = performance.figures(window(), by="carrier")
    for kind, total in whole.items():
        parts = [found.total(kind) for found in fine.values()]
        assert sum(part.orders for part in parts) == total.orders
        assert sum(part.seconds for part in parts) == total.seconds
