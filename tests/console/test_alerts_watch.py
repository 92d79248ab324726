"""Which orders are told of, when, and never twice."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from console import alerts, deadline_watch, tasks
from console.models import Alert, AlertedOrder, AlertState, AlertWatch
from orders import sla
from orders.models import Order, OrderHistory, SlaClock
from orders.sla_levels import Level, level_at
from relay.models import OutboxEvent
from tenancy import scoping
from tests.make_alerts import make_due_order, move_deadline
from tests.make_orders import NOW

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def raised() -> list[tuple[str, int]]:
    """(level, orders) of what was raised, oldest first."""
    return list(
        Alert.objects.filter(state=AlertState.RAISED).order_by("pk").values_list("level", "order_count")
    )


@pytest.mark.parametrize(
    ("hours", "level"),
    [(24.01, None), (24, "h24"), (12.01, "h24"), (12, "h12"), (4, "h4"), (0.01, "h4"), (0, "overdue")],
)
def test_the_nearest_line_counts(hours, level):
    assert level_at(due_at=NOW + hours * HOUR, now=NOW) == level


def test_an_order_is_told_of_once_at_each_level(cedar_shop, in_cedar):
    make_due_order(cedar_shop, hours=25)
    for minutes in range(0, 26 * 60, 20):
        alerts.watch(now=NOW + minutes * MINUTE)
    assert raised() == [("h24", 1), ("h12", 1), ("h4", 1), ("overdue", 1)]
    assert AlertedOrder.objects.count() == 4


def test_an_order_that_comes_late_is_told_of_at_its_nearest_level_alone(cedar_shop, in_cedar):
    alerts.watch(now=NOW)
    make_due_order(cedar_shop, hours=3)
    alerts.watch(now=NOW + MINUTE)
    alerts.watch(now=NOW + 2 * MINUTE)
    assert raised() == [("h4", 1)]


def test_orders_of_a_shop_are_one_alert_and_shops_are_apart(cedar_shop, north_shop, in_cedar, cedar, north):
    for number in range(12):
        make_due_order(cedar_shop, hours=11, number=number)
    with scoping.scope(sellers=[north.pk]):
        make_due_order(north_shop, hours=11)
    alerts.watch(now=NOW)
    assert raised() == [("h12", 12)]
    assert set(Alert.objects.values_list("shop_id", flat=True)) == {cedar_shop.pk}


def test_what_follows_soon_gathers_until_the_pause_is_over(cedar_shop, in_cedar):
    make_due_order(cedar_shop, hours=3, number=1)
    alerts.watch(now=NOW)
    for number in (2, 3):
        make_due_order(cedar_shop, hours=3, number=number)
        alerts.watch(now=NOW + number * MINUTE)
    assert raised() == [("h4", 1)]
    alerts.watch(now=NOW + 14 * MINUTE)
    assert raised() == [("h4", 1)]
    alerts.watch(now=NOW + 15 * MINUTE)
    assert raised() == [("h4", 1), ("h4", 2)]


@pytest.mark.parametrize("change", [{"is_open": False}, {"due_at": NOW + 30 * HOUR}])
def test_what_is_not_true_any_more_is_dropped_without_a_word(cedar_shop, in_cedar, change):
    make_due_order(cedar_shop, hours=3, number=1)
    alerts.watch(now=NOW)
    second = make_due_order(cedar_shop, hours=3, number=2)
    alerts.watch(now=NOW + MINUTE)
    SlaClock.objects.filter(order=second).update(**change)
    alerts.watch(now=NOW + 15 * MINUTE)
    assert raised() == [("h4", 1)]
    assert Alert.objects.filter(state=AlertState.DROPPED).count() == 1


def test_a_closed_clock_is_never_told_of(cedar_shop, in_cedar):
    order = make_due_order(cedar_shop, hours=5)
    alerts.watch(now=NOW)
    SlaClock.objects.filter(order=order).update(is_open=False)
    alerts.watch(now=NOW + 2 * HOUR)
    alerts.watch(now=NOW + 6 * HOUR)
    assert raised() == [("h12", 1)]


def test_a_paused_clock_waits_and_is_told_of_when_it_runs_again(cedar_shop, in_cedar):
    order = make_due_order(cedar_shop, hours=3)
    Order.objects.filter(pk=order.pk).update(platform_status="on_hold")
    alerts.watch(now=NOW)
    assert raised() == []
    Order.objects.filter(pk=order.pk).update(platform_status="awaiting_shipment")
    alerts.watch(now=NOW + MINUTE)
    assert raised() == [("h4", 1)]


def test_a_deadline_moved_later_is_told_of_again_when_it_comes_near_anew(cedar_shop, in_cedar):
    order = make_due_order(cedar_shop, hours=3)
    alerts.watch(now=NOW)
    move_deadline(order, NOW + 10 * HOUR)
    alerts.watch(now=NOW + MINUTE)
    assert raised() == [("h4", 1)], "moved away: no word"
    alerts.watch(now=NOW + 6 * HOUR)
    alerts.watch(now=NOW + 6 * HOUR + MINUTE)
    assert raised() == [("h4", 1), ("h4", 1)]
    assert AlertedOrder.objects.get(level="h4").due_at == NOW + 10 * HOUR


def test_a_deadline_moved_later_within_its_level_is_not_told_of_again(cedar_shop, in_cedar):
    order = make_due_order(cedar_shop, hours=3)
    alerts.watch(now=NOW)
    move_deadline(order, NOW + 3.5 * HOUR)
    alerts.watch(now=NOW + MINUTE)
    alerts.watch(now=NOW + HOUR)
    assert raised() == [("h4", 1)]


def test_a_deadline_moved_earlier_is_told_of_at_the_levels_it_had_not_reached(cedar_shop, in_cedar):
    order = make_due_order(cedar_shop, hours=20)
    alerts.watch(now=NOW)
    move_deadline(order, NOW + 15 * HOUR)
    alerts.watch(now=NOW + MINUTE)
    assert raised() == [("h24", 1)], "the same level: no second word"
    move_deadline(order, NOW + 2 * HOUR)
    alerts.watch(now=NOW + 2 * MINUTE)
    assert raised() == [("h24", 1), ("h4", 1)]


def test_a_night_without_workers_is_made_up_with_one_word_an_order(cedar_shop, in_cedar):
    alerts.watch(now=NOW)
    make_due_order(cedar_shop, hours=25)
    alerts.watch(now=NOW + 23 * HOUR)
    alerts.watch(now=NOW + 23 * HOUR + MINUTE)
    assert raised() == [("h4", 1)]


def test_the_database_holds_an_order_to_one_word_a_level(cedar_shop, in_cedar):
    make_due_order(cedar_shop, hours=3)
    alerts.watch(now=NOW)
    mark = AlertedOrder.objects.get()
    with pytest.raises(IntegrityError, match="alerted_once_per_level"), transaction.atomic():
        AlertedOrder.objects.bulk_create(
            [
                AlertedOrder(
                    shop=cedar_shop,
                    order_id=mark.order_id,
                    level=mark.level,
                    alert_id=mark.alert_id,
                    due_at=mark.due_at,
                    told_at=NOW,
                )
            ]
        )


def test_near_and_passed_also_stand_in_the_order_s_history(cedar_shop, in_cedar):
    make_due_order(cedar_shop, hours=3)
    alerts.watch(now=NOW)
    alerts.watch(now=NOW + 4 * HOUR)
    assert list(OrderHistory.objects.filter(kind="deadline").values_list("action", flat=True)) == [
        "deadline.at_risk",
        "deadline.breached",
    ]
    assert OutboxEvent.objects.filter(name="order.breached").count() == 1
    assert sla.announce(order_ids=[Order.objects.get().pk], now=NOW + 5 * HOUR) == 0


def test_a_run_reads_what_moved_and_not_what_is_open(cedar_shop, in_cedar, django_assert_max_num_queries):
    for number in range(30):
        make_due_order(cedar_shop, hours=3 if number % 2 else 40, number=number)
    alerts.watch(now=NOW)
    with django_assert_max_num_queries(18):
        alerts.watch(now=NOW + MINUTE)


def test_a_full_line_is_worked_off_run_by_run(cedar_shop, in_cedar, monkeypatch):
    monkeypatch.setattr(deadline_watch, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(deadline_watch, "OVERLAP", 0)
    for number in range(5):
        make_due_order(cedar_shop, hours=25, number=number)
    alerts.watch(now=NOW)
    later = NOW + 2 * HOUR
    assert [alerts.watch(now=later) for _run in range(3)] == [True, True, False]
    assert AlertedOrder.objects.count() == 5
    assert AlertWatch.objects.get().edges["h24"][1] == deadline_watch.LAST


def test_a_backlog_is_told_of_piece_by_piece(cedar_shop, in_cedar, monkeypatch):
    monkeypatch.setattr(deadline_watch, "MOST_AT_ONCE", 2)
    for number in range(5):
        make_due_order(cedar_shop, hours=-number - 1, number=number)
    assert [alerts.watch(now=NOW) for _run in range(3)] == [True, True, False]
    assert AlertedOrder.objects.count() == 5
    assert not alerts.watch(now=NOW + MINUTE)


def test_the_beat_watches_every_seller(cedar, cedar_shop, north, north_shop):
    for seller, shop in ((cedar, cedar_shop), (north, north_shop)):
        with scoping.scope(sellers=[seller.pk]):
            make_due_order(shop, hours=-24 * 400)
    tasks.raise_alerts()
    for seller in (cedar, north):
        with scoping.scope(sellers=[seller.pk]):
            assert raised() == [("overdue", 1)]
            assert SlaClock.objects.get().breached_at is not None


def test_old_alerts_are_forgotten_but_open_orders_keep_their_marks(cedar_shop, in_cedar):
    open_order = make_due_order(cedar_shop, hours=-1, number=1)
    done = make_due_order(cedar_shop, hours=3, number=2)
    alerts.watch(now=NOW)
    SlaClock.objects.filter(order=done).update(is_open=False)
    much_later = NOW + timedelta(days=31)
    alerts.tidy(now=much_later)
    assert list(AlertedOrder.objects.values_list("order_id", flat=True)) == [open_order.pk]
    assert list(Alert.objects.values_list("level", flat=True)) == [Level.OVERDUE]
    alerts.watch(now=much_later)
    assert Alert.objects.count() == 1
