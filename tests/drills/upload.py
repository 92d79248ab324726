"""Numbers on their way to the platform in bad weather, with workers dying: each once, none before the carrier's scan."""

from logistics.models import Shipment, TrackingUpload
from orders.models import Package, PackageState
from relay import effects
from tests.drills import registry
from tests.drills.registry import Check
from tests.drills.rig import compare, world
from tests.drills.stage import Stage

SELLER, REGION = "cedar", "VN"
ORDERS = 20
SETTLE_SECONDS = 150


@registry.case
def upload(stage: Stage) -> list[Check]:
    world.prepare(stage)
    world.order(stage, region=REGION, count=ORDERS, status="AWAITING_SHIPMENT", shipping_type="SELLER")
    world.came_true(stage, lambda: _allocated() >= ORDERS // 2, timeout=60)
    world.Crew(stage, slug=SELLER).finish()
    world.bad_weather(stage)
    world.came_true(stage, lambda: not _unwatched(stage), timeout=90)
    unwatched = _unwatched(stage)
    numbers = sorted(_numbers() - unwatched)
    early, late = numbers[::2], numbers[1::2]
    _scan(stage, early)
    world.kill_when(stage, "worker", lambda: _uploaded() > 0, timeout=20)
    unscanned = _told_unscanned(stage, late)
    _scan(stage, late)
    world.kill_when(stage, "web", lambda: _uploaded() > len(early), timeout=20)
    stage.kill("worker")
    world.came_true(stage, lambda: _uploaded() == len(numbers), timeout=45)
    world.clear_weather(stage)
    world.came_true(
        stage, lambda: _retry_stuck() == 0 and _uploaded() == len(numbers), timeout=SETTLE_SECONDS
    )
    world.came_true(stage, compare.is_quiet, timeout=60)
    return [
        Check(check="parcels with a number of ours", expected=True, got=len(numbers) >= ORDERS // 2),
        Check(check="parcels that nobody watches", expected=0, got=len(unwatched)),
        *_both_sides(stage, numbers, unscanned),
        *compare.books(),
    ]


def _both_sides(stage: Stage, numbers: list[str], unscanned: list[str]) -> list[Check]:
    dump = stage.sandbox("dump")
    uploads, scans = dump["uploads"], _pickups(dump)
    guarded = _guarded()
    told = [number for number in numbers if number in uploads]
    early = [
        number
        for number in told
        if number not in guarded and uploads[number]["first_at"] < scans.get(number, float("inf"))
    ]
    with world.everything():
        believed = set(Shipment.objects.exclude(uploaded_at=None).values_list("tracking_number", flat=True))
    return [
        Check(
            check=f"numbers not uploaded in the end, of {len(numbers)}",
            expected=0,
            got=len(numbers) - len(told),
        ),
        Check(check="numbers uploaded twice", expected=0, got=sum(uploads[one]["count"] > 1 for one in told)),
        Check(
            check="numbers uploaded before the carrier's scan", expected=0, got=len(early) + len(unscanned)
        ),
        Check(check="numbers that only we believe uploaded", expected=0, got=len(believed - set(uploads))),
        Check(check="numbers that only the platform has", expected=0, got=len(set(told) - believed)),
    ]


def _allocated() -> int:
    with world.everything():
        return Package.objects.filter(state=PackageState.ALLOCATED, shop__seller__slug=SELLER).count()


def _parcels():
    return Shipment.objects.filter(
        is_platform_label=False, shop__seller__slug=SELLER, docked_at__isnull=False
    ).exclude(tracking_number="")


def _numbers() -> set[str]:
    with world.everything():
        return set(_parcels().values_list("tracking_number", flat=True))


def _unwatched(stage: Stage) -> set[str]:
    """Numbers that the tracking provider, and with it the carrier's parcel, does not know of yet."""
    parcels = {parcel["number"] for parcel in stage.sandbox("dump")["parcels"]}
    return _numbers() - parcels


def _scan(stage: Stage, numbers: list[str]) -> None:
    for number in numbers:
        stage.sandbox("carrier/scan", {"tracking_number": number, "kind": "pickup"})


def _uploaded() -> int:
    with world.everything():
        return _parcels().exclude(uploaded_at=None).count()


def _guarded() -> set[str]:
    """Near the deadline a number leaves without the scan, by policy."""
    with world.everything():
        found = TrackingUpload.objects.filter(why_now="guard")
        return set(found.values_list("tracking_number", flat=True))


def _told_unscanned(stage: Stage, numbers: list[str]) -> list[str]:
    uploads, guarded = stage.sandbox("dump")["uploads"], _guarded()
    return [number for number in numbers if number in uploads and number not in guarded]


def _pickups(dump: dict) -> dict[str, float]:
    return {
        parcel["number"]: min(event["at"] for event in parcel["events"] if event["kind"] == "pickup")
        for parcel in dump["parcels"]
        if any(event["kind"] == "pickup" for event in parcel["events"])
    }


def _retry_stuck() -> int:
    """What needs a person after so many failures gets one: the button on the page of stuck work."""
    kind = TrackingUpload._meta.label_lower
    with world.everything():
        stuck = list(
            TrackingUpload.objects.filter(effect_state__in=effects.STUCK_STATES).values_list(
                "seller_id", "pk"
            )
        )
    for seller_id, pk in stuck:
        with world.scoping.scope(sellers=[seller_id]):
            effects.retry(kind=kind, effect_id=pk, now=world.clock.now())
    return len(stuck)
