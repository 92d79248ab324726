"""Changes of a seller's rulebook. Nothing is overwritten: each makes a version or marks one, and is kept with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from orders import sla_books, sla_drift, sla_recount
from orders.models import CalendarNotice, ChangeKind, NoticeEffect, RuleChange, RuleVersion, ShopTerms
from orders.sla_recount import Touched
from orders.sla_rules import BadRule, Rule, from_data, markets, region_code, shipped, to_data
from relay.models import Job
from tenancy import audit, scoping
from tenancy.actors import Actor
from tenancy.models import Shop

# The earliest and the latest wall clock on earth: which orders a local day may be about.
_AHEAD, _BEHIND = timedelta(hours=14), timedelta(hours=12)
# What an edit may change; where a rule holds and what it measures is what makes it that rule.
EDITABLE = (
    "is_on",
    "unit",
    "amount",
    "handling_min",
    "clock_start",
    "clock_stop",
    "order_cutoff",
    "end_of_day",
    "week_end",
    "capacity_extension",
    "valid_to",
    "source",
    "source_url",
    "confidence",
)


class RulebookRefused(RuleViolation):
    """This change of the rulebook cannot be made."""

    code = "rulebook_refused"


@dataclass(frozen=True, kw_only=True)
class NoticeDraft:
    """A notice as staff typed it."""

    region: str
    starts_on: date
    ends_on: date
    effect: str
    words: str
    sub_region: str = ""
    extra_days: int = 0
    source_url: str = ""


# --- rules ---


def versions_of(key: str) -> list[Rule]:
    """All versions of a rule that were not undone, ours first, oldest first."""
    return [
        *(rule for rule in shipped() if rule.key == key),
        *(rule for rule in sla_books.own_rules() if rule.key == key),
    ]


def holding(key: str, *, on: date) -> Rule | None:
    """The version for orders of that day; before all of them, the first."""
    versions = versions_of(key)
    if not versions:
        return None
    fitting = [rule for rule in versions if rule.holds_on(on)]
    return max(fitting, key=lambda rule: (rule.is_own, rule.version), default=versions[-1])


def drafted(*, key: str, changes: dict[str, Any], valid_from: date) -> tuple[Rule, Rule]:
    """The version that holds on that day, and the new one that these changes make of it; raises RulebookRefused."""
    base = holding(key, on=valid_from)
    if base is None:
        raise RulebookRefused(_("There is no such rule."))
    if unknown := set(changes) - set(EDITABLE):
        raise RulebookRefused(_("%(field)s cannot be changed.") % {"field": sorted(unknown)[0]})
    data = {
        **to_data(base),
        "valid_to": None,
        **changes,
        "valid_from": valid_from.isoformat(),
        "is_own": True,
    }
    newest = RuleVersion.objects.filter(key=key).aggregate(newest=Max("version"))["newest"] or 0
    data["version"] = max([newest, *(rule.version for rule in versions_of(key))]) + 1
    try:
        return base, from_data(data)
    except BadRule as error:
        raise RulebookRefused(_("The rule does not fit together: %(why)s.") % {"why": error}) from error


@transaction.atomic
def save_version(
    *, key: str, changes: dict[str, Any], valid_from: date, reason: str, actor: Actor, now: datetime
) -> RuleChange:
    """A new version of a rule for orders from `valid_from` on, and the open orders counted again."""
    _allowed(reason)
    base, rule = drafted(key=key, changes=changes, valid_from=valid_from)
    RuleVersion.objects.create(
        key=key, version=rule.version, valid_from=valid_from, record=to_data(rule), created_at=now
    )
    sla_drift.answer(rule_key=key, actor=actor, now=now)
    return for_touched(
        kind=ChangeKind.RULE,
        subject=key,
        region=rule.region,
        before=to_data(base),
        after=to_data(rule),
        effective_on=valid_from,
        touched=touched_by_rule(rule),
        reason=reason,
        actor=actor,
        now=now,
    )


def touched_by_rule(rule: Rule) -> Touched:
    """The open orders that a version is about."""
    return Touched(
        shop_ids=shops_of(region=rule.region, sub_region=rule.sub_region),
        order_type=rule.order_type,
        shipping_type=rule.shipping_type,
        rule_key=rule.key,
        placed_from=_first_moment(rule.valid_from),
    )


# --- notices ---


def checked_notice(draft: NoticeDraft) -> NoticeDraft:
    """The draft with codes in order; raises RulebookRefused."""
    market = markets().get(region_code(draft.region))
    if market is None:
        raise RulebookRefused(_("There are no rules for this region."))
    if draft.sub_region and draft.sub_region not in market.sub_regions:
        raise RulebookRefused(_("This region has no such part."))
    if draft.ends_on < draft.starts_on:
        raise RulebookRefused(_("The notice ends before it starts."))
    if (draft.ends_on - draft.starts_on).days > 60:
        raise RulebookRefused(_("A notice spans 60 days at most."))
    if (draft.effect == NoticeEffect.EXTEND) != (draft.extra_days > 0):
        raise RulebookRefused(_("Say by how many days, for more time and for nothing else."))
    if not draft.words.strip():
        raise RulebookRefused(_("Say in a few words what was announced."))
    return replace(
        draft, region=market.code, words=draft.words.strip()[:200], source_url=draft.source_url[:400]
    )


@transaction.atomic
def add_notice(*, draft: NoticeDraft, reason: str, actor: Actor, now: datetime) -> RuleChange:
    """What a market announced, from now on in every count."""
    _allowed(reason)
    draft = checked_notice(draft)
    notice = CalendarNotice.objects.create(**vars(draft), created_at=now, created_by=actor.label[:120])
    return _notice_change(
        notice, before=None, after=_notice_data(notice), reason=reason, actor=actor, now=now
    )


@transaction.atomic
def withdraw_notice(*, notice_id: int, reason: str, actor: Actor, now: datetime) -> RuleChange:
    """It was wrong, or the market took it back."""
    _allowed(reason)
    notice = CalendarNotice.objects.lock().get(pk=notice_id)
    if notice.withdrawn_at:
        raise RulebookRefused(_("This notice was withdrawn already."))
    notice.withdrawn_at = now
    notice.save(update_fields=["withdrawn_at"])
    return _notice_change(
        notice, before=_notice_data(notice), after=None, reason=reason, actor=actor, now=now
    )


def touched_by_notice(draft: NoticeDraft | CalendarNotice, *, only: list[int] | None = None) -> Touched:
    """Open orders that were placed before its end and are due after its beginning."""
    last = draft.ends_on + timedelta(days=1)
    is_extension = draft.effect == NoticeEffect.EXTEND
    return Touched(
        shop_ids=only or shops_of(region=draft.region, sub_region=draft.sub_region),
        placed_from=_first_moment(draft.starts_on) if is_extension else "",
        placed_until=_last_moment(last),
        due_from="" if is_extension else _first_moment(draft.starts_on),
    )


def _notice_data(notice: CalendarNotice) -> dict[str, Any]:
    names = ("region", "sub_region", "effect", "extra_days", "words", "source_url")
    days = {"starts_on": notice.starts_on.isoformat(), "ends_on": notice.ends_on.isoformat()}
    return {**{name: getattr(notice, name) for name in names}, **days}


def _notice_change(
    notice: CalendarNotice, *, before: Any, after: Any, reason: str, actor: Actor, now: datetime
) -> RuleChange:
    return for_touched(
        kind=ChangeKind.NOTICE,
        subject=str(notice.pk),
        region=notice.region,
        before=before,
        after=after,
        effective_on=notice.starts_on,
        touched=touched_by_notice(notice),
        reason=reason,
        actor=actor,
        now=now,
    )


# --- shared ---


def require_all_shops() -> None:
    """Rules and notices are the whole seller's."""
    if scoping.current().shops is not None:
        raise RulebookRefused(_("Rules hold for all shops, and you see only some. Ask an owner."))


