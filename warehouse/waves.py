"""Waves: packages that go to the floor together. Planned as a preview, laid out for good when released."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import F, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock, ids
from core.errors import RuleViolation
from orders import history, packages
from orders.models import HistoryKind, Package, PackageState
from orders.states import PackageAction
from relay import outbox
from tenancy import scoping
from tenancy.actors import Actor
from warehouse import floor_pace, lots, put_back, walks, wave_plan
from warehouse.events import WaveReleased
from warehouse.models import (
    BinKind,
    BinLevel,
    PickList,
    PickListState,
    PickTask,
    PickTaskState,
    Reservation,
    ReservationState,
    Warehouse,
    Wave,
    WaveState,
)
from warehouse.states import WAVE_MACHINE, WaveAction
from warehouse.wave_plan import Need, Plan, Shelf

PACKAGES_AT_MOST = 500
SLOTS_AT_MOST = 60
_NEVER = datetime.max.replace(tzinfo=UTC)


class NothingToPick(RuleViolation):
    """No package fits the filter."""

    code = "nothing_to_pick"


class WaveIsWalked(RuleViolation):
    """A picker is at work on it."""

    code = "wave_is_walked"
    status = 409


class WaveOfOthers(RuleViolation):
    """The wave holds packages of shops that this person may not see."""

    code = "wave_of_others"
    status = 403


@dataclass(frozen=True)
class Filters:
    """Which packages a wave takes: the most urgent ones that fit."""

    warehouse_id: int
    due_before: datetime | None = None
    zone_id: int | None = None
    shop_ids: tuple[int, ...] = ()
    delivery_option: str = ""
    package_limit: int = 60
    slots: int = 12


def candidates(*, filters: Filters) -> QuerySet[Package]:
    """Packages with reserved stock that nobody has planned yet, earliest deadline first."""
    found = Package.objects.filter(
        state=PackageState.ALLOCATED,
        is_stopped=False,
        reservations__state=ReservationState.ACTIVE,
        reservations__warehouse_id=filters.warehouse_id,
    ).exclude(pk__in=PickTask.objects.filter(state=PickTaskState.OPEN).values("package_id"))
    if filters.due_before:
        found = found.filter(order__clock__due_at__lt=filters.due_before)
    if filters.shop_ids:
        found = found.filter(shop_id__in=filters.shop_ids)
    if filters.delivery_option:
        found = found.filter(order__delivery_option_name=filters.delivery_option)
    return found.order_by(F("order__clock__due_at").asc(nulls_last=True), "pk").distinct()


@transaction.atomic
def plan_wave(*, filters: Filters, actor: Actor, now: datetime) -> Wave:
    """Put the most urgent packages that fit into a new wave, with the reason for these."""
    warehouse = Warehouse.objects.get(pk=filters.warehouse_id)
    limit = min(max(filters.package_limit, 1), PACKAGES_AT_MOST)
    found = candidates(filters=filters)
    wanted = packages.lock_many(ids=[package.pk for package in found[:limit]])
    still_free = set(found.values_list("pk", flat=True))  # asked again, under the locks
    chosen = [package for package in wanted if package.pk in still_free]
    slots = min(max(filters.slots, 1), SLOTS_AT_MOST)
    plan = _plan(chosen, warehouse=warehouse, zone_id=filters.zone_id, slots=slots, now=now)
    if not plan.walks:
        raise NothingToPick(_("No package with reserved stock on the shelves fits this choice."))
    wave = Wave.objects.create(
        number=ids.document_number("WAVE", clock.local(now, zone=warehouse.time_zone).date()),
        warehouse=warehouse,
        planned_at=now,
        by_label=actor.label,
    )
    _lay_out(wave, plan, chosen)
    wave.reason = _reason(plan, chosen, filters, wave, now=now)
    wave.save(update_fields=["package_count", "unit_count", "first_due_at", "reason"])
    return wave


def _plan(
    chosen: Sequence[Package], *, warehouse: Warehouse, zone_id: int | None, slots: int, now: datetime
) -> Plan:
    package_ids = [package.pk for package in chosen]
    units: dict[int, dict[int, int]] = defaultdict(dict)
    active = Reservation.objects.filter(package_id__in=package_ids, state=ReservationState.ACTIVE)
    weights: dict[int, int] = defaultdict(int)
    for package_id, sku_id, quantity, grams in active.values_list(
        "package_id", "sku_id", "quantity", "sku__weight_g"
    ):
        units[package_id][sku_id] = quantity
        weights[package_id] += quantity * (grams or 0)
    due = dict(Package.objects.filter(pk__in=package_ids).values_list("pk", "order__clock__due_at"))
    needs = [Need(pk, units[pk], due[pk] or _NEVER, weights[pk]) for pk in package_ids if units[pk]]
    skus = {sku_id for need in needs for sku_id in need.units}
    shelves = free_shelves(warehouse_id=warehouse.pk, sku_ids=skus, zone_id=zone_id)
    floor = floor_pace.floor_of(warehouse=warehouse, now=now)
    return wave_plan.plan_walks(needs=needs, shelves=shelves, slots=slots, floor=floor, now=now)


def free_shelves(*, warehouse_id: int, sku_ids: Iterable[int], zone_id: int | None = None) -> list[Shelf]:
    """Units on shelves and dock that no walk on the floor is going to take; of lots, those that may still be sold."""
    sku_ids = list(sku_ids)
    levels = BinLevel.objects.filter(
        sku_id__in=sku_ids,
        on_hand__gt=0,
        bin__warehouse_id=warehouse_id,
        bin__kind__in=[BinKind.SHELF, BinKind.RECEIVING],
        bin__is_active=True,
    )
    if zone_id:
        levels = levels.filter(bin__zone_id=zone_id)
    going = (
        PickTask.objects.filter(
            state=PickTaskState.OPEN,
            sku_id__in=sku_ids,
            pick_list__state__in=walks.LIVE_LISTS,
            pick_list__wave__state=WaveState.RELEASED,
        )
        .values("bin_id", "sku_id")
        .annotate(units=Sum(F("quantity") - F("picked_quantity")))
    )
    taken = {(row["bin_id"], row["sku_id"]): row["units"] for row in going}
    rows = list(
        levels.values_list("bin_id", "sku_id", "on_hand", "bin__walk_order", "bin__aisle", "bin__cell")
    )
    order = lots.order_of_bins(levels=[row[:3] for row in rows])
    return [
        Shelf(
            bin_id,
            sku_id,
            order[bin_id, sku_id].free - taken.get((bin_id, sku_id), 0),
            walk_order,
            aisle,
            cell,
            rank=order[bin_id, sku_id].rank,
        )
        for bin_id, sku_id, _on_hand, walk_order, aisle, cell in rows
    ]


def _lay_out(wave: Wave, plan: Plan, chosen: Sequence[Package]) -> None:
    """Write the walks of a plan, and the wave's figures in memory."""
    shops = {package.pk: package.shop_id for package in chosen}
    lists = PickList.objects.bulk_create(
        PickList(wave=wave, number=f"{wave.number}-{number}", slot_count=len(walk.package_ids))
        for number, walk in enumerate(plan.walks, start=1)
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
    due = Package.objects.filter(pk__in=plan.package_ids).values_list("order__clock__due_at", flat=True)
    wave.first_due_at = min((moment for moment in due if moment), default=None)


def _reason(plan: Plan, chosen: Sequence[Package], filters: Filters, wave: Wave, *, now: datetime) -> str:
    """The facts of the choice as stored; `reason_text` makes the sentence in the reader's language."""
    inside = set(plan.package_ids)
    minutes = int((wave.first_due_at - now).total_seconds() // 60) if wave.first_due_at else None
    facts = {
        "packages": len(inside),
        "shops": len({package.shop_id for package in chosen if package.pk in inside}),
        "minutes": minutes,
        "carts": len(plan.walks),
        "lacking": len(plan.lacking),
        "meters": round(plan.length_mm / 1000),
        "takes": round((plan.finish_at - now).total_seconds() / 60) if plan.finish_at else 0,
        "late": len(plan.late),
        "apart": plan.is_split,
        "filtered": bool(
            filters.due_before or filters.zone_id or filters.shop_ids or filters.delivery_option
        ),
    }
    return json.dumps(facts)


def reason_text(wave: Wave) -> str:
    """Why these packages."""
    if not wave.reason:
        return ""
    facts = json.loads(wave.reason)
    parts = [
        ngettext(
            "%(count)d package with the earliest deadlines",
            "%(count)d packages with the earliest deadlines",
            facts["packages"],
        )
        % {"count": facts["packages"]}
    ]
    if facts["filtered"]:
        parts[0] = _("%(what)s that fit the chosen filter") % {"what": parts[0]}
    if facts["minutes"] is not None:
        hours, minutes = divmod(abs(facts["minutes"]), 60)
        text = _("the first one was late by %(hours)d h %(minutes)d m when planned")
        if facts["minutes"] >= 0:
            text = _("the first one had %(hours)d h %(minutes)d m left when planned")
        parts.append(text % {"hours": hours, "minutes": minutes})
    parts.append(
        ngettext(
            "%(count)d cart with the shortest walk",
            "%(count)d carts with the shortest walks",
            facts["carts"],
        )
        % {"count": facts["carts"]}
    )
    parts += _expected(facts)
    if facts["lacking"]:
        parts.append(
            ngettext(
                "%(count)d package left out: its goods are on no shelf now",
                "%(count)d packages left out: their goods are on no shelf now",
                facts["lacking"],
            )
            % {"count": facts["lacking"]}
        )
    return _("; ").join(parts)


def _expected(facts: dict) -> list[str]:
    """What the plan leads to. Waves planned before it was known say nothing."""
    if "meters" not in facts:
        return []
    parts = [
        _("%(meters)d m to walk, expected to be picked %(minutes)d minutes after its start")
        % {"meters": facts["meters"], "minutes": facts["takes"]}
    ]
    if facts["apart"]:
        parts.append(_("the urgent packages walk first and apart: together they would be late"))
    if facts["late"]:
        parts.append(
            ngettext(
                "%(count)d package is expected to be picked after its deadline",
                "%(count)d packages are expected to be picked after their deadlines",
                facts["late"],
            )
            % {"count": facts["late"]}
        )
    return parts


@transaction.atomic
def release_wave(*, wave_id: int, actor: Actor, now: datetime) -> Wave:
    """Give the wave to the floor. Packages stopped since it was planned drop out; bins are chosen anew."""
    wave = Wave.objects.lock().get(pk=wave_id)
    _refuse_others(wave)
    wave.state = WAVE_MACHINE.next(wave.state, WaveAction.RELEASE)
    slots = max(PickList.objects.filter(wave=wave).values_list("slot_count", flat=True), default=1)
    members = packages.lock_many(ids=[package.pk for package in walks.packages_of(wave=wave)])
    running = [row for row in members if row.state == PackageState.ALLOCATED and not row.is_stopped]
    PickList.objects.filter(wave=wave).delete()
    warehouse = Warehouse.objects.get(pk=wave.warehouse_id)
    plan = _plan(running, warehouse=warehouse, zone_id=None, slots=slots, now=now)
    _lay_out(wave, plan, running)
    inside = set(plan.package_ids)
    _note_dropped([row for row in members if row.pk not in inside], wave, actor=actor, now=now)
    packages.advance_many(
        packages=[package for package in running if package.pk in inside],
        action=PackageAction.START_PICKING,
        actor=actor,
        now=now,
        wave=wave.number,
    )
    wave.released_at = now
    wave.save(update_fields=["state", "released_at", "package_count", "unit_count", "first_due_at"])
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


def _note_dropped(dropped: Sequence[Package], wave: Wave, *, actor: Actor, now: datetime) -> None:
    history.record_many(
        history.entry(
            order=package,
            at=now,
            actor=actor,
            kind=HistoryKind.FLOOR,
            action="wave.dropped",
            reason=package.stop_reason if package.is_stopped else "not_on_shelf",
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
