"""What the provider knows: which numbers it was asked to follow, for whom, and what it still has to push.
It follows numbers, the carriers move parcels; the two only meet by number."""

from dataclasses import asdict, dataclass

from sandbox.carriers import Event, Parcel, clean
from sandbox.tracking import carrier_keys
from sandbox.tracking.pushes import Pushes
from sandbox.tracking.track_info import aftership_tracking, iso, track_info

SEVENTEEN, AFTERSHIP = "17track", "aftership"
SETTINGS = {
    "tracking_key": "sandbox-17track-key",
    "tracking_aftership_key": "sandbox-aftership-key",
    "tracking_adopts_unknown": True,
    "tracking_quota": 100_000,
    "tracking_qps": 3,
    "tracking_disabled": False,
}


@dataclass(slots=True, kw_only=True)
class Registration:
    provider: str
    number: str
    carrier: int
    registered_at: float
    tag: str = ""
    param: str = ""
    title: str = ""
    order_id: str = ""
    custom_fields: dict | None = None
    id: str = ""
    stopped: bool = False
    retracked: bool = False
    pushed_tag: str = ""

    @property
    def carrier_info(self) -> dict:
        row = carrier_keys.BY_KEY.get(self.carrier)
        return {"key": self.carrier, "name": row.name if row else "", "alias": row.name if row else ""}


class TrackingWorld:
    def __init__(self, world) -> None:
        self.world = world
        for name, value in SETTINGS.items():
            world.settings.setdefault(name, value)
        self.registrations: dict[tuple[str, str], Registration] = {}
        self.quota_used = 0
        self.pushes = Pushes(world)
        world.carriers.on_event(self._on_scan)

    def find(self, provider: str, number: str) -> Registration | None:
        return self.registrations.get((provider, clean(number)))

    def parcel(self, registration: Registration) -> Parcel | None:
        return self.world.carriers.find(registration.number)

    def detect(self, number: str) -> int | None:
        """The carrier's key for a bare number: the parcel's own carrier, else the shape of the number."""
        parcel = self.world.carriers.find(number)
        row = carrier_keys.by_name(parcel.carrier) if parcel else None
        row = row or carrier_keys.detect(clean(number))
        return row.key if row else None

    def register(self, *, provider: str, number: str, carrier: int, **extra) -> Registration:
        now = self.world.clock.now()
        registration = Registration(
            provider=provider, number=clean(number), carrier=carrier, registered_at=now, **extra
        )
        self.registrations[provider, registration.number] = registration
        self.quota_used += provider == SEVENTEEN
        self.world.journal.record("tracking_registered", provider=provider, number=registration.number)
        if self.parcel(registration) is None and self.world.settings["tracking_adopts_unknown"]:
            self._adopt(registration)
        elif self.parcel(registration) is not None:
            self._push(registration)
        return registration

    def stop(self, registration: Registration) -> None:
        registration.stopped = True
        self.world.journal.record(
            "tracking_stopped", provider=registration.provider, number=registration.number
        )
        if registration.provider == SEVENTEEN:
            data = {"number": registration.number, "carrier": registration.carrier}
            extra = {"param": registration.param or None, "tag": registration.tag}
            self.pushes.seventeen("TRACKING_STOPPED", registration.number, data | extra)

    def retrack(self, registration: Registration) -> None:
        registration.stopped, registration.retracked = False, True
        self.world.journal.record(
            "tracking_retracked", provider=registration.provider, number=registration.number
        )

    def delete(self, registration: Registration) -> None:
        self.registrations.pop((registration.provider, registration.number), None)
        self.world.journal.record(
            "tracking_deleted", provider=registration.provider, number=registration.number
        )

    def push_again(self, number: str) -> int:
        """Tell the standing of a number once more, to everybody who follows it."""
        found = [
            row for row in self.registrations.values() if row.number == clean(number) and not row.stopped
        ]
        for registration in found:
            self._push(registration)
        return len(found)

    def seventeen_object(self, registration: Registration) -> dict:
        """What gettrackinfo answers and what a push carries: the same object."""
        info = track_info(
            self.parcel(registration),
            carrier=registration.carrier_info,
            registered_at=registration.registered_at,
            now=self.world.clock.now(),
        )
        names = {"number": registration.number, "carrier": registration.carrier}
        return names | {"param": registration.param or None, "tag": registration.tag, "track_info": info}

    def aftership_object(self, registration: Registration) -> dict:
        row = carrier_keys.BY_KEY.get(registration.carrier)
        return {
            "id": registration.id,
            "slug": row.slug if row else "",
            "active": not registration.stopped,
            "title": registration.title,
            "order_id": registration.order_id or None,
            "custom_fields": registration.custom_fields,
            "created_at": iso(registration.registered_at),
            "updated_at": iso(self.world.clock.now()),
        } | aftership_tracking(self.parcel(registration), number=registration.number)

    def tick(self) -> None:
        """Pushes leave through the deliverer; nothing here waits."""

    def snapshot(self) -> dict:
        return {
            "registrations": [asdict(registration) for registration in self.registrations.values()],
            "quota_used": self.quota_used,
        }

    def restore(self, data: dict) -> None:
        rows = [Registration(**row) for row in data["registrations"]]
        self.registrations = {(row.provider, row.number): row for row in rows}
        self.quota_used = data["quota_used"]

    def dump(self) -> dict:
        return {
            "registrations": [asdict(registration) for registration in self.registrations.values()],
            "quota_used": self.quota_used,
            "targets": self.pushes.targets,
        }

    def _adopt(self, registration: Registration) -> None:
        """A number typed by hand gets a parcel of its own, so that it moves too."""
        row = carrier_keys.BY_KEY.get(registration.carrier)
        self.world.carriers.create_parcel(
            registration.number,
            row.name if row else str(registration.carrier),
            origin="Sender",
            destination="Recipient",
            created_at=registration.registered_at,
            ref=registration.tag or registration.order_id,
            is_adopted=True,
        )

    def _push(self, registration: Registration) -> None:
        if registration.provider == SEVENTEEN:
            data = self.seventeen_object(registration)
            self.pushes.seventeen("TRACKING_UPDATED", registration.number, data)
        else:
            message = self.aftership_object(registration)
            is_first = message["tag"] != registration.pushed_tag
            registration.pushed_tag = message["tag"]
            self.pushes.aftership(registration.number, message, is_first_tag=is_first)

    def _on_scan(self, parcel: Parcel, event: Event) -> None:
        for provider in (SEVENTEEN, AFTERSHIP):
            registration = self.registrations.get((provider, parcel.number))
            if registration is not None and not registration.stopped:
                self._push(registration)
