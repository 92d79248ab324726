"""Every line of every shop is held to its own window, though all are asked for together."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from orders import performance
from orders.figure_rules import Cohort
from orders.figure_targets import Target
from orders.models import ClockKind, DailyFigure
from orders.models.stages import WHOLE
from tenancy import scoping
from tests import make

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = date(2026, 11, 20)


def target(region: str, kind: str, days: int, *, is_on: bool = True) -> Target:
    return Target(region, kind, Decimal(4), "", window_days=days, is_on=is_on)


def sums(shop, *, kind: str, carrier: str = WHOLE, days: int = 40) -> None:
    """A day's rows back from tomorrow: 10 orders, of them 1 late, 2 unknown, 3 without a deadline to keep."""
    for back in range(-1, days):
        DailyFigure.objects.create(
            shop=shop,
            on=TODAY - timedelta(days=back),
            kind=f"due.{kind}",
            carrier=carrier,
            warehouse=carrier,
            orders=10,
            late=1,
            unknown=2,
            void=3,
        )


def cohort(days: int) -> Cohort:
    return Cohort(orders=10 * days, late=days, unknown=2 * days, void=3 * days)


def test_each_line_counts_its_own_days_of_its_own_shop(cedar, cedar_shop, north, north_shop):
    with scoping.scope(sellers=[north.pk]):
        sums(north_shop, kind=ClockKind.DISPATCH)
    with scoping.scope(sellers=[cedar.pk]):
        far = make.make_shop(
            seller=cedar, slug="cedar-us", region="US", platform_shop_id="9", time_zone="America/Los_Angeles"
        )
        for shop in (cedar_shop, far):
            for kind in (ClockKind.PROMISE, ClockKind.DISPATCH):
                sums(shop, kind=kind)
                sums(shop, kind=kind, carrier="jt")
        lines = {
            (one.region, one.kind): one
            for one in (
                target(cedar_shop.region, ClockKind.PROMISE, 7),
                target(cedar_shop.region, ClockKind.DISPATCH, 30),
                target("US", ClockKind.PROMISE, 3),
                target("US", ClockKind.DISPATCH, 30, is_on=False),
            )
        }

        found = performance.budgets(shops=[cedar_shop, far], targets=lines, as_of=NOON)

    assert [(row.shop.slug, row.target.kind, row.cohort) for row in found] == [
        (cedar_shop.slug, ClockKind.PROMISE, cohort(7)),
        (cedar_shop.slug, ClockKind.DISPATCH, cohort(30)),
        ("cedar-us", ClockKind.PROMISE, cohort(3)),
    ]


def test_today_is_the_day_of_each_shop(cedar, cedar_shop):
    early = datetime(2026, 11, 20, 3, tzinfo=UTC)  # still the 19th in California
    with scoping.scope(sellers=[cedar.pk]):
        far = make.make_shop(
            seller=cedar, slug="cedar-us", region="US", platform_shop_id="9", time_zone="America/Los_Angeles"
        )
        sums(far, kind=ClockKind.PROMISE)
        lines = {("US", ClockKind.PROMISE): target("US", ClockKind.PROMISE, 2)}

        (row,) = performance.budgets(shops=[far], targets=lines, as_of=early)

    assert (row.window.since, row.window.until) == (date(2026, 11, 18), date(2026, 11, 19))
    assert row.cohort == cohort(2)


def test_without_lines_nothing_is_asked(cedar, cedar_shop, in_cedar, django_assert_num_queries):
    off = {
        (cedar_shop.region, ClockKind.CANCEL): target(cedar_shop.region, ClockKind.CANCEL, 30, is_on=False)
    }

    with django_assert_num_queries(0):
        assert performance.budgets(shops=[cedar_shop], targets=off, as_of=NOON) == []
