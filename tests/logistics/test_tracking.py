"""The carrier's words: once each, by their own time, and never a step back."""

from datetime import timedelta

import pytest

from integrations.ports import TrackingSnapshot
from logistics import poll_schedule, silent, tracking
from logistics.models import ExceptionCase, Shipment, TrackedParcel, TrackingEvent
from orders.models import PackageState, SlaClock
from relay.models import OutboxEvent
from tests.make_logistics import handed_over, hear, labelled, said
from tests.make_orders import NOW

HOUR = timedelta(hours=1)


def package_state(shipment: Shipment) -> str:
    shipment.package.refresh_from_db()
    return shipment.package.state


def events(name: str) -> int:
    return OutboxEvent.objects.filter(name=name).count()


def test_the_first_scan_stops_the_deadline_at_the_carriers_own_time(cedar_shop, in_cedar):
    shipment = handed_over(shop=cedar_shop)
    hear(shipment, said("picked_up", at=NOW + HOUR), now=NOW + 3 * HOUR)
    assert (shipment.state, shipment.picked_up_at) == ("in_transit", NOW + HOUR)
    assert package_state(shipment) == PackageState.IN_TRANSIT
    assert shipment.package.picked_up_at == NOW + HOUR
    clock = SlaClock.objects.get(order=shipment.package.order)
    assert (clock.is_open, clock.stopped_at, clock.tab) == (False, NOW + HOUR, "in_transit")
    assert events("shipment.picked_up") == 1


def test_the_whole_way(cedar_shop, in_cedar):
    shipment = handed_over(shop=cedar_shop)
    for hours, status, expected in (
        (1, "label_created", "handed_over"),
        (2, "picked_up", "in_transit"),
        (3, "in_transit", "in_transit"),
        (4, "arrived_destination", "arrived"),
        (5, "out_for_delivery", "arrived"),
        (6, "delivered", "delivered"),
    ):
        hear(shipment, said(status, at=NOW + hours * HOUR), now=NOW + hours * HOUR)
        assert shipment.state == expected
    assert package_state(shipment) == PackageState.DELIVERED
    assert shipment.delivered_at == NOW + 6 * HOUR
    assert (events("shipment.picked_up"), events("shipment.delivered")) == (1, 1)


def test_the_same_words_twice_are_one_event(cedar_shop, in_cedar):
    shipment = handed_over(shop=cedar_shop)
    for _ in range(3):
        hear(shipment, said("picked_up", at=NOW + HOUR), said("in_transit", at=NOW + 2 * HOUR))
    assert TrackingEvent.objects.count() == 2
    assert events("shipment.picked_up") == 1


def test_late_words_never_move_a_package_back(cedar_shop, in_cedar):
    shipment = handed_over(shop=cedar_shop)
    later = NOW + 9 * HOUR
    hear(shipment, said("delivered", at=NOW + 6 * HOUR), now=later)
    assert (package_state(shipment), shipment.picked_up_at) == ("delivered", NOW + 6 * HOUR)
    hear(shipment, said("in_transit", at=NOW + 3 * HOUR), now=later)
    hear(shipment, said("picked_up", at=NOW + HOUR), now=later)
    assert (package_state(shipment), shipment.state) == ("delivered", "delivered")
    assert shipment.picked_up_at == NOW + HOUR  # the earlier truth is taken over
    assert shipment.last_event_at == NOW + 6 * HOUR
    assert (events("shipment.picked_up"), events("shipment.delivered")) == (1, 1)
    assert list(TrackingEvent.objects.order_by("happened_at").values_list("status", flat=True)) == [
        "picked_up",
        "in_transit",
        "delivered",
    ]


def test_a_pickup_without_our_dock_scan_counts(cedar_shop, in_cedar):
    shipment = hear(labelled(shop=cedar_shop), said("picked_up"))
    assert (shipment.state, shipment.docked_at) == ("in_transit", None)


def test_news_about_another_number_are_left_alone(cedar_shop, in_cedar):
    shipment = handed_over(shop=cedar_shop)
    other = TrackingSnapshot(number="JT999000111222", events=(said("delivered"),))
    applied = tracking.apply_snapshot(shipment_id=shipment.pk, snapshot=other, source="17track", now=NOW)
    shipment.refresh_from_db()
    assert (applied.new_events, shipment.state) == (0, "handed_over")


def test_scans_from_before_the_order_are_somebody_elses(cedar_shop, in_cedar):
    shipment = handed_over(shop=cedar_shop)
    for _ in range(2):
        hear(shipment, said("delivered", at=NOW - 40 * HOUR))
        assert shipment.state == "handed_over"
        ExceptionCase.objects.update(state="resolved")
    assert not TrackingEvent.objects.exists()
    assert ExceptionCase.objects.get().kind == "suspect_number"


