"""What one shop says of itself: its promise, its peak window, the part of the region that it works in; and undoing."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from orders import sla_edits
from orders.models import CalendarNotice, ChangeKind, RuleChange, RuleVersion, ShopTerms
from orders.sla_edits import RulebookRefused
from orders.sla_rules import from_data, markets, region_code, to_data
from tenancy import shops
from tenancy.actors import Actor
from tenancy.models import Shop
from tenancy.shops import ShopSettings

PROMISE = ("promise_hours", "peak_promise_hours", "peak_from_on", "peak_until_on")
_DAYS = ("peak_from_on", "peak_until_on")


@dataclass(frozen=True, kw_only=True)
class Promise:
    """Hours from the order to the carrier's scan, fewer in the peak window."""

    promise_hours: int
    peak_promise_hours: int
    peak_from_on: date | None = None
    peak_until_on: date | None = None


@transaction.atomic
def change_promise(
    *, shop_id: int, wanted: Promise, reason: str, actor: Actor, now: datetime
) -> RuleChange | None:
    """Write the promise and count the shop's open orders again; None when nothing is different."""
    shop = Shop.objects.get(pk=shop_id)
    before = _promise_data(shop)
    keep = {name: getattr(shop, name) for name in ("name", "color", "time_zone")}
    shop = shops.change_shop(
        shop_id=shop_id, wanted=ShopSettings(**keep, **vars(wanted)), actor=actor, now=now
    )
    after = _promise_data(shop)
    if before == after:
        return None
    return sla_edits.for_shop(
        shop=shop, kind=ChangeKind.PROMISE, before=before, after=after, reason=reason, actor=actor, now=now
    )


def _promise_data(shop: Shop) -> dict[str, object]:
    values = {name: getattr(shop, name) for name in PROMISE}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


@transaction.atomic
def change_place(
    *, shop_id: int, sub_region: str, reason: str, actor: Actor, now: datetime
) -> RuleChange | None:
    """The part of the region whose week the shop works by."""
    shop = Shop.objects.get(pk=shop_id)
    market = markets().get(region_code(shop.region))
    if sub_region and (market is None or sub_region not in market.sub_regions):
        raise RulebookRefused(_("This region has no such part."))
    terms = ShopTerms.objects.lock().filter(shop=shop).first()
    if (terms.sub_region if terms else "") == sub_region:
        return None
    terms = terms or ShopTerms.objects.create(shop=shop, rules_changed_at=now)
    before = {"sub_region": terms.sub_region}
    terms.sub_region = sub_region
    terms.save(update_fields=["sub_region"])
    return sla_edits.for_shop(
        shop=shop,
        kind=ChangeKind.PLACE,
        before=before,
        after={"sub_region": sub_region},
        reason=reason,
        actor=actor,
        now=now,
    )


@transaction.atomic
def change_terms(
    *, shop_id: int, wanted: Promise, sub_region: str, reason: str, actor: Actor, now: datetime
) -> None:
    """Promise and place together, as one page asks for them."""
    change_promise(shop_id=shop_id, wanted=wanted, reason=reason, actor=actor, now=now)
    change_place(shop_id=shop_id, sub_region=sub_region, reason=reason, actor=actor, now=now)


@transaction.atomic
def undo(*, change_id: int, actor: Actor, now: datetime) -> RuleChange | None:
    """Take one change back. It stays in the history, and so does this."""
    change = RuleChange.objects.lock().get(pk=change_id)
    if change.undone_at or change.undo_of_id:
        raise RulebookRefused(_("This was undone already, or is an undo itself."))
    change.undone_at, change.undone_by = now, actor.label[:120]
    change.save(update_fields=["undone_at", "undone_by"])
    reason = _("Undo of the change of %(at)s.") % {"at": f"{change.at:%Y-%m-%d %H:%M} UTC"}
    done = _UNDO[change.kind](change, reason=reason, actor=actor, now=now)
    if done:
        done.undo_of_id = change.pk
        done.save(update_fields=["undo_of_id"])
    return done


def _undo_rule(change: RuleChange, *, reason: str, actor: Actor, now: datetime) -> RuleChange:
    sla_edits.require_all_shops()
    rule = from_data(change.after)
    RuleVersion.objects.filter(key=rule.key, version=rule.version).update(undone_at=now)
    left = sla_edits.holding(rule.key, on=rule.valid_from)
    return sla_edits.for_touched(
        kind=ChangeKind.RULE,
        subject=rule.key,
        region=rule.region,
        before=change.after,
        after=to_data(left) if left else None,
        effective_on=rule.valid_from,
        touched=sla_edits.touched_by_rule(rule),
        reason=reason,
        actor=actor,
        now=now,
    )


def _undo_notice(change: RuleChange, *, reason: str, actor: Actor, now: datetime) -> RuleChange:
    """Adding is undone by withdrawing, withdrawing by putting it back."""
    sla_edits.require_all_shops()
    notice = CalendarNotice.objects.lock().get(pk=int(change.subject))
    notice.withdrawn_at = now if change.after else None
    notice.save(update_fields=["withdrawn_at"])
    return sla_edits.for_touched(
        kind=ChangeKind.NOTICE,
        subject=change.subject,
        region=change.region,
        before=change.after,
        after=change.before,
        effective_on=notice.starts_on,
        touched=sla_edits.touched_by_notice(notice),
        reason=reason,
        actor=actor,
        now=now,
    )


def _undo_promise(change: RuleChange, *, reason: str, actor: Actor, now: datetime) -> RuleChange | None:
    values = {
        name: date.fromisoformat(value) if name in _DAYS and value else value
        for name, value in change.before.items()
    }
    shop = _shop(change)
    return change_promise(shop_id=shop.pk, wanted=Promise(**values), reason=reason, actor=actor, now=now)


def _undo_place(change: RuleChange, *, reason: str, actor: Actor, now: datetime) -> RuleChange | None:
    shop, before = _shop(change), change.before["sub_region"]
    return change_place(shop_id=shop.pk, sub_region=before, reason=reason, actor=actor, now=now)


def _shop(change: RuleChange) -> Shop:
    shop = Shop.objects.filter(slug=change.subject).first()
    if shop is None:
        raise RulebookRefused(_("This shop is not yours to change."))
    return shop


_UNDO = {
    ChangeKind.RULE: _undo_rule,
    ChangeKind.NOTICE: _undo_notice,
    ChangeKind.PROMISE: _undo_promise,
    ChangeKind.PLACE: _undo_place,
}
