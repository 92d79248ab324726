"""Where the platform's times are not what a rule comes to: one alarm per shop, rule version and order type."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from orders.events import DeadlinesDrifted
from orders.models import DriftAlarm
from orders.sla_clocks import Drift
from relay import outbox
from tenancy.actors import Actor


def announce(found: Iterable[tuple[int, Drift]]) -> None:
    """Tell of differences, given with their shop: one event per alarm, so that no two intakes wait for one row."""
    groups: dict[tuple, list[Drift]] = defaultdict(list)
    for shop_id, drift in found:
        groups[shop_id, drift.rule.key, drift.rule.version, drift.order_type].append(drift)
    outbox.publish_many(
        DeadlinesDrifted(
            shop_id=shop_id,
            rule_key=rule_key,
            rule_version=version,
            metric=drifts[-1].metric,
            order_type=order_type,
            order_count=len(drifts),
            order_id=drifts[-1].order_id,
            platform_due_at=drifts[-1].platform_due_at,
            rule_due_at=drifts[-1].rule_due_at,
        )
        for (shop_id, rule_key, version, order_type), drifts in sorted(groups.items())
    )


@transaction.atomic
def raise_alarms(events: Sequence[DeadlinesDrifted], *, now: datetime) -> None:
    """Add what was told to the alarms; one that somebody had seen rings again."""
    by_key: dict[tuple, list[DeadlinesDrifted]] = defaultdict(list)
    for event in events:
        by_key[event.shop_id, event.rule_key, event.rule_version, event.order_type].append(event)
    for (shop_id, key, version, order_type), told in sorted(by_key.items()):
        newest = told[-1]
        values = {
            "metric": newest.metric,
            "last_at": now,
            "newest_order_id": newest.order_id,
            "platform_due_at": newest.platform_due_at,
            "rule_due_at": newest.rule_due_at,
            "seen_at": None,
            "seen_by": "",
        }
        names = {"shop_id": shop_id, "rule_key": key, "rule_version": version, "order_type": order_type}
        DriftAlarm.objects.get_or_create(**names, defaults={**values, "first_at": now})
        alarm = DriftAlarm.objects.lock().get(**names)
        alarm.order_count += sum(event.order_count for event in told)
        for name, value in values.items():
            setattr(alarm, name, value)
        alarm.save()


@transaction.atomic
def see(*, alarm_id: int, actor: Actor, now: datetime) -> DriftAlarm:
    """Somebody looked at it: it is quiet until it happens again."""
    alarm = DriftAlarm.objects.lock().get(pk=alarm_id)
    if alarm.seen_at is None:
        alarm.seen_at, alarm.seen_by = now, actor.label[:120]
        alarm.save(update_fields=["seen_at", "seen_by"])
    return alarm


def answer(*, rule_key: str, actor: Actor, now: datetime) -> None:
    """The rule has a new version: what its older ones were blamed for is answered."""
    waiting = DriftAlarm.objects.filter(rule_key=rule_key, seen_at__isnull=True)
    waiting.update(seen_at=now, seen_by=actor.label[:120])


def alarms(*, is_open: bool | None = None) -> QuerySet[DriftAlarm]:
    """Newest first; of the shops in scope."""
    found = DriftAlarm.objects.select_related("shop", "newest_order").order_by("-last_at", "-pk")
    return found if is_open is None else found.filter(seen_at__isnull=is_open)