def _allowed(reason: str) -> None:
    require_all_shops()
    if not reason.strip():
        raise RulebookRefused(_("Say why: the others read it in the history."))


def shops_of(*, region: str, sub_region: str = "") -> list[int]:
    """The seller's shops of a region, or of one part of it."""
    shops = [shop for shop in Shop.objects.order_by("pk") if region_code(shop.region) == region]
    if not sub_region:
        return [shop.pk for shop in shops]
    parts = dict(ShopTerms.objects.values_list("shop_id", "sub_region"))
    return [shop.pk for shop in shops if parts.get(shop.pk) == sub_region]


def _first_moment(day: date) -> str:
    return (datetime.combine(day, time(0), tzinfo=UTC) - _AHEAD).isoformat()


def _last_moment(day: date) -> str:
    return (datetime.combine(day, time(0), tzinfo=UTC) + _BEHIND).isoformat()


def for_touched(
    *,
    kind: str,
    subject: str,
    region: str,
    before: Any,
    after: Any,
    effective_on: date | None,
    touched: Touched,
    reason: str,
    actor: Actor,
    now: datetime,
) -> RuleChange:
    """Keep a change, and let the open orders follow it."""
    job = recount_shops(touched=touched, actor=actor, now=now)
    audit.record(
        actor=actor,
        now=now,
        action="rulebook.changed",
        subject_type="rulebook",
        subject_id=subject,
        reason=reason,
    )
    return RuleChange.objects.create(
        kind=kind,
        subject=subject[:60],
        region=region,
        at=now,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label[:120],
        reason=reason.strip()[:400],
        before=before,
        after=after,
        effective_on=effective_on,
        job_id=job.pk if job else None,
    )


def recount_shops(*, touched: Touched, actor: Actor, now: datetime) -> Job | None:
    """Books of these shops are out of date from this moment; their open orders follow in the background."""
    changed_at = mark_changed(shop_ids=touched.shop_ids, now=now)
    return sla_recount.start(touched=touched, changed_at=changed_at, actor=actor, now=now)


def for_shop(
    *, shop: Shop, kind: str, before: Any, after: Any, reason: str, actor: Actor, now: datetime
) -> RuleChange:
    """A change that is about one shop alone, and all its open orders."""
    return for_touched(
        kind=kind,
        subject=shop.slug,
        region=region_code(shop.region),
        before=before,
        after=after,
        effective_on=None,
        touched=Touched(shop_ids=[shop.pk]),
        reason=reason,
        actor=actor,
        now=now,
    )


def mark_changed(*, shop_ids: Iterable[int], now: datetime) -> datetime:
    """The moment that books compare with: later than any before, whatever the clocks of the machines say."""
    known = {terms.shop_id: terms for terms in ShopTerms.objects.lock().filter(shop_id__in=list(shop_ids))}
    newest = max((terms.rules_changed_at for terms in known.values()), default=now)
    changed_at = max(now, newest + timedelta(microseconds=1)) if known else now
    ShopTerms.objects.filter(pk__in=[terms.pk for terms in known.values()]).update(
        rules_changed_at=changed_at
    )
    ShopTerms.objects.bulk_create(
        ShopTerms(shop_id=shop_id, rules_changed_at=changed_at)
        for shop_id in shop_ids
        if shop_id not in known
    )
    return changed_at
