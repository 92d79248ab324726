"""Put walls: rows of slots, each a place of the ledger, that packages of a batch stand in until they are packed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet, Sum
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from orders.models import Package, PackageState
from warehouse.models import (
    Bin,
    BinKind,
    BinLevel,
    Lane,
    PickList,
    PickListState,
    PickMode,
    PickTask,
    PickTaskState,
    SortSlot,
    Warehouse,
    WaveState,
)

SLOTS_AT_MOST = 200


class BadWall(RuleViolation):
    """Not a number of slots."""

    code = "bad_wall"


class WallIsFull(RuleViolation):
    """No slot is free for another package."""

    code = "wall_is_full"
    status = 409


@dataclass(frozen=True)
class Place:
    """One slot as the wall shows it; without a package it is free, or still holds goods that go back."""

    bin: Bin
    package: Package | None
    units: int
    sorted: int
    is_full: bool
    is_blocked: bool

    @property
    def wall(self) -> int:
        return self.bin.aisle

    @property
    def number(self) -> int:
        return self.bin.cell


@transaction.atomic
def make_wall(*, warehouse_id: int, slots: int) -> list[Bin]:
    """A further wall with this many slots: WALL-1-1, WALL-1-2, …"""
    if not 1 <= slots <= SLOTS_AT_MOST:
        raise BadWall(_("A put wall has between 1 and %(most)d slots.") % {"most": SLOTS_AT_MOST})
    lock(warehouse_id)
    taken = Bin.objects.filter(warehouse_id=warehouse_id, kind=BinKind.WALL)
    number = max(taken.values_list("aisle", flat=True), default=0) + 1
    return _make(warehouse_id, wall=number, numbers=range(1, slots + 1))


def has_wall(*, warehouse_id: int) -> bool:
    return _slots(warehouse_id).exists()


def room(*, warehouse_id: int, without_wave: int | None = None) -> int:
    """Free slots that no package on its way to the wall needs: of batches that are planned, walked or wait in a tote.

    Whoever plans with it calls `lock` first.
    """
    free = _slots(warehouse_id).exclude(pk__in=_taken(warehouse_id)).count()
    coming = PickTask.objects.filter(
        pick_list__wave__warehouse_id=warehouse_id,
        pick_list__mode=PickMode.BATCH,
        pick_list__lane=Lane.MIXED,
        pick_list__wave__state__in=[WaveState.PLANNED, WaveState.RELEASED, WaveState.PICKED],
        package__state__in=[PackageState.ALLOCATED, PackageState.PICKING],
    ).exclude(state=PickTaskState.DROPPED)
    if without_wave:
        coming = coming.exclude(pick_list__wave_id=without_wave)
    standing = SortSlot.objects.filter(closed_at__isnull=True).values("package_id")
    return max(free - coming.exclude(package__in=standing).values("package_id").distinct().count(), 0)


def slot_of(*, pick_list: PickList, package: Package, now: datetime) -> tuple[SortSlot, bool]:
    """The package's slot, or the first free one from now on; the caller holds the pick list and the package."""
    found = SortSlot.objects.filter(package=package, closed_at__isnull=True).select_related("bin").first()
    if found is not None:
        return found, False
    warehouse_id = pick_list.wave.warehouse_id
    lock(warehouse_id)
    free = _slots(warehouse_id).exclude(pk__in=_taken(warehouse_id)).first() or _further_slot(warehouse_id)
    slot = SortSlot.objects.create(
        shop_id=package.shop_id, package=package, pick_list=pick_list, bin=free, opened_at=now
    )
    return slot, True


def _further_slot(warehouse_id: int) -> Bin:
    """No slot is free. A full one has to be packed first; while none is full, another box is put beside the wall.

    Else packages that wait for each other's slots would wait for ever.
    """
    last = (
        Bin.objects.filter(warehouse_id=warehouse_id, kind=BinKind.WALL).order_by("-aisle", "-cell").first()
    )
    if last is None:
        raise WallIsFull(_("There is no put wall in this warehouse. Make one on the page of the put wall."))
    if SortSlot.objects.filter(
        bin__warehouse_id=warehouse_id, closed_at__isnull=True, full_at__isnull=False
    ).exists():
        raise WallIsFull(
            _("Every slot of the put wall is taken. Pack a full one first, then scan this item again.")
        )
    return _make(warehouse_id, wall=last.aisle, numbers=[last.cell + 1])[0]


