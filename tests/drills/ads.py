"""Stock falls and rises while the ad platform fails and workers die: in the end every ad is as it was decided."""

from dataclasses import dataclass

from marketing.models import (
    HOLDING_KINDS,
    AdAction,
    AdDecision,
    AdLink,
    AdVehicle,
    DecisionKind,
    DecisionState,
    VehicleKind,
)
from relay import effects
from tenancy import scoping
from tests.drills import registry
from tests.drills.registry import Check
from tests.drills.rig import compare, stock, world
from tests.drills.stage import Stage

SELLER = "cedar"
SKUS = 6
SETTLE_SECONDS = 150
TABLES = {
    VehicleKind.GMV_MAX_PRODUCT: "campaigns",
    VehicleKind.GMV_MAX_LIVE: "campaigns",
    VehicleKind.CAMPAIGN: "campaigns",
    VehicleKind.AD_GROUP: "adgroups",
    VehicleKind.AD: "ads",
}


@dataclass(frozen=True)
class Ad:
    """What can be set on an ad, as the platform has it."""

    is_enabled: bool
    products: frozenset[str]


@registry.case
def ads(stage: Stage) -> list[Check]:
    world.prepare(stage)
    world.came_true(stage, lambda: compare.is_quiet() and not _unsettled(), timeout=60)
    seller = world.seller(SELLER)
    before = _with_everything_back(_theirs(stage))
    skus = _linked_skus(seller.pk)[:SKUS]
    world.bad_weather(stage)
    for place, sku_id in enumerate(skus):
        stock.drop_below_safety(seller_id=seller.pk, sku_id=sku_id)
        if place % 2:
            world.kill_when(stage, "worker", lambda place=place: _decided() > place, timeout=8)
    for sku_id in skus[::2]:
        stock.raise_above_resume(seller_id=seller.pk, sku_id=sku_id)
    stage.kill("web")
    world.kill_when(stage, "worker", lambda: not _unsettled(), timeout=10)
    world.clear_weather(stage)
    world.came_true(stage, lambda: _is_settled(skus[1::2]), timeout=SETTLE_SECONDS)
    theirs, wanted = _theirs(stage), _wanted(before)
    return [
        Check(check="something was decided", expected=True, got=_decided() > 0),
        Check(check="decisions that never came to an end", expected=0, got=_unsettled()),
        Check(
            check=f"ad states that differ from what was decided, of {len(wanted)}",
            expected=0,
            got=sum(theirs[key] != ad for key, ad in wanted.items()),
        ),
        Check(check="ads that we see differently than they are", expected=0, got=_misread(theirs)),
        Check(check="low products without a hold", expected=0, got=_without_hold(skus[1::2])),
        *compare.books(),
    ]


def _linked_skus(seller_id: int) -> list[int]:
    """SKUs behind advertised products, each of another product."""
    with scoping.scope(sellers=[seller_id]):
        links = AdLink.objects.filter(is_ignored=False, listing__sku__isnull=False, vehicle__is_enabled=True)
        rows = links.exclude(vehicle__product_scope="all").order_by("pk")
        by_product: dict[str, int] = {}
        for product_id, sku_id in rows.values_list("listing__platform_product_id", "listing__sku_id"):
            by_product.setdefault(product_id, sku_id)
    return list(dict.fromkeys(by_product.values()))


def _theirs(stage: Stage) -> dict[tuple[str, str], Ad]:
    """(table, id) -> what the platform has, of everything that we know."""
    dump = stage.sandbox("dump")["ads"]
    found = {}
    for table in ("campaigns", "adgroups", "ads"):
        for row in dump[table]:
            products = frozenset(row.get("item_group_ids") or ())
            found[table, row["id"]] = Ad(row["operation_status"] == "ENABLE", products)
    with world.everything():
        vehicles = AdVehicle.objects.filter(is_gone=False).values_list("kind", "platform_id")
        return {(TABLES[kind], pk): found[TABLES[kind], pk] for kind, pk in vehicles}


def _holds() -> list[AdDecision]:
    with world.everything():
        rows = AdDecision.objects.filter(kind__in=HOLDING_KINDS, state=DecisionState.IN_FORCE)
        return list(rows.select_related("vehicle"))


def _key(hold: AdDecision) -> tuple[str, str]:
    return TABLES[hold.vehicle.kind], hold.vehicle.platform_id


def _with_everything_back(theirs: dict) -> dict:
    """As a person set them: what we hold already (goods that were low from the start) given back."""
    base = dict(theirs)
    for hold in _holds():
        ad = base[_key(hold)]
        if hold.kind == DecisionKind.PAUSE:
            base[_key(hold)] = Ad(True, ad.products)
        elif hold.kind == DecisionKind.REMOVE_PRODUCT:
            base[_key(hold)] = Ad(ad.is_enabled, ad.products | {hold.platform_product_id})
    return base


def _wanted(before: dict) -> dict:
    """As a person set them, less what is held now."""
    wanted = dict(before)
    for hold in _holds():
        ad = wanted[_key(hold)]
        if hold.kind == DecisionKind.PAUSE:
            wanted[_key(hold)] = Ad(False, ad.products)
        elif hold.kind == DecisionKind.REMOVE_PRODUCT:
            wanted[_key(hold)] = Ad(ad.is_enabled, ad.products - {hold.platform_product_id})
    return wanted


def _misread(theirs: dict) -> int:
    with world.everything():
        vehicles = list(AdVehicle.objects.filter(is_gone=False))
    return sum(theirs[TABLES[one.kind], one.platform_id].is_enabled != one.is_enabled for one in vehicles)


def _without_hold(sku_ids: list[int]) -> int:
    """Low goods whose product runs in an ad that could have been stopped for it."""
    with world.everything():
        links = AdLink.objects.filter(listing__sku_id__in=sku_ids, is_ignored=False)
        due = {
            (vehicle, product)
            for vehicle, product in links.values_list("vehicle_id", "listing__platform_product_id")
        }
        told = AdDecision.objects.filter(ended_at__isnull=True, vehicle__in=[one[0] for one in due])
        seen = set(told.values_list("vehicle_id", "platform_product_id"))
    return len({product for _vehicle, product in due} - {product for _vehicle, product in seen})


def _decided() -> int:
    with world.everything():
        return AdDecision.objects.filter(kind__in=HOLDING_KINDS).count()


def _unsettled() -> int:
    with world.everything():
        waiting = AdAction.objects.filter(effect_state__in=effects.OPEN_STATES).count()
        return waiting + AdDecision.objects.filter(state=DecisionState.PENDING).count()


def _is_settled(low: list[int]) -> bool:
    return not (_retry_stuck() or _without_hold(low) or not compare.is_quiet() or _unsettled())


def _retry_stuck() -> int:
    """What needs a person after so many failures gets one: the button on the page of stuck work."""
    with world.everything():
        found = AdAction.objects.filter(effect_state=effects.EffectState.NEEDS_HUMAN)
        stuck = list(found.values_list("seller_id", "pk"))
    for seller_id, pk in stuck:
        with scoping.scope(sellers=[seller_id]):
            effects.retry(kind=AdAction._meta.label_lower, effect_id=pk, now=world.clock.now())
    return len(stuck)
