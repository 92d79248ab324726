"""Laying out anew what nobody has started: for a spike, a pickup that did not come, or because a person asks.

Walks under way and packages already picked stay as they are. What was there before is kept, so that it can be taken back.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock, ids
from core.errors import RuleViolation
from orders import history, packages
from orders.models import HistoryKind, Package, PackageState
from orders.states import PackageAction
from relay import outbox
from tenancy import scoping
from tenancy.actors import AUTO, Actor
from warehouse import pickup_times, replan_draft, walks, wave_choice, wave_words, waves
from warehouse.events import WaveReleased
from warehouse.models import (
    PickList,
    PickListState,
    PickTask,
    PickTaskState,
    Replan,
    ReplanWhy,
    Warehouse,
    Wave,
    WaveState,
)
from warehouse.replan_draft import Draft
from warehouse.states import WAVE_MACHINE, WaveAction
from warehouse.wave_plan import Plan

SPIKE_AT_LEAST, SPIKE_WITHIN = 30, timedelta(minutes=15)
AGAIN_AFTER = timedelta(minutes=10)
LIST_VALUES = ("wave_id", "number", "mode", "lane", "walk_mm", "slot_count")
TASK_VALUES = ("shop_id", "package_id", "sku_id", "bin_id", "quantity", "sequence", "slot")


class NothingToReplan(RuleViolation):
    """The walks are best as they are."""

    code = "nothing_to_replan"
    status = 409


class ReplanIsWalked(RuleViolation):
    """It cannot be taken back any more."""

    code = "replan_is_walked"
    status = 409


def preview(*, warehouse_id: int, now: datetime) -> dict:
    """What laying out anew would change; writes nothing."""
    warehouse = Warehouse.objects.get(pk=warehouse_id)
    found = replan_draft.draft(warehouse=warehouse, now=now)
    return {**found.facts, "is_better": found.is_better}


@transaction.atomic
def replan(*, warehouse_id: int, why: str, actor: Actor, now: datetime) -> Replan:
    """Lay out the walks not started once more, with who waits and would be late."""
    _refuse_limited()
    warehouse = Warehouse.objects.lock().get(pk=warehouse_id)
    list(_open_lists(warehouse))  # no picker takes one of them meanwhile
    found = replan_draft.draft(warehouse=warehouse, now=now)
    if not found.is_better:
        raise NothingToReplan(_("The walks that nobody has started are best as they are."))
    locked = {row.pk: row for row in packages.lock_many(ids=found.after.package_ids)}
    before = _stored(found)
    _take_away(found, now=now)
    made = _lay_out(found, locked, warehouse, why=why, actor=actor, now=now)
    _tell(found, locked, made, actor=actor, now=now)
    return Replan.objects.create(
        warehouse=warehouse,
        why=why,
        facts=found.facts,
        before={**before, "made": [wave.pk for wave in made], "joined": list(found.newcomers)},
        made_at=now,
        by_label=actor.label,
    )


def watch_spike(*, warehouse_id: int, now: datetime) -> Replan | None:
    """Many orders came within minutes: lay out anew if that keeps more parcels in time. Not again for a while."""
    if Replan.objects.filter(warehouse_id=warehouse_id, made_at__gt=now - AGAIN_AFTER).exists():
        return None
    waiting = wave_choice.candidates(filters=wave_choice.Filters(warehouse_id=warehouse_id))
    if waiting.filter(created_at__gt=now - SPIKE_WITHIN).count() < SPIKE_AT_LEAST:
        return None
    found = preview(warehouse_id=warehouse_id, now=now)
    if found["late"][1] >= found["late"][0]:
        return None
    try:
        return replan(warehouse_id=warehouse_id, why=ReplanWhy.SPIKE, actor=AUTO, now=now)
    except NothingToReplan:
        return None


@transaction.atomic
def pickup_missed(*, pickup_id: int, actor: Actor, now: datetime) -> Replan | None:
    """The carrier does not come today: walks are laid out for the pickups that are left. None: that changes nothing."""
    pickup = pickup_times.mark_missed(pickup_id=pickup_id, actor=actor, now=now)
    try:
        with transaction.atomic():
            return replan(warehouse_id=pickup.warehouse_id, why=ReplanWhy.PICKUP_MISSED, actor=actor, now=now)
    except NothingToReplan:
        return None


def _refuse_limited() -> None:
    if scoping.current().shops is not None:
        raise waves.WaveOfOthers(
            _("The walks hold packages of other shops. Somebody who sees all shops has to decide about them.")
        )


def _open_lists(warehouse: Warehouse):
    return PickList.objects.lock().filter(
        wave__warehouse=warehouse, wave__state=WaveState.RELEASED, state=PickListState.OPEN
    )


def _stored(found: Draft) -> dict:
    """The walks as they were, for taking it back."""
    tasks = defaultdict(list)
    for task in found.tasks:
        tasks[task.pick_list_id].append([getattr(task, name) for name in TASK_VALUES])
    return {
        "lists": [
            {"values": [getattr(row, name) for name in LIST_VALUES], "tasks": tasks[row.pk]}
            for row in found.lists
            if tasks[row.pk]
        ]
    }


def _take_away(found: Draft, *, now: datetime) -> None:
    """The former walks go; a wave with nothing left is cancelled. Stopped packages end with their walk."""
    PickTask.objects.filter(pk__in=[task.pk for task in found.tasks]).delete()
    emptied = PickList.objects.filter(pk__in=[row.pk for row in found.lists], tasks__isnull=True)
    emptied.delete()
    _close_empty({row.wave_id for row in found.lists}, now=now)


def _close_empty(wave_ids: set[int], *, now: datetime) -> None:
    for wave in Wave.objects.lock().filter(pk__in=wave_ids):
        wave.package_count = len(walks.packages_of(wave=wave))
        if wave.state == WaveState.RELEASED and not PickList.objects.filter(wave=wave).exists():
            wave.state, wave.done_at = WAVE_MACHINE.next(wave.state, WaveAction.CANCEL), now
        wave.save(update_fields=["package_count", "state", "done_at"])
        if wave.state == WaveState.RELEASED:
            walks.settle_wave(wave_id=wave.pk, now=now)


def _lay_out(
    found: Draft, locked: dict[int, Package], warehouse: Warehouse, *, why: str, actor: Actor, now: datetime
) -> list[Wave]:
    """A wave for everything that may share one, on the floor at once, its walks in the best order."""
    made = []
    rank = {walk.package_ids: number for number, walk in enumerate(found.after.walks)}
    for key, plan in found.groups.items():
        plan = _of_whole(plan, found.after, rank)
        if not plan.walks:
            continue
        mode, carrier, zone_code, slots, has_lanes = key
        wave = Wave.objects.create(
            number=ids.document_number("WAVE", clock.local(now, zone=warehouse.time_zone).date()),
            warehouse=warehouse,
            state=WaveState.RELEASED,
            mode=mode,
            carrier=carrier,
            zone_code=zone_code,
            slots=slots,
            has_lanes=has_lanes,
            planned_at=now,
            released_at=now,
            by_label=actor.label,
        )
        waves.lay_out(wave=wave, plan=plan, chosen=[locked[number] for number in plan.package_ids])
        wave.reason = wave_words.facts_of(plan=plan, wave=wave, is_narrow=False, now=now, anew=why)
        wave.save(update_fields=[*waves.FIGURES, "reason"])
        outbox.publish(WaveReleased(wave_id=wave.pk, released_at=now))
        made.append(wave)
    return made


def _of_whole(plan: Plan, whole: Plan, rank: dict[tuple[int, ...], int]) -> Plan:
    """A wave's part of all walks, with what is expected of it beside the others."""
    mine = set(plan.package_ids)
    ends = [moment for number, moment in whole.meanwhile.items() if number in mine]
    return replace(
        plan,
        walks=tuple(sorted(plan.walks, key=lambda walk: rank[walk.package_ids])),
        finish_at=max(ends, default=None),
        picked_at=whole.picked_at,
        late=tuple(number for number in whole.late if number in mine),
    )


