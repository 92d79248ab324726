"""What laying out anew the walks that nobody has started would change. Reads only; `replans` writes it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from orders.models import PackageState
from warehouse import put_walls, wave_choice, wave_forecast
from warehouse.models import (
    PickList,
    PickListState,
    PickMode,
    PickTask,
    PickTaskState,
    Warehouse,
    Wave,
    WaveState,
)
from warehouse.wave_choice import Filters, Pool
from warehouse.wave_plan import Need, Plan, Stop, Walk
from warehouse.wave_walks import Ways

SEARCH_SECONDS = 0.4  # of all groups; twice when urgent ones are planned apart
NEWCOMERS_AT_MOST = 300
REPLANNED_AT_MOST = 800  # packages; those on walks that nobody has started come first

Key = tuple[str, str, str, int, bool]  # mode, carrier, zone, slots, lanes: what may share a wave


@dataclass(frozen=True)
class Draft:
    """The walks as they are, and as they would be, wave by wave."""

    lists: Sequence[PickList]
    tasks: Sequence[PickTask]
    newcomers: tuple[int, ...]
    before: Plan
    after: Plan
    groups: dict[Key, Plan]
    pool: Pool

    @property
    def facts(self) -> dict:
        """The difference, as it is shown and kept."""
        return {
            "packages": len(self.after.package_ids),
            "joined": len(self.newcomers),
            "carts": [len(self.before.walks), len(self.after.walks)],
            "meters": [round(self.before.length_mm / 1000), round(self.after.length_mm / 1000)],
            "late": [len(self.before.late), len(self.after.late)],
            "ends": [_text(self.before.finish_at), _text(self.after.finish_at)],
        }

    @property
    def is_better(self) -> bool:
        """Fewer late ones; or as few, somebody joined or less to walk."""
        if not self.after.walks or len(self.after.late) != len(self.before.late):
            return bool(self.after.walks) and len(self.after.late) < len(self.before.late)
        return bool(self.newcomers) or self.after.length_mm < self.before.length_mm


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def draft(*, warehouse: Warehouse, now: datetime) -> Draft:
    """Walks not started, with the packages that wait for a wave and would be late if they waited for these."""
    lists = PickList.objects.filter(
        wave__warehouse=warehouse, wave__state=WaveState.RELEASED, state=PickListState.OPEN
    )
    lists = list(lists.select_related("wave").order_by("wave__first_due_at", "wave_id", "pk"))
    tasks = list(
        PickTask.objects.filter(
            pick_list__in=lists,
            state=PickTaskState.OPEN,
            package__state=PackageState.PICKING,
            package__is_stopped=False,
        ).order_by("pick_list_id", "sequence", "pk")
    )
    moving = list(dict.fromkeys(task.package_id for task in tasks))
    room = max(min(REPLANNED_AT_MOST - len(moving), NEWCOMERS_AT_MOST), 0)
    waiting = wave_choice.candidates(filters=Filters(warehouse_id=warehouse.pk))
    waiting_ids = list(waiting.values_list("pk", flat=True)[:room])
    pool = wave_choice.pool_of(
        package_ids=[*moving, *waiting_ids],
        warehouse=warehouse,
        without_lists=[row.pk for row in lists],
        now=now,
    )
    floor = replace(
        pool.floor,
        lines_ahead=max(pool.floor.lines_ahead - len(tasks), 0),
        parcels_ahead=max(pool.floor.parcels_ahead - len(moving), 0),
    )
    pool = replace(pool, floor=floor)
    room = put_walls.room(warehouse_id=warehouse.pk)
    return _drafted(lists, tasks, set(waiting_ids), pool, room, now=now)


def _drafted(
    lists: Sequence[PickList],
    tasks: Sequence[PickTask],
    waiting: set[int],
    pool: Pool,
    room: int,
    *,
    now: datetime,
) -> Draft:
    before = wave_choice.forecast(plan=_as_they_are(lists, tasks), pool=pool, now=now)
    needs = {need.package_id: need for need in pool.needs}
    end = (before.finish_at or now) + timedelta(seconds=pool.floor.line_s + pool.floor.pack_s)
    late = [number for number in waiting if number in needs and now < needs[number].due_at <= end]
    late.sort(key=lambda number: (needs[number].due_at, number))
    groups = _groups(lists, tasks, needs, late, room)
    plans = {
        key: wave_choice.plan(
            pool=pool,
            needs=group,
            ways=Ways(slots=key[3], mode=key[0], has_lanes=key[4]),
            now=now,
            seconds=SEARCH_SECONDS * len(group) / max(sum(map(len, groups.values())), 1),
        )
        for key, group in groups.items()
    }
    whole = Plan(walks=tuple(walk for plan in plans.values() for walk in plan.walks), lacking=())
    after = wave_forecast.in_best_order(whole, wanted=needs, floor=pool.floor, now=now)
    joined = tuple(number for number in late if number in set(after.package_ids))
    return Draft(lists, tasks, joined, replace(before, late=(*before.late, *joined)), after, plans, pool)


def _as_they_are(lists: Sequence[PickList], tasks: Sequence[PickTask]) -> Plan:
    stops: dict[int, list[Stop]] = defaultdict(list)
    for task in tasks:
        stops[task.pick_list_id].append(Stop(task.package_id, task.sku_id, task.bin_id, task.quantity, 0))
    walks = [
        Walk(
            package_ids=tuple(dict.fromkeys(stop.package_id for stop in stops[row.pk])),
            stops=tuple(stops[row.pk]),
            length_mm=row.walk_mm,
            mode=row.mode,
            lane=row.lane,
        )
        for row in lists
        if stops[row.pk]
    ]
    return Plan(walks=tuple(walks), lacking=())


def _groups(
    lists: Sequence[PickList],
    tasks: Sequence[PickTask],
    needs: dict[int, Need],
    late: Sequence[int],
    room: int,
) -> dict[Key, list[Need]]:
    """What may share a wave; those who join come to the most usual kind that takes everybody.

    Of a batch that is as many as the put wall has further free slots (`room`).
    """
    keys = {row.pk: key_of(row.wave) for row in lists}
    groups: dict[Key, list[Need]] = defaultdict(list)
    seen: set[int] = set()
    for task in tasks:
        if task.package_id not in seen and task.package_id in needs:
            seen.add(task.package_id)
            groups[keys[task.pick_list_id]].append(needs[task.package_id])
    open_to_all = [key for key in groups if not key[1] and not key[2]]
    usual = max(open_to_all, key=lambda key: len(groups[key]), default=("sort_while_pick", "", "", 12, True))
    joining = late[:room] if usual[0] == PickMode.BATCH else late
    groups[usual] += [needs[number] for number in joining]
    return {key: group for key, group in groups.items() if group}


def key_of(wave: Wave) -> Key:
    return wave.mode, wave.carrier, wave.zone_code, wave.slots, wave.has_lanes
