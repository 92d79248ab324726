"""The moving parcels: what scans say, what the carriers do by themselves, and that nothing is lost on a restart."""

import pytest

from sandbox.carriers import Carriers, UnknownParcel, UnknownScan
from sandbox.clock import Clock
from sandbox.world import World

NOON = 1_767_268_800.0  # 2026-01-01 12:00 UTC


@pytest.fixture
def carriers() -> Carriers:
    world = World(clock=Clock(frozen_at=NOON), with_history=False)
    world.carriers.configure(enabled=False, pickup_seconds=60, step_seconds=60, exception_share=0)
    return world.carriers


def book(carriers: Carriers, number: str = "rb123456785gb", **extra):
    return carriers.create_parcel(
        number, "Royal Mail", origin="Leeds", destination="Bristol", ref="order-1", **extra
    )


def test_a_booked_parcel_has_its_label_and_keeps_its_number_clean(carriers):
    parcel = book(carriers, " rb 123456785 gb ")

    assert parcel.number == "RB123456785GB"
    assert [(event.kind, event.at, event.place) for event in parcel.events] == [("label", NOON, "Leeds")]


def test_booking_a_number_twice_is_one_parcel(carriers):
    first, again = book(carriers), book(carriers, created_at=NOON + 9)

    assert again is first
    assert len(first.events) == 1


def test_an_adopted_parcel_is_claimed_by_the_first_booking(carriers):
    carriers.create_parcel("rb123456785gb", "Royal Mail", origin="Sender", ref="tag", is_adopted=True)
    carriers.scan("RB123456785GB", "pickup")

    parcel, again = book(carriers), book(carriers, created_at=NOON + 9)

    assert again is parcel
    assert (parcel.origin, parcel.destination, parcel.ref) == ("Leeds", "Bristol", "order-1")
    assert parcel.kind == "pickup"


def test_a_scan_reported_late_does_not_move_a_parcel_back(carriers):
    parcel = book(carriers, created_at=NOON - 900)
    carriers.scan(parcel.number, "arrival", at=NOON - 100)
    carriers.scan(parcel.number, "pickup", at=NOON - 500)

    assert parcel.kind == "arrival"
    assert parcel.picked_up_at == NOON - 500


def test_delivered_is_only_left_for_a_return(carriers):
    parcel = book(carriers, created_at=NOON - 900)
    carriers.scan(parcel.number, "delivered", at=NOON - 300)
    carriers.scan(parcel.number, "transit", at=NOON - 200)
    assert parcel.kind == "delivered"

    carriers.scan(parcel.number, "returning", at=NOON - 100)
    assert parcel.kind == "returning"


def test_carriers_move_by_themselves_each_scan_at_its_own_time(carriers):
    parcel = book(carriers)
    parcel.pace = 1.0
    carriers.configure(enabled=True)
    carriers.world.clock.advance(150)

    assert carriers.tick() == 2
    assert [(event.kind, event.at - NOON) for event in parcel.events] == [
        ("label", 0),
        ("pickup", 60),
        ("transit", 120),
    ]

    carriers.world.clock.advance(10_000)
    carriers.tick()
    assert parcel.kind == "delivered"
    assert carriers.tick() == 0


def test_switched_off_carriers_stand_still_and_start_again_from_now(carriers):
    parcel = book(carriers)
    parcel.pace = 1.0
    carriers.world.clock.advance(5_000)
    assert carriers.tick() == 0

    carriers.configure(enabled=True)
    assert carriers.tick() == 0
    carriers.world.clock.advance(60)
    assert carriers.tick() == 1
    assert parcel.picked_up_at == NOON + 5_060


def test_a_parcel_meets_its_trouble_once_and_goes_on(carriers):
    parcel = book(carriers)
    parcel.pace, parcel.trouble = 1.0, "attempt_failed"
    carriers.configure(enabled=True)
    carriers.world.clock.advance(10_000)
    carriers.tick()

    kinds = [event.kind for event in parcel.events]
    assert kinds == [
        "label",
        "pickup",
        "transit",
        "arrival",
        "out_for_delivery",
        "attempt_failed",
        "out_for_delivery",
        "delivered",
    ]


def test_every_parcel_gets_a_trouble_at_a_share_of_one(carriers):
    carriers.configure(exception_share=1)

    troubles = {book(carriers, f"NUMBER{index:05d}").trouble for index in range(60)}

    assert "" not in troubles
    assert {"lost", "damaged", "delayed", "customs_delay", "address", "refused", "attempt_failed"} == troubles


def test_listeners_hear_every_scan(carriers):
    heard = []
    carriers.on_event(lambda parcel, event: heard.append((parcel.ref, event.kind)))
    parcel = book(carriers)
    carriers.scan(parcel.number, "pickup", text="Collected at the dock")

    assert heard == [("order-1", "label"), ("order-1", "pickup")]
    assert parcel.events[-1].text == "Collected at the dock"


def test_refusals_change_nothing(carriers):
    parcel = book(carriers)

    with pytest.raises(UnknownParcel):
        carriers.scan("RB999999999GB", "pickup")
    with pytest.raises(UnknownScan):
        carriers.scan(parcel.number, "teleported")
    with pytest.raises(UnknownScan):
        carriers.configure(speed=9)

    assert len(parcel.events) == 1
    assert "speed" not in carriers.settings


def test_a_restart_keeps_parcels_scans_and_settings(carriers):
    parcel = book(carriers)
    carriers.scan(parcel.number, "pickup")
    carriers.configure(step_seconds=7)

    again = Carriers(carriers.world)
    again.restore(carriers.snapshot())

    assert again.dump() == carriers.dump()
    assert again.settings["step_seconds"] == 7
    assert again.scan(parcel.number, "transit").seq == 3