def _tell(
    found: Draft, locked: dict[int, Package], made: Sequence[Wave], *, actor: Actor, now: datetime
) -> None:
    """Who joined starts to be picked; everybody's history names the new wave."""
    numbers = {wave.pk: wave.number for wave in made}
    rows = PickTask.objects.filter(pick_list__wave__in=made).values_list("package_id", "pick_list__wave_id")
    wave_of = {package_id: numbers[wave_id] for package_id, wave_id in rows}
    joined = [locked[number] for number in found.newcomers]
    if joined:
        packages.advance_many(
            packages=joined,
            action=PackageAction.START_PICKING,
            actor=actor,
            now=now,
            wave=wave_of[joined[0].pk],
        )
    history.record_many(
        history.entry(
            order=package,
            at=now,
            actor=actor,
            kind=HistoryKind.FLOOR,
            action="wave.moved",
            wave=wave_of[package.pk],
        )
        for package in locked.values()
        if package.pk in wave_of and package.pk not in set(found.newcomers)
    )


@transaction.atomic
def undo(*, replan_id: int, actor: Actor, now: datetime) -> Replan:
    """The walks as they were before, as long as nobody has started one of the new ones."""
    _refuse_limited()
    row = Replan.objects.lock().get(pk=replan_id)
    lists = list(PickList.objects.lock().filter(wave_id__in=row.before["made"]))
    if row.undone_at or not lists or any(one.state != PickListState.OPEN for one in lists):
        raise ReplanIsWalked(
            _("Somebody has started one of these walks, or they were laid out again since. They stay.")
        )
    tasks = PickTask.objects.filter(pick_list__in=lists, state=PickTaskState.OPEN)
    staying = packages.lock_many(ids=set(tasks.values_list("package_id", flat=True)))
    joined = set(row.before["joined"])
    PickTask.objects.filter(pick_list__in=lists).exclude(state=PickTaskState.DROPPED).delete()
    PickList.objects.filter(pk__in=[one.pk for one in lists], tasks__isnull=True).delete()
    _close_empty(set(row.before["made"]), now=now)
    _put_back(row, {one.pk for one in staying if one.pk not in joined}, actor=actor, now=now)
    packages.advance_many(
        packages=[one for one in staying if one.pk in joined and one.state == PackageState.PICKING],
        action=PackageAction.RETURN_TO_QUEUE,
        actor=actor,
        now=now,
        wave="",
    )
    row.undone_at, row.undone_by = now, actor.label
    row.save(update_fields=["undone_at", "undone_by"])
    return row


