"""A seller's rulebook: versions, notices, the promise; what changes moves the open orders it is about, and only those."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F

from core import clock as system
from integrations.ports import PlatformDeadlines
from orders import sla_books, sla_drift, sla_dry_run, sla_edits, sla_shop_terms, sla_sweep
from orders.models import CalendarNotice, DriftAlarm, RuleChange, RuleVersion, ShopTerms, SlaClock
from orders.sla_edits import RulebookRefused
from orders.sla_shop_terms import Promise
from relay import outbox
from relay.models import Job
from tenancy import scoping, shops
from tenancy.models import AuditEntry
from tenancy.shops import ShopSettings
from tests.make_orders import NOW, make_order
from tests.make_rulebook import MAI, VN_DISPATCH, announce, edit, finish_jobs

VN = ZoneInfo("Asia/Ho_Chi_Minh")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VN).astimezone(UTC)


def order_at(shop, text: str, number: str = "576461413038785752", **values):
    """An open order placed then, looked at half an hour later."""
    placed = at(text)
    return make_order(
        shop=shop,
        platform_order_id=number,
        now=placed + timedelta(minutes=30),
        placed_at=placed,
        paid_at=placed,
        **values,
    )


def due(order, column: str = "dispatch_due_at") -> datetime:
    return SlaClock.objects.values_list(column, flat=True).get(order=order)


def test_a_new_version_moves_the_open_orders_it_is_about(cedar_shop, in_cedar):
    order = order_at(cedar_shop, "2026-11-19 13:30")
    older = order_at(cedar_shop, "2026-11-16 13:30", "576461413038785753")
    before = due(older)
    change = edit(amount=1, valid_from=date(2026, 11, 18), now=at("2026-11-19 15:00"))
    assert due(order) == at("2026-11-19 23:59:59")
    (job,) = finish_jobs()
    assert (job.state, job.pk, job.done, job.total) == ("done", change.job_id, 1, 1)
    assert due(order) == at("2026-11-20 23:59:59")
    assert due(older) == before
    clock = SlaClock.objects.get(order=order)
    assert clock.collection_due_at == clock.due_at == at("2026-11-19 23:59:59")  # that rule was not touched


def test_orders_that_come_later_are_counted_by_the_new_version(cedar_shop, in_cedar):
    edit(amount=1)
    assert due(order_at(cedar_shop, "2026-11-19 13:30")) == at("2026-11-20 23:59:59")
    edit(amount=2)
    later = order_at(cedar_shop, "2026-11-19 13:31", "576461413038785753")
    assert due(later) == at("2026-11-21 23:59:59")
    assert list(RuleVersion.objects.order_by("version").values_list("version", flat=True)) == [2, 3]


def test_a_version_holds_from_midnight_of_the_market(cedar_shop, in_cedar):
    edit(amount=1, valid_from=date(2026, 11, 20))
    book = sla_books.facts_of(cedar_shop).book
    on = {day: dict(book.in_force(order_type="normal", shipping_type="seller", on=day)) for day in DAYS}
    assert [on[day]["late_dispatch"].rule.version for day in DAYS] == [1, 2]
    assert book.day_of(at("2026-11-19 23:59:59")) == DAYS[0]
    assert book.day_of(at("2026-11-20 00:00:00")) == DAYS[1]


DAYS = [date(2026, 11, 19), date(2026, 11, 20)]


def test_a_rule_that_is_switched_off_counts_nothing(cedar_shop, in_cedar):
    edit(is_on=False)
    edit("vn.late_collection.normal", is_on=False)
    clock = SlaClock.objects.get(order=order_at(cedar_shop, "2026-11-19 09:00"))
    assert (clock.dispatch_due_at, clock.collection_due_at, clock.due_kind) == (None, None, "promise")


def test_undo_brings_back_what_held_before_and_stays_in_the_history(cedar_shop, in_cedar):
    order = order_at(cedar_shop, "2026-11-19 13:30")
    change = edit(amount=1)
    finish_jobs()
    sla_shop_terms.undo(change_id=change.pk, actor=MAI, now=NOW)
    finish_jobs()
    assert due(order) == at("2026-11-19 23:59:59")
    change.refresh_from_db()
    back = RuleChange.objects.get(undo_of_id=change.pk)
    assert (change.undone_by, back.before["amount"], back.after["amount"]) == ("Mai", 1, 0)
    with pytest.raises(RulebookRefused):
        sla_shop_terms.undo(change_id=change.pk, actor=MAI, now=NOW)


@pytest.mark.parametrize(
    ("key", "changes", "reason"),
    [
        ("vn.late_dispatch.normal", {"unit": "moons"}, "x"),
        ("vn.late_dispatch.normal", {"amount": 4000}, "x"),
        ("vn.late_dispatch.normal", {"region": "US"}, "x"),
        ("vn.late_dispatch.normal", {"amount": 1}, "  "),
        ("vn.late_dispatch.nothing", {"amount": 1}, "x"),
        ("vn.late_dispatch.normal", {"week_end": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}, "x"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(cedar_shop, in_cedar, key, changes, reason):
    with pytest.raises(RulebookRefused):
        sla_edits.save_version(
            key=key, changes=changes, valid_from=date(2026, 1, 1), reason=reason, actor=MAI, now=NOW
        )
    assert (RuleVersion.objects.count(), RuleChange.objects.count()) == (0, 0)


def test_who_sees_only_some_shops_does_not_change_rules_of_all(cedar, cedar_shop):
    with scoping.scope(sellers=[cedar.pk], shops=[cedar_shop.pk]), pytest.raises(RulebookRefused):
        edit(amount=1)


def test_another_seller_keeps_the_shipped_rules(cedar, north, cedar_shop, north_shop):
    with scoping.scope(sellers=[cedar.pk]):
        edit(amount=5)
    with scoping.scope(sellers=[north.pk]):
        assert sla_books.own_rules() == []
        assert sla_books.facts_of(north_shop).book.changed_at is None


def test_a_day_that_is_not_worked_moves_what_runs_over_it(cedar_shop, in_cedar):
    order = order_at(cedar_shop, "2026-11-19 14:30")
    early = order_at(cedar_shop, "2026-11-16 09:00", "576461413038785753")
    assert due(order) == at("2026-11-20 23:59:59")
    announce(effect="not_worked", starts_on=date(2026, 11, 20), now=at("2026-11-19 15:00"))
    (job,) = finish_jobs()
    assert due(order) == at("2026-11-21 23:59:59")
    assert due(early) == at("2026-11-16 23:59:59")
    assert job.done == 1


def test_more_time_is_for_orders_of_those_days(cedar_shop, in_cedar):
    inside = order_at(cedar_shop, "2026-11-19 09:00")
    outside = order_at(cedar_shop, "2026-11-18 09:00", "576461413038785753")
    announce(effect="extend", extra_days=2, starts_on=date(2026, 11, 19))
    finish_jobs()
    assert due(inside) == at("2026-11-21 23:59:59")
    assert due(outside) == at("2026-11-18 23:59:59")


def test_withdrawing_a_notice_moves_everything_back(cedar_shop, in_cedar):
    order = order_at(cedar_shop, "2026-11-19 14:30")
    change = announce(effect="not_worked", starts_on=date(2026, 11, 20))
    finish_jobs()
    notice = CalendarNotice.objects.get()
    sla_edits.withdraw_notice(notice_id=notice.pk, reason="called off", actor=MAI, now=NOW)
    finish_jobs()
    assert due(order) == at("2026-11-20 23:59:59")
    assert RuleChange.objects.filter(subject=change.subject).count() == 2


def test_an_exemption_stops_the_clock_and_says_until_when(cedar_shop, in_cedar):
    sla_shop_terms.change_promise(
        shop_id=cedar_shop.pk,
        wanted=Promise(promise_hours=200, peak_promise_hours=200),
        reason="peak",
        actor=MAI,
        now=NOW,
    )
    cedar_shop.refresh_from_db()
    days = {"starts_on": date(2026, 11, 20), "ends_on": date(2026, 11, 22)}
    order = order_at(cedar_shop, "2026-11-19 14:30")
    announce(effect="exempt", now=at("2026-11-19 15:00"), **days)
    finish_jobs()
    assert due(order) == at("2026-11-23 23:59:59")
    during = order_at(cedar_shop, "2026-11-20 10:00", "576461413038785753")
    assert due(during, "paused_until") == at("2026-11-23 00:00:00")


def test_when_an_exemption_begins_clocks_say_so_once(cedar_shop, in_cedar):
    order_at(cedar_shop, "2026-11-19 09:00")
    announce(effect="exempt", starts_on=date(2026, 11, 20), now=at("2026-11-19 10:00"))
    finish_jobs()
    assert sla_sweep.follow(now=at("2026-11-19 23:59:00")) == 0
    assert sla_sweep.follow(now=at("2026-11-20 00:01:00")) == 1
    assert sla_sweep.follow(now=at("2026-11-20 00:02:00")) == 0


def test_the_peak_window_of_a_shop_counts_at_once(cedar_shop, in_cedar):
    order = order_at(cedar_shop, "2026-11-19 09:00")
    assert due(order, "promise_due_at") == at("2026-11-21 09:00")
    peak = Promise(
        promise_hours=48,
        peak_promise_hours=36,
        peak_from_on=date(2026, 11, 19),
        peak_until_on=date(2026, 11, 20),
    )
    change = sla_shop_terms.change_promise(
        shop_id=cedar_shop.pk, wanted=peak, reason="11.11 again", actor=MAI, now=NOW
    )
    finish_jobs()
    assert due(order, "promise_due_at") == at("2026-11-20 21:00")
    sla_shop_terms.undo(change_id=change.pk, actor=MAI, now=NOW)
    finish_jobs()
    assert due(order, "promise_due_at") == at("2026-11-21 09:00")


def test_a_promise_changed_on_the_shop_s_page_is_followed(cedar_shop, in_cedar):
    order = order_at(cedar_shop, "2026-11-19 09:00")
    wanted = ShopSettings(
        name="Cedar VN", color="blue", time_zone="Asia/Ho_Chi_Minh", promise_hours=24, peak_promise_hours=24
    )
    shops.change_shop(shop_id=cedar_shop.pk, wanted=wanted, actor=MAI, now=NOW)
    assert [sla_sweep.follow(now=NOW), sla_sweep.follow(now=NOW)] == [1, 0]
    finish_jobs()
    assert due(order, "promise_due_at") == at("2026-11-20 09:00")
    assert RuleChange.objects.get().after == {"promise_hours": 24, "peak_promise_hours": 24}


def test_the_platform_s_own_time_never_moves(cedar_shop, in_cedar):
    given = at("2026-11-20 12:00")
    order = order_at(cedar_shop, "2026-11-19 09:00", deadlines=PlatformDeadlines(ship_by=given))
    edit(amount=3)
    finish_jobs()
    clock = SlaClock.objects.get(order=order)
    assert (clock.dispatch_due_at, clock.due_at, clock.due_source) == (given, given, "platform")


def test_a_dry_run_counts_and_writes_nothing(cedar_shop, in_cedar):
    for hour in (9, 10, 15):
        order_at(cedar_shop, f"2026-11-19 {hour:02}:00", f"57646141303878575{hour}")
    _base, rule = sla_edits.drafted(key=VN_DISPATCH, changes={"amount": 1}, valid_from=date(2026, 1, 1))
    touched = sla_edits.touched_by_rule(rule)
    found = sla_dry_run.of_rule(rule, touched=touched, now=at("2026-11-19 16:00"))
    assert (found.touched, found.moved, found.overdue, found.is_about) == (3, 3, 0, False)
    _base, rule = sla_edits.drafted(
        key=VN_DISPATCH, changes={"end_of_day": "15:30:00"}, valid_from=date(2026, 1, 1)
    )
    found = sla_dry_run.of_rule(rule, touched=touched, now=at("2026-11-19 16:00"))
    assert (found.moved, found.overdue) == (3, 2)
    assert (RuleVersion.objects.count(), Job.objects.count()) == (0, 0)


def test_what_an_intake_wrote_by_the_old_book_is_found_in_the_second_walk(cedar_shop, in_cedar):
    order = order_at(cedar_shop, "2026-11-19 13:30")
    edit(amount=1)
    (job,) = finish_jobs()
    # An intake that began before the change commits after the walk.
    SlaClock.objects.update(rules_as_of=None, dispatch_due_at=F("collection_due_at"))
    Job.objects.filter(pk=job.pk).update(
        state="running", finished_at=None, params={**job.asked, "is_second": True}
    )
    finish_jobs()
    assert due(order) == at("2026-11-20 23:59:59")


# --- drift ---


def test_a_difference_raises_one_alarm_that_counts(cedar, cedar_shop, in_cedar):
    for number in range(3):
        own = PlatformDeadlines(ship_by=at("2026-11-20 12:00"))
        order_at(cedar_shop, "2026-11-19 09:00", f"57646141303878575{number}", deadlines=own)
    outbox.deliver_due(seller_id=cedar.pk)
    alarm = DriftAlarm.objects.get()
    assert (alarm.rule_key, alarm.rule_version, alarm.order_type) == (VN_DISPATCH, 1, "normal")
    assert (alarm.order_count, alarm.platform_due_at) == (3, at("2026-11-20 12:00"))
    assert alarm.rule_due_at == at("2026-11-19 23:59:59")


@pytest.mark.parametrize(("seconds", "count"), [(0, 0), (60, 0), (-60, 0), (61, 1), (-61, 1)])
def test_a_minute_is_no_difference(cedar, cedar_shop, in_cedar, seconds, count):
    own = at("2026-11-19 23:59:59") + timedelta(seconds=seconds)
    order_at(cedar_shop, "2026-11-19 09:00", deadlines=PlatformDeadlines(ship_by=own))
    outbox.deliver_due(seller_id=cedar.pk)
    assert DriftAlarm.objects.count() == count


def test_the_same_order_is_counted_once(cedar, cedar_shop, in_cedar):
    own = PlatformDeadlines(ship_by=at("2026-11-20 12:00"))
    order_at(cedar_shop, "2026-11-19 09:00", deadlines=own)
    order_at(cedar_shop, "2026-11-19 09:00", deadlines=own, updated_at=at("2026-11-19 10:00"))
    outbox.deliver_due(seller_id=cedar.pk)
    assert DriftAlarm.objects.get().order_count == 1


def test_a_seen_alarm_is_quiet_until_it_happens_again(cedar, cedar_shop, in_cedar):
    own = PlatformDeadlines(ship_by=at("2026-11-20 12:00"))
    order_at(cedar_shop, "2026-11-19 09:00", deadlines=own)
    outbox.deliver_due(seller_id=cedar.pk)
    sla_drift.see(alarm_id=DriftAlarm.objects.get().pk, actor=MAI, now=NOW)
    assert sla_drift.alarms(is_open=True).count() == 0
    order_at(cedar_shop, "2026-11-19 09:30", "576461413038785753", deadlines=own)
    outbox.deliver_due(seller_id=cedar.pk)
    assert sla_drift.alarms(is_open=True).get().order_count == 2


def test_a_rule_that_agrees_with_the_platform_raises_nothing_more(cedar, cedar_shop, in_cedar):
    own = PlatformDeadlines(ship_by=at("2026-11-20 23:59:59"))
    order = order_at(cedar_shop, "2026-11-19 09:00", deadlines=own)
    outbox.deliver_due(seller_id=cedar.pk)
    edit(amount=1)
    finish_jobs()
    assert sla_drift.alarms(is_open=True).count() == 0
    assert due(order, "drift") == 0


def test_a_new_version_that_differs_as_well_raises_an_alarm_of_its_own(cedar, cedar_shop, in_cedar):
    own = PlatformDeadlines(ship_by=at("2026-11-20 12:00"))
    order_at(cedar_shop, "2026-11-19 09:00", deadlines=own)
    outbox.deliver_due(seller_id=cedar.pk)
    edit(amount=2)
    finish_jobs()
    outbox.deliver_due(seller_id=cedar.pk)
    alarm = sla_drift.alarms(is_open=True).get()
    assert (alarm.rule_version, alarm.rule_due_at) == (2, at("2026-11-21 23:59:59"))


# --- places ---


def test_a_part_of_the_region_has_its_own_week(cedar_shop, in_cedar):
    type(cedar_shop).objects.update(region="MY", time_zone="Asia/Kuala_Lumpur")
    cedar_shop.refresh_from_db()
    sla_shop_terms.change_place(shop_id=cedar_shop.pk, sub_region="KEDAH", reason="moved", actor=MAI, now=NOW)
    book = sla_books.facts_of(cedar_shop).book
    rules = dict(book.in_force(order_type="normal", shipping_type="seller", on=date(2026, 11, 19)))
    assert rules["late_dispatch"].rule.key == "my.kedah.late_dispatch.normal"
    assert ShopTerms.objects.get().sub_region == "KEDAH"
    with pytest.raises(RulebookRefused):
        sla_shop_terms.change_place(shop_id=cedar_shop.pk, sub_region="JOHOR", reason="x", actor=MAI, now=NOW)


def test_every_change_is_in_the_audit_list(cedar_shop, in_cedar):
    edit(amount=1, now=system.now())
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject_id, entry.reason) == ("rulebook.changed", VN_DISPATCH, "announced")
