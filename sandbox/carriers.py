"""The physical world: parcels that carriers move from door to door.
A parcel exists once, whatever a shop or a tracking provider believes about it; both read the same scans.
Scans may be reported late or out of order: they are kept as they came, the standing is worked out by scan time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

# kind -> what a carrier writes beside it
TEXTS = {
    "label": "Shipping information received",
    "pickup": "Picked up by carrier",
    "transit": "Departed sorting center",
    "customs": "Customs clearance in progress",
    "customs_released": "Released by customs",
    "arrival": "Arrived at destination hub",
    "out_for_delivery": "Out for delivery",
    "ready_for_pickup": "Ready for pickup at the service point",
    "attempt_failed": "Delivery attempt failed, nobody at the address",
    "delivered": "Delivered",
    "damaged": "Parcel damaged in transit",
    "lost": "Parcel declared lost",
    "refused": "Refused by the recipient",
    "address": "Address incomplete or not found",
    "customs_delay": "Held by customs, documents required",
    "held_payment": "Held, duties unpaid",
    "delayed": "Delayed, sorting center over capacity",
    "returning": "Returning to sender",
    "returned": "Returned to sender",
    "destroyed": "Parcel destroyed",
    "cancelled": "Shipment cancelled",
}
EXCEPTIONS = (
    "attempt_failed",
    "damaged",
    "lost",
    "refused",
    "address",
    "customs_delay",
    "held_payment",
    "delayed",
    "returning",
    "returned",
    "destroyed",
)
TERMINAL = {"delivered", "lost", "returned", "destroyed", "cancelled"}
# What a carrier does next by itself after each scan, and where it happens.
NEXT = {
    "label": "pickup",
    "pickup": "transit",
    "transit": "arrival",
    "customs": "customs_released",
    "customs_released": "arrival",
    "customs_delay": "customs_released",
    "held_payment": "customs_released",
    "arrival": "out_for_delivery",
    "out_for_delivery": "delivered",
    "attempt_failed": "out_for_delivery",
    "ready_for_pickup": "delivered",
    "address": "returning",
    "refused": "returning",
    "damaged": "returning",
    "returning": "returned",
    "delayed": "arrival",
}
AT_ORIGIN = {"label", "pickup", "transit", "returned", "cancelled"}
# Where on its way a parcel can meet which trouble; drawn once per parcel by `exception_share`.
TROUBLES = {
    "transit": ("delayed", "lost", "damaged", "customs_delay"),
    "arrival": ("address", "delayed"),
    "out_for_delivery": ("attempt_failed", "refused", "address"),
}
DEFAULTS = {"enabled": True, "pickup_seconds": 60.0, "step_seconds": 45.0, "exception_share": 0.05}


class UnknownParcel(KeyError):
    """No parcel carries this number."""


class UnknownScan(ValueError):
    """Carriers know no such kind of scan."""


@dataclass(slots=True, kw_only=True)
class Event:
    seq: int
    kind: str
    at: float
    text: str
    place: str


@dataclass(slots=True, kw_only=True)
class Parcel:
    number: str
    carrier: str
    origin: str
    destination: str
    created_at: float
    ref: str
    is_adopted: bool = False  # known to a tracking provider before anybody booked it
    trouble: str = ""
    pace: float = 1.0
    kind: str = ""  # where it stands, kept by add()
    kind_at: float = 0.0
    events: list[Event] = field(default_factory=list)

    def add(self, event: Event) -> None:
        """The last scan by its own time says where the parcel stands; an end is only left for a return."""
        self.events.append(event)
        current = None
        for item in ordered(self.events):
            if current is None or current.kind not in TERMINAL or item.kind in {"returning", *TERMINAL}:
                current = item
        self.kind, self.kind_at = current.kind, current.at

    @property
    def picked_up_at(self) -> float | None:
        times = [event.at for event in self.events if event.kind == "pickup"]
        return min(times) if times else None

    def plain(self) -> dict:
        row = {name: getattr(self, name) for name in self.__slots__ if name != "events"}
        return row | {
            "events": [{name: getattr(event, name) for name in event.__slots__} for event in self.events]
        }


Callback = Callable[[Parcel, Event], None]


class Carriers:
    """All carriers at once. `world` gives the clock, the dice and the journal."""

    def __init__(self, world) -> None:
        self.world = world
        self.parcels: dict[str, Parcel] = {}
        self.settings = dict(DEFAULTS)
        self._moving: dict[str, None] = {}
        self._callbacks: list[Callback] = []
        self._seq = 0
        self._enabled_at = 0.0

    def on_event(self, callback: Callback) -> None:
        self._callbacks.append(callback)

    def create_parcel(
        self,
        number: str,
        carrier: str,
        *,
        origin: str = "",
        destination: str = "",
        created_at: float | None = None,
        ref: str = "",
        is_adopted: bool = False,
    ) -> Parcel:
        """Book a parcel and tell its label. A number booked before stays the parcel it was."""
        key = clean(number)
        if key in self.parcels:
            return self._claimed(self.parcels[key], origin=origin, destination=destination, ref=ref)
        created_at = self.world.clock.now() if created_at is None else created_at
        parcel = Parcel(
            number=key,
            carrier=carrier,
            origin=origin,
            destination=destination,
            created_at=created_at,
            ref=ref,
            is_adopted=is_adopted,
        )
        rng = self.world.rng
        parcel.pace = 0.7 + 0.6 * rng.random()
        if rng.random() < self.settings["exception_share"]:
            parcel.trouble = rng.choice(TROUBLES[rng.choice(sorted(TROUBLES))])
        self.parcels[key] = parcel
        self._moving[key] = None
        self.scan(key, "label", at=created_at)
        return parcel

    def find(self, number: str) -> Parcel | None:
        return self.parcels.get(clean(number))

    def by_ref(self, ref: str) -> list[Parcel]:
        return [parcel for parcel in self.parcels.values() if parcel.ref == ref]

    def scan(self, number: str, kind: str, at: float | None = None, text: str = "", place: str = "") -> Event:
        """One scan by a carrier, now or (reported late) at an earlier time."""
        parcel = self.find(number)
        if parcel is None:
            raise UnknownParcel(number)
        if kind not in TEXTS:
            raise UnknownScan(kind)
        self._seq += 1
        where = place or (parcel.origin if kind in AT_ORIGIN else parcel.destination)
        at = self.world.clock.now() if at is None else at
        event = Event(seq=self._seq, kind=kind, at=at, text=text or TEXTS[kind], place=where)
        parcel.add(event)
        if parcel.kind in TERMINAL:
            self._moving.pop(parcel.number, None)
        else:
            self._moving[parcel.number] = None
        self.world.journal.record(
            "carrier_scan", number=parcel.number, scan=kind, scanned_at=at, ref=parcel.ref
        )
        for callback in self._callbacks:
            callback(parcel, event)
        return event

    def tick(self) -> int:
        """Move by themselves the parcels whose next scan is due. Returns how many scans were made."""
        if not self.settings["enabled"]:
            return 0
        now, made = self.world.clock.now(), 0
        for number in list(self._moving):
            parcel = self.parcels[number]
            while (step := self._next_step(parcel)) is not None and step[1] <= now:
                self.scan(number, step[0], at=step[1])
                made += 1
        return made

    def configure(self, **changes) -> dict:
        unknown = set(changes) - set(DEFAULTS)
        if unknown:
            raise UnknownScan(", ".join(sorted(unknown)))
        if changes.get("enabled") and not self.settings["enabled"]:
            self._enabled_at = self.world.clock.now()
        self.settings.update(changes)
        return dict(self.settings)

    @staticmethod
    def _claimed(parcel: Parcel, *, origin: str, destination: str, ref: str) -> Parcel:
        """An adopted parcel learns where it goes from the first one who books it."""
        if parcel.is_adopted:
            parcel.origin, parcel.destination, parcel.ref = origin, destination, ref
            parcel.is_adopted = False
        return parcel

    def _next_step(self, parcel: Parcel) -> tuple[str, float] | None:
        if parcel.kind not in NEXT:
            return None
        seconds = self.settings["pickup_seconds" if parcel.kind == "label" else "step_seconds"]
        kind = parcel.trouble if self._meets_trouble(parcel, parcel.kind) else NEXT[parcel.kind]
        # Time spent switched off does not count, or all waiting parcels would leap forward at once.
        return kind, max(parcel.kind_at, self._enabled_at) + seconds * parcel.pace

    @staticmethod
    def _meets_trouble(parcel: Parcel, kind: str) -> bool:
        met = any(event.kind == parcel.trouble for event in parcel.events)
        return bool(parcel.trouble) and not met and parcel.trouble in TROUBLES.get(kind, ())

    def snapshot(self) -> dict:
        return {
            "seq": self._seq,
            "settings": dict(self.settings),
            "enabled_at": self._enabled_at,
            "parcels": [parcel.plain() for parcel in self.parcels.values()],
        }

    def restore(self, data: dict) -> None:
        self._seq = data["seq"]
        self.settings = DEFAULTS | data["settings"]
        self._enabled_at = data["enabled_at"]
        self.parcels = {row["number"]: _parcel(row) for row in data["parcels"]}
        self._moving = dict.fromkeys(n for n, parcel in self.parcels.items() if parcel.kind not in TERMINAL)

    def dump(self) -> list[dict]:
        return [parcel.plain() for parcel in self.parcels.values()]


def clean(number: str) -> str:
    return "".join(number.split()).upper()


def ordered(events: Iterable[Event]) -> list[Event]:
    """By the time of the scan, the oldest first."""
    return sorted(events, key=lambda item: (item.at, item.seq))


def _parcel(row: dict) -> Parcel:
    return Parcel(**{**row, "events": [Event(**event) for event in row["events"]]})