def _put_back(row: Replan, staying: set[int], *, actor: Actor, now: datetime) -> None:
    """The former lists, in their waves; a wave that was cancelled for being empty is made once more."""
    homes: dict[int, Wave] = {}
    for stored in row.before["lists"]:
        values = dict(zip(LIST_VALUES, stored["values"], strict=True))
        lines = [dict(zip(TASK_VALUES, line, strict=True)) for line in stored["tasks"]]
        lines = [line for line in lines if line["package_id"] in staying]
        if not lines:
            continue
        wave_id = values.pop("wave_id")
        if wave_id not in homes:
            homes[wave_id] = _home(wave_id, actor=actor, now=now)
        pick_list = PickList.objects.create(wave=homes[wave_id], **values)
        PickTask.objects.bulk_create(PickTask(pick_list=pick_list, **line) for line in lines)
    for wave in homes.values():
        found = walks.packages_of(wave=wave)
        wave.package_count = len(found)
        due = Package.objects.filter(pk__in=[one.pk for one in found]).values_list(
            "order__clock__due_at", flat=True
        )
        wave.first_due_at = min((moment for moment in due if moment), default=None)
        wave.save(update_fields=["package_count", "first_due_at"])


def _home(wave_id: int, *, actor: Actor, now: datetime) -> Wave:
    wave = Wave.objects.lock().get(pk=wave_id)
    if wave.state == WaveState.RELEASED:
        return wave
    return Wave.objects.create(
        number=ids.document_number("WAVE", clock.local(now, zone=wave.warehouse.time_zone).date()),
        warehouse_id=wave.warehouse_id,
        state=WaveState.RELEASED,
        mode=wave.mode,
        carrier=wave.carrier,
        zone_code=wave.zone_code,
        slots=wave.slots,
        has_lanes=wave.has_lanes,
        unit_count=wave.unit_count,
        expected_mm=wave.expected_mm,
        reason=wave.reason,
        planned_at=wave.planned_at,
        released_at=now,
        by_label=actor.label,
    )
