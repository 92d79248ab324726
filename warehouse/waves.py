"""Waves: packages that go to the floor together. Planned as a preview, laid out for good when released."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock, ids
from core.errors import RuleViolation
from orders import history, packages
from orders.models import HistoryKind, Package, PackageState
from orders.states import PackageAction
from relay import outbox
from tenancy import scoping
from tenancy.actors import Actor
from warehouse import put_back, put_walls, walks, wave_choice, wave_plan, wave_walks, wave_words
from warehouse.events import WaveReleased
from warehouse.models import (
    PickList,
    PickListState,
    PickMode,
    PickTask,
    Warehouse,
    Wave,
    WaveState,
    Zone,
)
from warehouse.states import WAVE_MACHINE, WaveAction
from warehouse.wave_choice import Filters, Pool
from warehouse.wave_plan import Need, Plan
from warehouse.wave_walks import Ways

FIGURES = (
    "package_count",
    "unit_count",
    "first_due_at",
    "expected_end_at",
    "expected_mm",
    "expected_late",
)


class NothingToPick(RuleViolation):
    """No package fits the filter."""

    code = "nothing_to_pick"


class CartTooSmall(RuleViolation):
    """One order alone is more than a cart takes."""

    code = "cart_too_small"


class WaveIsWalked(RuleViolation):
    """A picker is at work on it."""

    code = "wave_is_walked"
    status = 409


class WaveOfOthers(RuleViolation):
    """The wave holds packages of shops that this person may not see."""

    code = "wave_of_others"
    status = 403


@transaction.atomic
def plan_wave(*, filters: Filters, actor: Actor, now: datetime) -> Wave:
    """Put the most urgent packages that fit, and those that lie near them, into a new wave, with the reason for these."""
    warehouse = Warehouse.objects.get(pk=filters.warehouse_id)
    found = wave_choice.candidates(filters=filters)
    pool = wave_choice.pool_of(
        package_ids=wave_choice.first_ids(filters=filters, now=now),
        warehouse=warehouse,
        zone_id=filters.zone_id,
        now=now,
    )
    room = _wall_room(warehouse, mode=filters.mode)
    limit = filters.limit if room is None or filters.has_lanes else min(filters.limit, room)
    needs = wave_choice.chosen(pool=pool, limit=limit, now=now)
    wanted = packages.lock_many(ids=[need.package_id for need in needs])
    still_free = set(found.filter(pk__in=[row.pk for row in wanted]).values_list("pk", flat=True))
    chosen = [package for package in wanted if package.pk in still_free]  # asked again, under the locks
    needs = [need for need in needs if need.package_id in still_free]
    waiting = min(filters.limit, len(pool.needs)) - limit  # that were not even looked at
    plan = _plan(pool, needs, filters.ways, room, waiting=waiting, now=now)
    if not plan.walks:
        raise _nothing(plan, warehouse)
    zone = Zone.objects.filter(pk=filters.zone_id).first() if filters.zone_id else None
    wave = Wave.objects.create(
        number=ids.document_number("WAVE", clock.local(now, zone=warehouse.time_zone).date()),
        warehouse=warehouse,
        mode=filters.mode,
        carrier=filters.carrier,
        zone_code=zone.code if zone else "",
        slots=filters.ways.slots,
        has_lanes=filters.has_lanes,
        planned_at=now,
        by_label=actor.label,
    )
    lay_out(wave=wave, plan=plan, chosen=chosen)
    wave.reason = wave_words.facts_of(plan=plan, wave=wave, is_narrow=filters.is_narrow, now=now)
    wave.save(update_fields=[*FIGURES, "reason"])
    return wave


def _wall_room(warehouse: Warehouse, *, mode: str, wave_id: int | None = None) -> int | None:
    """How many packages the put wall takes that will sort this wave; None when nothing is sorted after the walk."""
    if mode != PickMode.BATCH:
        return None
    put_walls.lock(warehouse.pk)
    return put_walls.room(warehouse_id=warehouse.pk, without_wave=wave_id)


def _plan(
    pool: Pool, needs: Sequence[Need], ways: Ways, room: int | None, *, now: datetime, waiting: int = 0
) -> Plan:
    """Walks for these; goods that are told apart at the put wall only for as many packages as it has free slots."""
    if room is None:
        return wave_choice.plan(pool=pool, needs=needs, ways=ways, now=now)
    kept, beyond = wave_walks.within_wall(needs=needs, ways=ways, room=room)
    plan = wave_choice.plan(pool=pool, needs=kept, ways=ways, now=now)
    left_out = len(beyond) + max(waiting, 0)
    return replace(plan, wall_room=room, no_slot=left_out) if left_out else plan


def _nothing(plan: Plan, warehouse: Warehouse) -> RuleViolation:
    """Why no walk came of it."""
    if plan.wall_room == 0:
        return put_walls.WallIsFull(_no_room(warehouse))
    if plan.too_big and not plan.lacking:
        one = plan.too_big[0]
        order = wave_words.order_numbers([one])[one.package_id]
        text = wave_words.too_big_text(one=one, order=order)
        return CartTooSmall(
            _("%(what)s. Raise the cart's limit, or split the order into two packages.")
            % {"what": text[:1].upper() + text[1:]}
        )
    return NothingToPick(_("No package with reserved stock on the shelves fits this choice."))


def _no_room(warehouse: Warehouse) -> str:
    if put_walls.has_wall(warehouse_id=warehouse.pk):
        text = _(
            "No slot of the put wall of %(site)s is free: pack what stands there, or pick in another way."
        )
        return text % {"site": warehouse.name}
    text = _("%(site)s has no put wall to sort a batch on. Make one on its page, or pick in another way.")
    return text % {"site": warehouse.name}


def lay_out(*, wave: Wave, plan: Plan, chosen: Sequence[Package], first: int = 1) -> None:
    """Write the walks of a plan, and the wave's figures in memory."""
    shops = {package.pk: package.shop_id for package in chosen}
    lists = PickList.objects.bulk_create(
        PickList(
            wave=wave,
            number=f"{wave.number}-{number}",
            mode=walk.mode,
            lane=walk.lane,
            walk_mm=walk.length_mm,
            slot_count=len(walk.package_ids),
        )
        for number, walk in enumerate(plan.walks, start=first)
    )
    PickTask.objects.bulk_create(
        PickTask(
            shop_id=shops[stop.package_id],
            pick_list=pick_list,
            package_id=stop.package_id,
            sku_id=stop.sku_id,
            bin_id=stop.bin_id,
            quantity=stop.quantity,
            sequence=number * wave_plan.STEP,
            slot=walk.slot_of(stop.package_id),
        )
        for pick_list, walk in zip(lists, plan.walks, strict=True)
        for number, stop in enumerate(walk.stops, start=1)
    )
    wave.package_count, wave.unit_count = len(plan.package_ids), plan.units
    wave.expected_end_at, wave.expected_mm, wave.expected_late = (
        plan.finish_at,
        plan.length_mm,
        len(plan.late),
    )
    due = Package.objects.filter(pk__in=plan.package_ids).values_list("order__clock__due_at", flat=True)
    wave.first_due_at = min((moment for moment in due if moment), default=None)


