"""What the rulebook must notice by itself: exemptions that begin, promises that were changed on the shop's own page."""

from datetime import datetime, timedelta

from django.db import transaction

from orders import sla_books, sla_edits
from orders.models import CalendarNotice, ChangeKind, NoticeEffect, RuleChange, ShopTerms
from orders.sla_shop_terms import PROMISE
from tenancy.actors import AUTO, Actor
from tenancy.models import AuditEntry, Shop

LOOK_BACK = timedelta(days=2)


@transaction.atomic
def follow(*, now: datetime) -> int:
    """Look after the seller in scope; returns how much there was."""
    return _begin_exemptions(now=now) + _follow_settings(now=now)


def _begin_exemptions(*, now: datetime) -> int:
    """Clocks of shops in which an exemption began say so from now on."""
    near = CalendarNotice.objects.filter(
        effect=NoticeEffect.EXEMPT,
        withdrawn_at__isnull=True,
        starts_on__gte=(now - LOOK_BACK).date(),
        starts_on__lte=(now + LOOK_BACK).date(),
    )
    begun = 0
    for notice in near.order_by("pk"):
        shop_ids = sla_edits.shops_of(region=notice.region, sub_region=notice.sub_region)
        for terms in ShopTerms.objects.lock().filter(shop_id__in=shop_ids).select_related("shop"):
            since = terms.pauses_seen_at or terms.rules_changed_at
            starts = sla_books.facts_of(terms.shop).book.pauses()
            if any(since < at <= now for at in starts):
                begun += 1
                sla_edits.recount_shops(
                    touched=sla_edits.touched_by_notice(notice, only=[terms.shop_id]), actor=AUTO, now=now
                )
                ShopTerms.objects.filter(pk=terms.pk).update(pauses_seen_at=now)
    return begun


def _follow_settings(*, now: datetime) -> int:
    """The audit list tells of promises that were changed elsewhere: they get their place in the history."""
    told = AuditEntry.objects.filter(action="shop.changed", at__gt=now - LOOK_BACK, at__lte=now)
    followed = 0
    for entry in told.order_by("at", "pk"):
        changed = {name: entry.detail[name] for name in PROMISE if name in entry.detail}
        known = RuleChange.objects.filter(kind=ChangeKind.PROMISE, subject=entry.subject_id, at__gte=entry.at)
        shop = Shop.objects.filter(slug=entry.subject_id).first()
        if not changed or shop is None or known.exists():
            continue
        followed += 1
        sla_edits.for_shop(
            shop=shop,
            kind=ChangeKind.PROMISE,
            before={name: _plain(pair[0]) for name, pair in changed.items()},
            after={name: _plain(pair[1]) for name, pair in changed.items()},
            reason=entry.reason,
            actor=Actor(kind=entry.actor_kind, label=entry.actor_label, id=entry.actor_id),
            now=now,
        )
    return followed


def _plain(text: str) -> str | int | None:
    """The audit list keeps texts."""
    if text == "None":
        return None
    return int(text) if text.isdigit() else text
