"""The crew page's figures: who does what, how many lines an hour, how far the waves are and when they are done."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q

from core.clock import local
from orders.models import PackageState
from tenancy.models import Membership, Role, Seller
from warehouse import floor_pace, selectors
from warehouse.models import (
    Lane,
    PackRecord,
    PickListState,
    PickTask,
    PickTaskState,
    Station,
    StationScan,
    Warehouse,
    Wave,
    WaveState,
)
from warehouse.selectors import ListProgress

HOUR = timedelta(hours=1)
IDLE_AFTER = timedelta(minutes=10)
SORTED = ("sorted", "slot_full", "list_sorted")
CREW_ROLES = (Role.PICKER, Role.PACKER)


@dataclass
class Person:
    """One of the crew today."""

    name: str
    walk: ListProgress | None = None
    lines_today: int = 0
    lines_hour: int = 0
    sorted_today: int = 0
    sorted_hour: int = 0
    parcels_today: int = 0
    parcels_hour: int = 0
    last_at: datetime | None = None
    is_idle: bool = False

    def was_seen(self, at: datetime | None) -> None:
        self.last_at = max(filter(None, (self.last_at, at)), default=None)


@dataclass(frozen=True)
class WaveNow:
    """A wave on the floor: its walks, where its packages are, and when it is expected to be picked."""

    wave: Wave
    walks: list[ListProgress]
    pickers: int
    to_pick: int
    to_sort: int
    to_pack: int
    packed: int
    finish_at: datetime | None

    @property
    def lines(self) -> int:
        return sum(walk.lines for walk in self.walks)

    @property
    def lines_done(self) -> int:
        return sum(walk.lines_done for walk in self.walks)

    @property
    def percent(self) -> int:
        return round(100 * self.lines_done / self.lines) if self.lines else 100

    @property
    def is_late(self) -> bool:
        due = self.wave.first_due_at
        return bool(self.finish_at and due and self.finish_at > due)


@dataclass(frozen=True)
class CrewNow:
    """Everything that the page and the wall show."""

    at: datetime
    people: list[Person]
    waves: list[WaveNow]
    totals: Person = field(default_factory=lambda: Person(name=""))

    @property
    def busy(self) -> int:
        return sum(1 for person in self.people if person.walk is not None or person.parcels_hour)

    @property
    def idle(self) -> list[Person]:
        return [person for person in self.people if person.is_idle]


def crew_now(*, seller: Seller, now: datetime) -> CrewNow:
    """Inside the seller's scope; a fixed number of queries, however many people and waves there are."""
    today = local(now, zone=seller.time_zone).date()
    midnight = datetime.combine(today, time.min, tzinfo=ZoneInfo(seller.time_zone))
    waves = list(
        Wave.objects.filter(state__in=[WaveState.RELEASED, WaveState.PICKED])
        .exclude(pick_lists__lane=Lane.SHOW)  # nobody walks these
        .select_related("warehouse")
        .order_by("first_due_at", "pk")
    )
    walks = selectors.list_progress(wave_ids=[wave.pk for wave in waves])
    people = _people(walks=walks, seller=seller, midnight=midnight, now=now)
    totals = Person(name="")
    for person in people:
        for name in ("lines", "sorted", "parcels"):
            for span in ("today", "hour"):
                column = f"{name}_{span}"
                setattr(totals, column, getattr(totals, column) + getattr(person, column))
    return CrewNow(at=now, people=people, waves=_waves(waves, walks, now=now), totals=totals)


def _people(
    *, walks: dict[int, list[ListProgress]], seller: Seller, midnight: datetime, now: datetime
) -> list[Person]:
    """Whoever walks, did something today, or belongs to the crew; those at work first."""
    found: dict[str, Person] = {}

    def of(name: str) -> Person:
        return found.setdefault(name, Person(name=name))

    crew = Membership.objects.filter(seller=seller, is_active=True, role__in=CREW_ROLES)
    for member in crew.select_related("user"):
        of(str(member.user)[:120])
    for rows in walks.values():
        for one in rows:
            if one.pick_list.state == PickListState.PICKING:
                of(one.pick_list.picker_label).walk = one
    for name, today, hour, last in _lines(midnight, now):
        of(name).lines_today, of(name).lines_hour = today, hour
        of(name).was_seen(last)
    for name, today, hour, last in _scans(midnight, now):
        of(name).sorted_today, of(name).sorted_hour = today, hour
        of(name).was_seen(last)
    for name, today, hour, last in _parcels(midnight, now):
        of(name).parcels_today, of(name).parcels_hour = today, hour
        of(name).was_seen(last)
    for person in found.values():
        begun = person.walk.pick_list.started_at if person.walk else None
        seen = max(filter(None, (person.last_at, begun)), default=None)
        person.is_idle = seen is None or now - seen > IDLE_AFTER
    return sorted(found.values(), key=lambda one: (one.is_idle, one.walk is None, -one.lines_today, one.name))