@transaction.atomic
def release_wave(*, wave_id: int, actor: Actor, now: datetime) -> Wave:
    """Give the wave to the floor. Packages stopped since it was planned drop out; bins are chosen anew."""
    wave = Wave.objects.lock().get(pk=wave_id)
    _refuse_others(wave)
    wave.state = WAVE_MACHINE.next(wave.state, WaveAction.RELEASE)
    members = packages.lock_many(ids=[package.pk for package in walks.packages_of(wave=wave)])
    running = [row for row in members if row.state == PackageState.ALLOCATED and not row.is_stopped]
    PickList.objects.filter(wave=wave).delete()
    warehouse = Warehouse.objects.get(pk=wave.warehouse_id)
    zone = Zone.objects.filter(warehouse=warehouse, code=wave.zone_code).first() if wave.zone_code else None
    pool = wave_choice.pool_of(
        package_ids=[row.pk for row in running],
        warehouse=warehouse,
        zone_id=zone.pk if zone else None,
        now=now,
    )
    ways = Ways(slots=wave.slots, mode=wave.mode, has_lanes=wave.has_lanes)
    room = _wall_room(warehouse, mode=wave.mode, wave_id=wave.pk)
    plan = _plan(pool, pool.needs, ways, room, now=now)
    lay_out(wave=wave, plan=plan, chosen=running)
    inside = set(plan.package_ids)
    dropped = [row for row in members if row.pk not in inside]
    _note_dropped(dropped, wave, plan, actor=actor, now=now)
    packages.advance_many(
        packages=[package for package in running if package.pk in inside],
        action=PackageAction.START_PICKING,
        actor=actor,
        now=now,
        wave=wave.number,
    )
    wave.released_at = now
    wave.save(update_fields=["state", "released_at", *FIGURES])
    outbox.publish(WaveReleased(wave_id=wave.pk, released_at=now))
    if not inside:
        return walks.settle_wave(wave_id=wave.pk, now=now)
    return wave


