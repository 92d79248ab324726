"""Whose hour was it: the segments of a life add up to it, and each hour is with whoever had the order."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.models import HoldReason, OrderState, PackageState, Segment, Stage
from orders.stage_segments import Life, Step, clamped, reached, segments

T0 = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
_P = PackageState


def at(minutes: float) -> datetime:
    return T0 + timedelta(minutes=minutes)


def step(minutes: float, state: str, package: int | None = 1, **values) -> Step:
    return Step(at=at(minutes), state=state, package_id=package, **values)


def order(minutes: float, state: str, *, raised: tuple = (), lifted: tuple = ()) -> Step:
    return step(minutes, state, None, raised=frozenset(raised), lifted=frozenset(lifted))


def life(*steps: Step, seen: float = 0, **values) -> Life:
    return Life(placed_at=T0, seen_at=at(seen), steps=steps, **values)


def minutes(found: dict[str, int]) -> dict[str, float]:
    return {segment: seconds / 60 for segment, seconds in found.items() if seconds}


FLOOR = (
    order(0, OrderState.APPROVED),
    step(0, _P.PLANNED),
    step(5, _P.ALLOCATED),
    step(25, _P.PICKING),
    step(35, _P.PICKED),
    step(50, _P.PACKED),
    step(52, _P.READY_TO_SHIP),
    step(90, _P.HANDED_OVER),
    step(150, _P.IN_TRANSIT),
)


def test_each_stage_of_the_floor_has_its_own_minutes():
    assert minutes(segments(life=life(*FLOOR), until=at(150))) == {
        "stock": 5,
        "queue": 20,
        "pick": 10,
        "pack": 17,
        "dock": 38,
        "scan": 60,
    }


def test_stages_are_reached_when_the_order_got_there():
    assert reached(life=life(*FLOOR)) == {
        Stage.RESERVED: at(5),
        Stage.PICKED: at(35),
        Stage.PACKED: at(50),
        Stage.DOCKED: at(90),
    }


def test_review_and_hold_are_told_apart():
    steps = (
        order(0, OrderState.PENDING_REVIEW),
        order(3, OrderState.ON_HOLD, raised=(HoldReason.ADDRESS_INVALID,)),
        order(63, OrderState.APPROVED, lifted=(HoldReason.ADDRESS_INVALID,)),
        step(63, _P.PLANNED),
        step(64, _P.ALLOCATED),
    )
    assert minutes(segments(life=life(*steps), until=at(70))) == {
        "review": 3,
        "hold": 60,
        "stock": 1,
        "queue": 6,
    }


def test_an_order_held_for_goods_alone_waits_for_stock():
    short = (HoldReason.OUT_OF_STOCK,)
    steps = (order(0, OrderState.ON_HOLD, raised=short), order(30, OrderState.APPROVED, lifted=short))
    assert minutes(segments(life=life(*steps), until=at(30))) == {"stock": 30}


def test_goods_among_other_reasons_are_a_hold():
    steps = (
        order(0, OrderState.ON_HOLD, raised=(HoldReason.OUT_OF_STOCK, HoldReason.MANUAL)),
        order(10, OrderState.ON_HOLD, lifted=(HoldReason.MANUAL,)),
    )
    assert minutes(segments(life=life(*steps), until=at(30))) == {"hold": 10, "stock": 20}


def test_a_hold_on_the_floor_stops_the_pickers_minutes():
    steps = (
        order(0, OrderState.APPROVED),
        step(0, _P.ALLOCATED),
        step(10, _P.PICKING),
        order(15, OrderState.ON_HOLD, raised=(HoldReason.CANCEL_REQUESTED,)),
        order(45, OrderState.APPROVED, lifted=(HoldReason.CANCEL_REQUESTED,)),
        step(50, _P.PICKED),
    )
    assert minutes(segments(life=life(*steps), until=at(50))) == {"queue": 10, "pick": 10, "hold": 30}


def test_two_parcels_are_as_far_as_the_slower_one():
    steps = (
        order(0, OrderState.APPROVED),
        step(0, _P.ALLOCATED, 1),
        step(0, _P.ALLOCATED, 2),
        step(10, _P.PICKING, 1),
        step(30, _P.PICKING, 2),
        step(35, _P.PICKED, 2),
        step(40, _P.PICKED, 1),
    )
    assert minutes(segments(life=life(*steps), until=at(40))) == {"queue": 30, "pick": 10}
    assert reached(life=life(*steps))[Stage.PICKED] == at(40)


def test_a_cancelled_parcel_holds_nobody_up():
    steps = (
        order(0, OrderState.APPROVED),
        step(0, _P.PICKING, 1),
        step(0, _P.PLANNED, 2),
        step(20, _P.CANCELLED, 2),
    )
    assert minutes(segments(life=life(*steps), until=at(30))) == {"stock": 20, "pick": 10}


def test_a_step_back_gives_the_minutes_to_where_it_went():
    steps = (
        order(0, OrderState.APPROVED),
        step(0, _P.ALLOCATED),
        step(10, _P.PLANNED),
        step(40, _P.ALLOCATED),
        step(50, _P.PICKING),
    )
    assert minutes(segments(life=life(*steps), until=at(50))) == {"queue": 20, "stock": 30}
    assert reached(life=life(*steps)) == {Stage.RESERVED: at(40)}


def test_a_scan_that_is_told_later_ends_the_wait_at_its_own_time():
    told = (*FLOOR[:-2], step(95, _P.HANDED_OVER), step(80, _P.IN_TRANSIT))
    assert minutes(segments(life=life(*told), until=at(80))) == {
        "stock": 5,
        "queue": 20,
        "pick": 10,
        "pack": 17,
        "dock": 28,
    }
    assert reached(life=life(*told))[Stage.DOCKED] == at(80)


def test_a_skipped_stage_has_no_moment():
    steps = (step(5, _P.ALLOCATED), step(9, _P.IN_TRANSIT))
    assert reached(life=life(*steps)) == {Stage.RESERVED: at(5)}


def test_an_order_from_a_file_has_the_platforms_moments_only():
    old = life(order(9000, OrderState.COMPLETED), seen=9000, paid_at=at(2), ready_at=at(600))
    assert minutes(segments(life=old, until=at(900))) == {"hold": 2, "elsewhere": 598, "dock": 300}


def test_a_file_without_times_says_that_it_does_not_know():
    old = life(order(9000, OrderState.COMPLETED), seen=9000)
    assert minutes(segments(life=old, until=at(900))) == {"elsewhere": 900}


def test_what_came_late_was_elsewhere_before():
    steps = (order(7, OrderState.APPROVED), step(7, _P.PLANNED))
    assert minutes(segments(life=life(*steps, seen=7, paid_at=at(1)), until=at(10))) == {
        "hold": 1,
        "elsewhere": 6,
        "stock": 3,
    }


def test_an_order_shipped_outside_waits_at_the_dock_once_it_was_arranged():
    steps = (order(1, OrderState.PENDING_REVIEW), order(5, OrderState.APPROVED))
    found = segments(life=life(*steps, seen=1, ready_at=at(20)), until=at(50))
    assert minutes(found) == {"elsewhere": 16, "review": 4, "dock": 30}


def test_a_life_that_ends_before_its_steps_is_cut_there():
    assert minutes(segments(life=life(*FLOOR), until=at(30))) == {"stock": 5, "queue": 20, "pick": 5}


def test_a_life_of_no_time_has_no_segments():
    assert sum(segments(life=life(*FLOOR), until=T0 - timedelta(days=1)).values()) == 0


def test_fractions_of_a_second_are_lost_once_not_at_every_step():
    third = timedelta(milliseconds=333)
    steps = tuple(Step(T0 + third * n, state, 1) for n, state in enumerate([_P.ALLOCATED, _P.PICKING] * 10))
    assert sum(segments(life=life(*steps), until=T0 + third * 20).values()) == 6


moments = st.integers(-5000, 50_000).map(lambda n: T0 + timedelta(seconds=n / 7))
a_step = st.one_of(
    st.builds(Step, at=moments, state=st.sampled_from(_P.values), package_id=st.integers(1, 3)),
    st.builds(
        Step,
        at=moments,
        state=st.sampled_from(OrderState.values),
        raised=st.frozensets(st.sampled_from(HoldReason.values), max_size=2),
        lifted=st.frozensets(st.sampled_from(HoldReason.values), max_size=2),
    ),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(a_step, max_size=14), moments, moments, st.none() | moments, st.none() | moments, moments)
def test_segments_always_add_up_to_the_life(steps, placed, seen, paid, ready, until):
    one = Life(placed_at=placed, seen_at=seen, paid_at=paid, ready_at=ready, steps=tuple(steps))
    found = segments(life=one, until=until)
    assert set(found) == set(Segment.values)
    assert min(found.values()) >= 0
    assert sum(found.values()) == max(int(until.timestamp()) - int(placed.timestamp()), 0)


@settings(max_examples=100, deadline=None)
@given(st.lists(a_step, max_size=14))
def test_moments_never_go_back_and_never_forward(steps):
    found = clamped(steps)
    assert [one for _at, one in found] == steps
    assert all(moment <= one.at for moment, one in found)
    assert [moment for moment, _one in found] == sorted(moment for moment, _one in found)


@pytest.mark.parametrize("state", _P.values)
def test_every_state_of_a_parcel_is_somebodys(state):
    steps = (order(0, OrderState.APPROVED), step(0, state))
    assert sum(segments(life=life(*steps), until=at(1)).values()) == 60
