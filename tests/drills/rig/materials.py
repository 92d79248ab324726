"""Cartons and tape on the shelf, and what packing made of them."""

from catalog.models import Material, Sku
from core import clock
from orders.models import OrderHistory, Package
from tenancy import scoping
from tests.drills.rig.stock import CLERK
from tests.drills.rig.world import everything
from warehouse import materials, receiving
from warehouse.materials import CartonFacts
from warehouse.models import Carton, CartonUse, MovementReason, StockMovement

PIECES, TAPE_CM = 1_000, 90_000
TAPE_PER_CARTON = 80


def keep_cartons(*, seller_id: int) -> None:
    """From now on every carton of the seller uses up itself and some tape."""
    with scoping.scope(sellers=[seller_id]):
        tape = _received("DRILL-TAPE", Material.TAPE, TAPE_CM)
        for carton in Carton.objects.filter(is_active=True).order_by("pk"):
            own = _received(f"DRILL-BOX-{carton.code}", Material.CARTON, PIECES)
            materials.save_carton(
                carton_id=carton.pk,
                facts=CartonFacts(
                    **{name: getattr(carton, name) for name in CartonFacts.__dataclass_fields__}
                ),
                uses={own.seller_sku: 1, tape.seller_sku: TAPE_PER_CARTON},
                actor=CLERK,
                now=clock.now(),
            )


def _received(code: str, kind: str, units: int) -> Sku:
    sku = Sku.objects.create(seller_sku=code, name=code, material=kind)
    wanted = receiving.Adjustment(sku_id=sku.pk, quantity=units, reason="received", key=f"drill:{code}")
    receiving.adjust(wanted=wanted, actor=CLERK, now=clock.now())
    return sku


def packings() -> int:
    """How often a carton was closed; opening one and packing again is two."""
    with everything():
        return OrderHistory.objects.filter(action="package.pack").count()


def packages_with_wrong_materials() -> int:
    """Packages for which the ledger gave out another number of cartons, or of tape, than they were packed times."""
    with everything():
        used: dict[str, list[tuple[str, int]]] = {}
        moves = StockMovement.objects.filter(reason=MovementReason.USED).order_by("pk")
        for reference, kind, units in moves.values_list("reference", "sku__material", "quantity"):
            used.setdefault(reference, []).append((kind, -units))
        kept = set(CartonUse.objects.values_list("carton__seller_id", flat=True))
        packed = OrderHistory.objects.filter(action="package.pack", seller_id__in=kept)
        times: dict[int, int] = {}
        for package_id in packed.values_list("package_id", flat=True):
            times[package_id] = times.get(package_id, 0) + 1
        codes = dict(Package.objects.filter(pk__in=list(times)).values_list("pk", "public_id"))
    expected = {
        codes[pk]: [(Material.CARTON, 1), (Material.TAPE, TAPE_PER_CARTON)] * count
        for pk, count in times.items()
    }
    every = used.keys() | expected.keys()
    return sum(1 for code in every if sorted(used.get(code, [])) != sorted(expected.get(code, [])))