def _spans(moment: str, now: datetime, *, only: Q | None = None) -> dict[str, object]:
    hour = Q(**{f"{moment}__gt": now - HOUR})
    return {
        "today": Count("pk", filter=only),
        "hour": Count("pk", filter=hour & only if only else hour),
        "last": Max(moment),
    }


def _lines(midnight: datetime, now: datetime) -> Iterable[tuple]:
    done = PickTask.objects.filter(state=PickTaskState.PICKED, done_at__gte=midnight).exclude(done_by="")
    rows = done.order_by().values("done_by").annotate(**_spans("done_at", now))
    return rows.values_list("done_by", "today", "hour", "last")


def _scans(midnight: datetime, now: datetime) -> Iterable[tuple]:
    """Units sorted; the last one is any scan, at any station."""
    sorted_ones = Q(station=Station.SORT, kind__in=SORTED)
    made = StationScan.objects.filter(at__gte=midnight)
    rows = made.order_by().values("by_label").annotate(**_spans("at", now, only=sorted_ones))
    return rows.values_list("by_label", "today", "hour", "last")


def _parcels(midnight: datetime, now: datetime) -> Iterable[tuple]:
    packed = PackRecord.objects.filter(packed_at__gte=midnight)
    rows = packed.order_by().values("by_label").annotate(**_spans("packed_at", now))
    return rows.values_list("by_label", "today", "hour", "last")


def _waves(waves: list[Wave], walks: dict[int, list[ListProgress]], *, now: datetime) -> list[WaveNow]:
    tasks = PickTask.objects.filter(pick_list__wave__in=[wave.pk for wave in waves])
    rows = (
        tasks.exclude(state=PickTaskState.DROPPED)
        .order_by()
        .values_list("pick_list__wave_id", "pick_list__state", "package__state")
        .annotate(Count("package_id", distinct=True))
    )
    counts: dict[int, dict[str, int]] = {}
    for wave_id, list_state, state, count in rows:
        stage = _stage(list_state, state)
        of_wave = counts.setdefault(wave_id, {})
        of_wave[stage] = of_wave.get(stage, 0) + count
    sites = {wave.warehouse_id: wave.warehouse for wave in waves}
    paces = {pk: _line_seconds(site, now=now) for pk, site in sites.items()}
    return [
        _wave(wave, walks.get(wave.pk, []), counts.get(wave.pk, {}), paces[wave.warehouse_id], now=now)
        for wave in waves
    ]


def _stage(list_state: str, state: str) -> str:
    if state == PackageState.PICKING:
        return "to_sort" if list_state == PickListState.PICKED else "to_pick"
    return "to_pack" if state == PackageState.PICKED else "packed"


def _line_seconds(site: Warehouse, *, now: datetime) -> float:
    measured = floor_pace.measured_line_seconds(warehouse_id=site.pk, now=now)
    return float(site.line_seconds) if measured is None else measured


def _wave(
    wave: Wave, walks: list[ListProgress], counts: dict[str, int], pace: float, *, now: datetime
) -> WaveNow:
    pickers = sum(1 for walk in walks if walk.pick_list.state == PickListState.PICKING)
    left = sum(walk.lines - walk.lines_done for walk in walks)
    finish = now + timedelta(seconds=left * pace / pickers) if pickers and left else None
    return WaveNow(
        wave=wave,
        walks=walks,
        pickers=pickers,
        to_pick=counts.get("to_pick", 0),
        to_sort=counts.get("to_sort", 0),
        to_pack=counts.get("to_pack", 0),
        packed=counts.get("packed", 0),
        finish_at=finish,
    )
