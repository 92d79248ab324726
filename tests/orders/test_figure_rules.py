"""What a deadline came to, and how many more late orders fit under a line. Exact values."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.figure_rules import Budget, Cohort, Facts, budget, outcome
from orders.models import ClockKind, OrderState, Outcome, PlatformStatus

DUE = datetime(2026, 11, 24, 16, 59, 59, tzinfo=UTC)
BEFORE, AFTER = DUE - timedelta(hours=1), DUE + timedelta(seconds=1)


def facts(
    status: str = PlatformStatus.AWAITING_SHIPMENT, state: str = OrderState.APPROVED, **values
) -> Facts:
    return Facts(platform_status=status, state=state, **values)


def cancelled(at: datetime | None, by: str = "buyer", **values) -> Facts:
    return facts(
        PlatformStatus.CANCELLED, OrderState.CANCELLED, cancelled_at=at, cancel_initiator=by, **values
    )


DONE_BY = {
    ClockKind.DISPATCH: "ready_at",
    ClockKind.COLLECTION: "collected_at",
    ClockKind.PROMISE: "collected_at",
    ClockKind.DELIVERY: "delivered_at",
}
every_kind = pytest.mark.parametrize("kind", DONE_BY)


@every_kind
def test_done_to_the_second_is_on_time_and_a_second_later_is_late(kind):
    on_time, late = facts(**{DONE_BY[kind]: DUE}), facts(**{DONE_BY[kind]: AFTER})
    assert outcome(kind=kind, due_at=DUE, facts=on_time) == Outcome.ON_TIME
    assert outcome(kind=kind, due_at=DUE, facts=late) == Outcome.LATE


@every_kind
def test_what_never_happened_is_late(kind):
    assert outcome(kind=kind, due_at=DUE, facts=facts()) == Outcome.LATE


@every_kind
def test_cancelled_before_the_deadline_leaves_the_cohort(kind):
    assert outcome(kind=kind, due_at=DUE, facts=cancelled(BEFORE)) == Outcome.VOID


@every_kind
def test_cancelled_after_the_deadline_was_late(kind):
    assert outcome(kind=kind, due_at=DUE, facts=cancelled(AFTER)) == Outcome.LATE


@every_kind
def test_cancelled_nobody_knows_when_is_unknown(kind):
    assert outcome(kind=kind, due_at=DUE, facts=cancelled(None)) == Outcome.UNKNOWN


@every_kind
def test_said_to_be_done_without_a_time_is_unknown_not_on_time(kind):
    over = facts(PlatformStatus.COMPLETED, OrderState.COMPLETED)
    assert outcome(kind=kind, due_at=DUE, facts=over) == Outcome.UNKNOWN


@pytest.mark.parametrize("kind", [ClockKind.DISPATCH, ClockKind.COLLECTION, ClockKind.PROMISE])
def test_a_later_stage_in_time_proves_an_earlier_one(kind):
    proven = facts(PlatformStatus.DELIVERED, delivered_at=BEFORE)
    assert outcome(kind=kind, due_at=DUE, facts=proven) == Outcome.ON_TIME


@pytest.mark.parametrize("kind", [ClockKind.DISPATCH, ClockKind.COLLECTION, ClockKind.PROMISE])
def test_a_later_stage_after_the_deadline_proves_nothing(kind):
    vague = facts(PlatformStatus.DELIVERED, delivered_at=AFTER)
    assert outcome(kind=kind, due_at=DUE, facts=vague) == Outcome.UNKNOWN


def test_a_carrier_scan_alone_does_not_excuse_a_late_arrangement():
    late = facts(PlatformStatus.IN_TRANSIT, ready_at=AFTER, collected_at=BEFORE)
    assert outcome(kind=ClockKind.DISPATCH, due_at=DUE, facts=late) == Outcome.LATE


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (facts(), Outcome.ON_TIME),
        (facts(PlatformStatus.COMPLETED, OrderState.COMPLETED), Outcome.ON_TIME),
        (cancelled(AFTER, "system"), Outcome.LATE),
        (cancelled(BEFORE, "system"), Outcome.LATE),
        (cancelled(BEFORE, "system", is_paid=False), Outcome.VOID),
        (cancelled(BEFORE, "buyer"), Outcome.VOID),
        (cancelled(AFTER, "buyer"), Outcome.ON_TIME),
        (cancelled(AFTER, ""), Outcome.UNKNOWN),
    ],
)
def test_auto_cancel_counts_what_the_platform_cancelled_by_itself(order, expected):
    assert outcome(kind=ClockKind.CANCEL, due_at=DUE, facts=order) == expected


def test_unknown_and_cancelled_ones_are_not_in_the_denominator():
    cohort = Cohort(orders=120, late=4, unknown=12, void=8)
    assert (cohort.due, cohort.on_time) == (100, 96)
    assert (cohort.late_percent, cohort.on_time_percent) == (Decimal("4.0"), Decimal("96.0"))


def test_a_cohort_of_nobody_has_no_share():
    assert Cohort(orders=3, unknown=3).late_percent is None


def test_cohorts_of_one_kind_add_up():
    assert Cohort(10, 1, 2, 3) + Cohort(5, 1, 0, 0) == Cohort(15, 2, 2, 3)


@pytest.mark.parametrize(
    ("due", "late", "limit", "expected"),
    [
        (0, 0, "4", Budget(0, 0)),
        (100, 0, "4", Budget(4, 0)),  # 4 of 104 is 3.85 %
        (100, 3, "4", Budget(1, 0)),
        (100, 4, "4", Budget(0, 1)),  # just on the line counts as over it
        (250, 2, "4", Budget(8, 0)),  # 10 of 258 is 3.88 %, 11 of 259 is 4.25 %
        (100, 10, "4", Budget(0, 151)),  # 10 of 251 is 3.98 %
        (40, 0, "2.5", Budget(1, 0)),  # 1 of 41 is 2.44 %
        (39, 0, "2.5", Budget(0, 0)),  # 1 of 40 is 2.5 %
        (10, 1, "20", Budget(1, 0)),
        (1, 0, "4", Budget(0, 0)),
    ],
)
def test_how_many_more_late_orders_fit(due, late, limit, expected):
    assert budget(due=due, late=late, limit_percent=Decimal(limit)) == expected


@given(
    st.integers(1, 100_000),
    st.integers(0, 100_000),
    st.decimals(Decimal("0.1"), Decimal("99"), places=2),
)
def test_the_budget_is_the_largest_that_stays_under_the_line(due, late, limit):
    late = min(late, due)
    found, share = budget(due=due, late=late, limit_percent=limit), Fraction(limit) / 100
    if Fraction(late, due) >= share:
        assert found.room == 0
        assert Fraction(late, due + found.missing) < share <= Fraction(late, due + found.missing - 1)
    else:
        assert found.missing == 0
        assert Fraction(late + found.room, due + found.room) < share
        assert Fraction(late + found.room + 1, due + found.room + 1) >= share