def _refuse_others(wave: Wave) -> None:
    """Whoever is limited to some shops would lay out the wave without the packages that the wall hides."""
    if scoping.current().shops is None:
        return
    seen = PickTask.objects.filter(pick_list__wave=wave).values("package_id").distinct().count()
    if seen != wave.package_count:
        raise WaveOfOthers(
            _("%(wave)s holds packages of other shops. Somebody who sees all shops has to decide about it.")
            % {"wave": wave.number}
        )


def _note_dropped(dropped: Sequence[Package], wave: Wave, plan: Plan, *, actor: Actor, now: datetime) -> None:
    missing = {*plan.lacking, *(one.package_id for one in plan.too_big)}

    def why(package: Package) -> str:
        if package.is_stopped:
            return package.stop_reason
        return "no_wall_slot" if plan.no_slot and package.pk not in missing else "not_on_shelf"

    history.record_many(
        history.entry(
            order=package,
            at=now,
            actor=actor,
            kind=HistoryKind.FLOOR,
            action="wave.dropped",
            reason=why(package),
            wave=wave.number,
        )
        for package in dropped
    )


@transaction.atomic
def cancel_wave(*, wave_id: int, actor: Actor, now: datetime) -> Wave:
    """Take the wave back; its packages wait for another one. Not while a picker walks it."""
    lists = list(PickList.objects.lock().filter(wave_id=wave_id))
    wave = Wave.objects.lock().get(pk=wave_id)
    _refuse_others(wave)
    walked = next((row for row in lists if row.state != PickListState.OPEN), None)
    if wave.state == WaveState.RELEASED and walked is not None:
        raise WaveIsWalked(
            _("Pick list %(number)s of this wave has been started. Let it end, or put its packages on hold.")
            % {"number": walked.number}
        )
    was_released = wave.state == WaveState.RELEASED
    wave.state, wave.done_at = WAVE_MACHINE.next(wave.state, WaveAction.CANCEL), now
    members = packages.lock_many(ids=[package.pk for package in walks.packages_of(wave=wave)])
    put_back.drop_tasks(
        package_ids=[package.pk for package in members],
        lists={row.pk: row for row in lists},
        actor=actor,
        now=now,
    )
    PickList.objects.filter(wave=wave).update(state=PickListState.CANCELLED, finished_at=now)
    if was_released:
        packages.advance_many(
            packages=[package for package in members if package.state == PackageState.PICKING],
            action=PackageAction.RETURN_TO_QUEUE,
            actor=actor,
            now=now,
            wave=wave.number,
        )
    wave.save(update_fields=["state", "done_at"])
    return wave
