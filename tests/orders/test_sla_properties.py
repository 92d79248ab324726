"""What holds for every rule, every day and every zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orders.calendars import Days, Span
from orders.sla_book import Book, Notice, Starts, place_of, shipped_book
from orders.sla_count import Terms, count
from orders.sla_rules import Rule, from_data, markets, shipped, to_data

FIRST, LAST = datetime(2023, 1, 1), datetime(2029, 12, 31)  # noqa: DTZ001 - hypothesis adds the zone
moments = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
gaps = st.one_of(
    st.timedeltas(timedelta(0), timedelta(days=9)), st.integers(0, 120).map(lambda n: timedelta(seconds=n))
)
rules = st.sampled_from(shipped())
ZONES = ("America/Los_Angeles", "Europe/London", "Asia/Bangkok", "Australia/Lord_Howe", "America/Sao_Paulo")
spans = st.builds(
    lambda start, days: Span(start, start + timedelta(days=days), "typhoon"),
    st.dates(FIRST.date(), LAST.date()),
    st.integers(0, 6),
)


def terms_of(rule: Rule, *, zone: str = "", not_worked=(), exempt=()) -> Terms:
    found = ZoneInfo(rule.zone or zone or markets()[rule.region].zone)
    return Terms(rule, found, Days(rule.week_end, rule.holiday_calendar, tuple(not_worked), tuple(exempt)))


@settings(max_examples=300, deadline=None)
@given(rules, moments, gaps, st.lists(spans, max_size=2), st.lists(spans, max_size=2))
def test_a_later_order_is_never_due_earlier(rule, placed, gap, not_worked, exempt):
    terms = terms_of(rule, not_worked=not_worked, exempt=exempt)
    assert count(terms, start=placed).due_at <= count(terms, start=placed + gap).due_at


@settings(max_examples=200, deadline=None)
@given(rules, moments, st.sampled_from(ZONES))
def test_a_deadline_is_never_before_its_start_and_ends_a_local_day(rule, placed, zone):
    terms = terms_of(rule, zone=zone)
    counted = count(terms, start=placed)
    if rule.unit == "hours":
        assert counted.due_at - placed == timedelta(hours=rule.amount)
        return
    local = counted.due_at.astimezone(terms.zone)
    assert local.time() == rule.end_of_day
    assert local.date() >= placed.astimezone(terms.zone).date()
    assert terms.days.off(local.date(), is_working_days=terms.is_working_days) is None


@settings(max_examples=200, deadline=None)
@given(rules, moments)
@example(next(rule for rule in shipped() if rule.region == "US"), datetime(2028, 2, 28, 20, tzinfo=UTC))
def test_the_days_on_the_way_are_the_ones_that_count_and_the_ones_that_do_not(rule, placed):
    if rule.unit == "hours":
        return
    terms = terms_of(rule)
    counted = count(terms, start=placed)
    first, last = (moment.astimezone(terms.zone).date() for moment in (placed, counted.due_at))
    between = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    passed_over = {off.on for off in counted.skipped} - {first}
    assert len(between) == counted.days + len(passed_over)
    assert passed_over <= set(between)


@settings(max_examples=200, deadline=None)
@given(st.dates(FIRST.date(), LAST.date()), st.sampled_from(["VN", "MY", "ID"]))
def test_the_cut_off_s_second_belongs_to_the_next_day(day, region):
    book = shipped_book(place_of(region=region))
    rule = next(
        r for r in shipped() if r.region == region and r.metric == "late_collection" and not r.sub_region
    )
    at = datetime.combine(day, rule.order_cutoff, tzinfo=book.zone)
    before, on, after = (
        count(terms_of(rule), start=at + timedelta(microseconds=n)).due_at for n in (-1, 0, 1_000_000)
    )
    is_worked = terms_of(rule).days.off(day, is_working_days=True) is None
    assert on == after
    assert (before < on) == is_worked
    assert before.astimezone(book.zone).date() == day if is_worked else before == on


@settings(max_examples=150, deadline=None)
@given(moments, st.sampled_from(sorted(markets())), st.sampled_from(["normal", "made_to_order"]))
def test_the_quick_way_comes_to_the_same_as_the_long_one(placed, region, order_type):
    book = shipped_book(place_of(region=region))
    starts = Starts(placed_at=placed)
    on = book.day_of(placed)
    kinds = {"order_type": order_type, "shipping_type": "seller"}
    quick = book.forecast(**kinds, starts=starts)
    assert quick == {
        metric: (terms.rule, book.count(terms, starts).due_at)
        for metric, terms in book.in_force(**kinds, on=on)
    }


@pytest.mark.parametrize("night", ["2026-03-08", "2026-11-01"])
def test_the_nights_of_a_clock_change_have_one_midnight(night):
    zone = ZoneInfo("America/Los_Angeles")
    book = shipped_book(place_of(region="US"))
    day = date.fromisoformat(night)
    start = datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)
    dues = [
        book.forecast(
            order_type="normal", shipping_type="seller", starts=Starts(start + timedelta(minutes=n))
        )["late_dispatch"][1]
        for n in range(0, 26 * 60, 7)
    ]
    assert dues == sorted(dues)
    assert {due.astimezone(zone).time() for due in dues} == {time(23, 59, 59)}


@settings(max_examples=100, deadline=None)
@given(moments, st.dates(date(2026, 6, 1), date(2026, 6, 30)), st.integers(0, 5))
def test_a_version_holds_from_local_midnight_and_not_a_second_sooner(placed, valid_from, amount):
    place = place_of(region="VN")
    base = next(rule for rule in shipped() if rule.key == "vn.late_dispatch.normal")
    own = from_data(
        {**to_data(base), "amount": amount, "is_own": True, "version": 2, "valid_from": str(valid_from)}
    )
    book = Book(place, (base, own))
    midnight = datetime.combine(valid_from, time(0), tzinfo=book.zone)
    for moment, version in ((midnight - timedelta(microseconds=1), 1), (midnight, 2)):
        found = book.forecast(order_type="normal", shipping_type="seller", starts=Starts(moment))
        assert found["late_dispatch"][0].version == version


@given(rules)
def test_a_record_survives_its_data(rule):
    assert from_data(to_data(rule)) == rule


def test_exempt_days_stop_hours_as_well():
    rule = next(rule for rule in shipped() if rule.unit == "hours" and rule.region == "TH")
    place = place_of(region="TH", is_cross_border=True)
    notice = Notice("TH", "exempt", Span(date(2026, 11, 20), date(2026, 11, 21), "flood"))
    book = Book(place, (rule,), (notice,))
    start = datetime(2026, 11, 19, 12, tzinfo=book.zone)
    due = book.count(book.terms(rule), Starts(start)).due_at
    assert due == start + timedelta(hours=48, days=2)