def test_lost_then_found(cedar_shop, in_cedar):
    shipment = handed_over(shop=cedar_shop)
    hear(shipment, said("picked_up", at=NOW), said("lost", at=NOW + HOUR, exception="lost"))
    assert (shipment.state, package_state(shipment)) == ("lost", "lost")
    assert ExceptionCase.objects.get().kind == "lost"
    hear(shipment, said("delivered", at=NOW + 2 * HOUR))
    assert (shipment.state, package_state(shipment)) == ("delivered", "delivered")
    case = ExceptionCase.objects.get()
    assert (case.state, case.resolution, case.resolved_by) == ("resolved", "delivered", "auto")


def test_a_return_follows_a_delivery(cedar_shop, in_cedar):
    shipment = handed_over(shop=cedar_shop)
    hear(shipment, said("delivered", at=NOW + HOUR), now=NOW + HOUR)
    hear(shipment, said("returned", at=NOW + 3 * HOUR, exception="returned"), now=NOW + 3 * HOUR)
    assert (shipment.state, package_state(shipment)) == ("returned", "returned")
    assert ExceptionCase.objects.get().kind == "returned"
    hear(shipment, said("in_transit", at=NOW + 2 * HOUR), now=NOW + 4 * HOUR)
    assert package_state(shipment) == "returned"


def test_a_passing_trouble_opens_a_case_and_ends_it_when_the_parcel_moves(cedar_shop, in_cedar):
    shipment = handed_over(shop=cedar_shop)
    hear(shipment, said("customs", at=NOW + HOUR, exception="customs_delay", text="Documents wanted"))
    case = ExceptionCase.objects.get()
    assert (case.kind, case.state, case.detail) == ("customs_delay", "open", "Documents wanted")
    assert (case.region_code, case.province) == ("VN", "Hồ Chí Minh")
    assert package_state(shipment) == "in_transit"
    hear(shipment, said("in_transit", at=NOW + 2 * HOUR))
    case.refresh_from_db()
    assert (case.state, case.resolution) == ("resolved", "moves_again")


def test_old_trouble_told_late_opens_nothing(cedar_shop, in_cedar):
    shipment = handed_over(shop=cedar_shop)
    hear(shipment, said("in_transit", at=NOW + 5 * HOUR), now=NOW + 6 * HOUR)
    hear(shipment, said("exception", at=NOW + 2 * HOUR, exception="delayed"), now=NOW + 6 * HOUR)
    assert not ExceptionCase.objects.exists()
    hear(shipment, said("exception", at=NOW + 3 * HOUR, exception="damaged"), now=NOW + 6 * HOUR)
    assert ExceptionCase.objects.get().kind == "damaged"  # damage stays damage


def test_a_parcel_that_nobody_scans_gets_a_case_once(cedar_shop, in_cedar):
    shipment = handed_over(shop=cedar_shop)
    assert silent.sweep(now=NOW + 23 * HOUR) == 0
    assert silent.sweep(now=NOW + 25 * HOUR) == 1
    assert silent.sweep(now=NOW + 26 * HOUR) == 0
    assert ExceptionCase.objects.get().kind == "no_scan"
    hear(shipment, said("picked_up", at=NOW + 27 * HOUR), now=NOW + 27 * HOUR)
    assert ExceptionCase.objects.get().state == "resolved"


def test_a_parcel_that_went_silent_gets_a_case(cedar_shop, in_cedar):
    shipment = handed_over(shop=cedar_shop)
    hear(shipment, said("in_transit", at=NOW))
    assert silent.sweep(now=NOW + timedelta(days=4)) == 0
    assert silent.sweep(now=NOW + timedelta(days=6)) == 1
    assert ExceptionCase.objects.get().kind == "stale"


def test_a_resolved_silence_is_not_asked_again_for_a_day(cedar_shop, in_cedar):
    handed_over(shop=cedar_shop)
    silent.sweep(now=NOW + 25 * HOUR)
    ExceptionCase.objects.update(state="resolved", resolved_at=NOW + 26 * HOUR)
    assert silent.sweep(now=NOW + 27 * HOUR) == 0
    assert silent.sweep(now=NOW + 51 * HOUR) == 1


def test_a_labelled_parcel_that_skipped_the_dock_is_watched_after_a_while(cedar_shop, in_cedar):
    shipment = labelled(shop=cedar_shop)
    silent.sweep(now=NOW + 5 * HOUR)
    assert not TrackedParcel.objects.exists()
    silent.sweep(now=NOW + 7 * HOUR)
    assert TrackedParcel.objects.get().shipment_id == shipment.pk


@pytest.mark.parametrize(
    ("status", "due_in_hours", "minutes"),
    [
        ("unknown", None, 30),
        ("label_created", 24, 30),
        ("label_created", 2, 10),
        ("label_created", -3, 10),
        ("picked_up", 2, 240),
        ("in_transit", None, 300),
        ("out_for_delivery", None, 60),
    ],
)
def test_the_next_question_comes_by_state(settings, status, due_in_hours, minutes):
    settings.TRACKING_POLL_SECONDS = 1800
    due_at = None if due_in_hours is None else NOW + due_in_hours * HOUR
    assert poll_schedule.next_poll_after(status=status, due_at=due_at, now=NOW) == NOW + timedelta(
        minutes=minutes
    )
