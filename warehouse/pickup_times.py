"""Until when a parcel must be packed: the earlier of its deadline and the last pickup before it; and who writes pickups."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import clock
from core.errors import RuleViolation
from tenancy import audit
from tenancy.actors import Actor
from warehouse.models import CarrierPickup, Warehouse

DAYS_LOOKED_AT = 14  # before a deadline: a carrier that comes less often is not planned with
LEAD_AT_MOST = 720
NEVER = datetime.max.replace(tzinfo=UTC)


class BadPickup(RuleViolation):
    """No such pickup can be planned with."""

    code = "bad_pickup"


@dataclass(frozen=True)
class Calendar:
    """The pickups of one warehouse on its own clock. Without any, only the platform's deadline counts."""

    zone: str
    pickups: Sequence[CarrierPickup]

    def pack_until(self, *, carrier: str, due_at: datetime | None, now: datetime) -> datetime:
        """When the parcel must be packed. When no pickup is left before its deadline, that deadline or the next pickup."""
        if due_at is None:
            return NEVER
        moments = [(ready, at) for ready, at in self._moments(carrier, until=due_at, now=now) if ready >= now]
        in_time = [ready for ready, at in moments if at <= due_at]
        if in_time:
            return max(in_time)
        return min([due_at, *(ready for ready, _at in moments)])

    def _moments(
        self, carrier: str, *, until: datetime, now: datetime
    ) -> Iterable[tuple[datetime, datetime]]:
        """(packed at the latest, carrier comes) of the pickups from today until a day after the deadline."""
        mine = [one for one in self.pickups if one.carrier in ("", carrier)]
        last = max(now, min(until, now + timedelta(days=DAYS_LOOKED_AT)))
        first, final = (clock.local(moment, zone=self.zone).date() for moment in (now, last))
        for days in range((final - first).days + 2 if mine else 0):
            day = first + timedelta(days=days)
            for one in mine:
                if one.days >> day.weekday() & 1 and one.missed_on != day:
                    at = datetime.combine(day, one.at, ZoneInfo(self.zone)).astimezone(UTC)
                    yield at - timedelta(minutes=one.lead_minutes), at


def calendar_of(*, warehouse: Warehouse) -> Calendar:
    rows = CarrierPickup.objects.filter(warehouse=warehouse).order_by("at", "carrier")
    return Calendar(zone=warehouse.time_zone, pickups=list(rows))


def pack_until_of(
    *, warehouse: Warehouse, due: Mapping[int, datetime | None], carriers: Mapping[int, str], now: datetime
) -> dict[int, datetime]:
    """Package → when it must be packed."""
    calendar = calendar_of(warehouse=warehouse)
    known: dict[tuple[str, datetime | None], datetime] = {}
    for package_id, due_at in due.items():
        key = (carriers.get(package_id, ""), due_at)
        if key not in known:
            known[key] = calendar.pack_until(carrier=key[0], due_at=due_at, now=now)
    return {package_id: known[carriers.get(package_id, ""), due_at] for package_id, due_at in due.items()}


@transaction.atomic
def add(
    *,
    warehouse_id: int,
    carrier: str,
    at: time,
    days: Iterable[int],
    lead_minutes: int,
    actor: Actor,
    now: datetime,
) -> CarrierPickup:
    """A pickup on these weekdays (0 is Monday), at this time of the warehouse's clock."""
    bits = sum(1 << day for day in set(days) if 0 <= day < 7)
    if not bits:
        raise BadPickup(_("Choose at least one weekday."))
    if not 0 <= lead_minutes <= LEAD_AT_MOST:
        raise BadPickup(
            _("A parcel is ready between 0 and %(most)d minutes before the carrier comes.")
            % {"most": LEAD_AT_MOST}
        )
    try:
        with transaction.atomic():
            pickup = CarrierPickup.objects.create(
                warehouse=Warehouse.objects.get(pk=warehouse_id),
                carrier=carrier.strip()[:80],
                at=at,
                days=bits,
                lead_minutes=lead_minutes,
            )
    except IntegrityError as error:
        raise BadPickup(_("This carrier already comes to this warehouse at that time.")) from error
    _note("pickup.added", pickup, actor=actor, now=now)
    return pickup


@transaction.atomic
def remove(*, pickup_id: int, actor: Actor, now: datetime) -> None:
    pickup = CarrierPickup.objects.get(pk=pickup_id)
    _note("pickup.removed", pickup, actor=actor, now=now)
    pickup.delete()


@transaction.atomic
def mark_missed(
    *, pickup_id: int, actor: Actor, now: datetime, on: date | None = None, is_missed: bool = True
) -> CarrierPickup:
    """It does not come today (or on that day): nothing is planned for it then. Can be taken back."""
    pickup = CarrierPickup.objects.select_related("warehouse").get(pk=pickup_id)
    day = on or clock.local(now, zone=pickup.warehouse.time_zone).date()
    pickup.missed_on = day if is_missed else None
    pickup.save(update_fields=["missed_on"])
    _note("pickup.missed" if is_missed else "pickup.comes", pickup, actor=actor, now=now)
    return pickup


def _note(action: str, pickup: CarrierPickup, *, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        now=now,
        action=action,
        subject_type="warehouse",
        subject_id=pickup.warehouse_id,
        carrier=pickup.carrier,
        at=f"{pickup.at:%H:%M}",
    )