def _make(warehouse_id: int, *, wall: int, numbers: Iterable[int]) -> list[Bin]:
    return Bin.objects.bulk_create(
        Bin(
            warehouse_id=warehouse_id,
            code=f"WALL-{wall}-{slot}",
            kind=BinKind.WALL,
            aisle=wall,
            cell=slot,
            walk_order=wall * 1000 + slot,
        )
        for slot in numbers
    )


def lock(warehouse_id: int) -> None:
    """One at a time chooses: two sorters must not get the same slot, two planners not the same room."""
    list(Warehouse.objects.filter(pk=warehouse_id).select_for_update(of=("self",), no_key=True))


def _slots(warehouse_id: int) -> QuerySet[Bin]:
    found = Bin.objects.filter(warehouse_id=warehouse_id, kind=BinKind.WALL, is_active=True)
    return found.order_by("aisle", "cell")


def _taken(warehouse_id: int) -> set[int]:
    """Slots with a package, and those in which goods still lie."""
    used = SortSlot.objects.filter(bin__warehouse_id=warehouse_id, closed_at__isnull=True)
    holding = BinLevel.objects.filter(bin__warehouse_id=warehouse_id, bin__kind=BinKind.WALL, on_hand__gt=0)
    return {*used.values_list("bin_id", flat=True), *holding.values_list("bin_id", flat=True)}


def close_slots(*, package_ids: Iterable[int], now: datetime) -> None:
    """These packages have left the wall."""
    SortSlot.objects.filter(package_id__in=list(package_ids), closed_at__isnull=True).update(closed_at=now)


def places(*, warehouse_id: int) -> list[Place]:
    """The whole wall, slot by slot, in a handful of queries."""
    bins = list(_slots(warehouse_id))
    rows = SortSlot.objects.filter(bin__in=[one.pk for one in bins], closed_at__isnull=True)
    slots = {row.bin_id: row for row in rows.select_related("package")}
    tasks = PickTask.objects.filter(package_id__in=[row.package_id for row in slots.values()])
    sums = (
        tasks.filter(pick_list_id__in={row.pick_list_id for row in slots.values()})
        .exclude(state=PickTaskState.DROPPED)
        .order_by()
        .values("package_id")
        .annotate(units=Sum("picked_quantity"), done=Sum("sorted_quantity"))
    )
    units = {row["package_id"]: (row["units"], row["done"]) for row in sums}
    blocked = _taken(warehouse_id) - slots.keys()
    return [_place(one, slots.get(one.pk), units, one.pk in blocked) for one in bins]


def _place(one: Bin, slot: SortSlot | None, units: dict[int, tuple[int, int]], blocked: bool) -> Place:
    if slot is None:
        return Place(one, None, 0, 0, False, blocked)
    total, done = units.get(slot.package_id, (0, 0))
    return Place(one, slot.package, total, done, slot.full_at is not None, False)


def waiting_lists() -> list[PickList]:
    """Lists that were picked together and whose goods are not all on the wall, most urgent wave first."""
    found = PickList.objects.filter(pk__in=unsorted_tasks().values("pick_list_id"))
    return list(
        found.select_related("wave", "wave__warehouse").order_by("wave__first_due_at", "wave_id", "number")
    )


def unsorted_tasks() -> QuerySet[PickTask]:
    """Units that lie in the tote of a list that was picked together."""
    return PickTask.objects.filter(
        package__state=PackageState.PICKING,
        pick_list__state=PickListState.PICKED,
        pick_list__mode=PickMode.BATCH,
        pick_list__lane=Lane.MIXED,
        package__is_stopped=False,
        picked_quantity__gt=F("sorted_quantity"),
    ).exclude(state=PickTaskState.DROPPED)
