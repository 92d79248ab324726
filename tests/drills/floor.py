"""The crew, the worker and the web program die in the middle of picking and packing, while buyers cancel what is picked."""

from collections import Counter

from orders.models import Package, PackageLine, PackageState
from tests.drills import registry
from tests.drills.registry import Check
from tests.drills.rig import compare, materials, world
from tests.drills.stage import Stage
from warehouse.models import MovementReason, StockMovement

SELLER, REGION = "cedar", "VN"
ORDERS = 24
GONE = (PackageState.HANDED_OVER, PackageState.IN_TRANSIT, PackageState.ARRIVED, PackageState.DELIVERED)


@registry.case
def floor(stage: Stage) -> list[Check]:
    stage.manage("compile_planner")  # once for a machine; the crew that is killed must not begin with it
    world.prepare(stage)
    materials.keep_cartons(seller_id=world.seller(SELLER).pk)
    orders = world.order(stage, region=REGION, count=ORDERS, status="AWAITING_SHIPMENT")
    world.came_true(stage, lambda: _count(PackageState.ALLOCATED) >= ORDERS // 2, timeout=60)
    crew = world.Crew(stage, slug=SELLER)
    for place, victim in enumerate(("worker", "web", "worker")):
        world.came_true(stage, lambda place=place: _moved() > 4 * place, timeout=20)
        stage.sandbox(f"orders/{orders[place]}/cancel", {})
        crew.kill()
        stage.kill(victim)
    world.came_true(stage, lambda: materials.packings() >= ORDERS // 4, timeout=20)
    crew.kill()
    stage.kill("web")
    is_empty = crew.finish()
    if not is_empty:  # what was approved after its last pass
        is_empty = world.Crew(stage, slug=SELLER).finish()
    world.came_true(stage, compare.is_quiet, timeout=60)
    return [
        Check(check="floor empty in the end", expected=True, got=is_empty),
        Check(check="packages left half-way", expected=0, got=_half_way()),
        Check(check="packages whose goods left not exactly once", expected=0, got=_wrong_goods()),
        Check(
            check="packages whose materials were not used up once a packing",
            expected=0,
            got=materials.packages_with_wrong_materials(),
        ),
        *compare.books(),
    ]


def _count(*states: str) -> int:
    with world.everything():
        return Package.objects.filter(state__in=states).count()


def _moved() -> int:
    return _count(PackageState.PICKED, PackageState.PACKED, PackageState.READY_TO_SHIP, *GONE)


def _half_way() -> int:
    """Somebody's hand was on them when it died, and nobody took over."""
    with world.everything():
        states = [PackageState.PICKING, PackageState.PICKED, PackageState.PACKED]
        found = Package.objects.filter(state__in=states, is_stopped=False, order__state="approved")
        return found.filter(shop__seller__slug=SELLER).count()


def _wrong_goods() -> int:
    """Against the ledger: what left the shelf for each package that is gone is what was ordered."""
    with world.everything():
        gone = dict(Package.objects.filter(state__in=GONE).values_list("public_id", "pk"))
        left = {key: Counter() for key in gone}
        moves = StockMovement.objects.filter(reason=MovementReason.SHIPPED, reference__in=list(gone))
        for reference, sku_id, units in moves.values_list("reference", "sku_id", "quantity"):
            left[reference][sku_id] -= units
        wanted = {key: Counter() for key in gone}
        by_pk = {pk: key for key, pk in gone.items()}
        lines = PackageLine.objects.filter(package_id__in=list(by_pk))
        for package_id, sku_id, units in lines.values_list("package_id", "sku_id", "quantity"):
            wanted[by_pk[package_id]][sku_id] += units
    return sum(1 for key in gone if left[key] != wanted[key])
