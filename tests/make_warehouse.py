"""Makes a stocked warehouse and packages at every station of the floor, through the rules."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from catalog.models import Barcode, Sku
from orders.models import Package, SlaClock
from relay import outbox
from tenancy import scoping
from tenancy.actors import Actor
from tenancy.models import Seller, Shop
from tests import make_orders
from tests.make_orders import NOW
from warehouse import layout, packing, picking, receiving, setup, waves
from warehouse.models import Bin, BinLevel, PickList, PickMode, StockLevel, Warehouse, WarehouseLink, Wave

MAI = Actor(kind="user", label="Mai")
KIM = Actor(kind="user", label="Kim")


def make_site(*, aisles: int = 2, cells: int = 3) -> Warehouse:
    """The main warehouse of the seller in scope, with shelves A-01-1 … B-03-1."""
    warehouse = setup.prepare_seller(Seller.objects.get(pk=scoping.current().only_seller))
    layout.make_bins(
        warehouse_id=warehouse.pk,
        zone_code="A",
        first_aisle=1,
        aisles=aisles,
        cells=cells,
        levels=1,
        actor=MAI,
        now=NOW,
    )
    return warehouse


def make_second_site(*, shop: Shop, platform_warehouse_id: str) -> Warehouse:
    """Another building with one shelf `S-01`, which the shop's platform warehouse means."""
    warehouse = Warehouse.objects.create(code="SOUTH", name="South")
    Bin.objects.create(warehouse=warehouse, code="S-01", walk_order=1)
    WarehouseLink.objects.create(
        shop=shop, warehouse=warehouse, platform_warehouse_id=platform_warehouse_id, is_default=True
    )
    return warehouse


def bin_of(code: str) -> Bin:
    return Bin.objects.get(code=code)


def make_stock(
    code: str, units: int, *, at: str = "A-01-1", weight_g: int | None = None, now: datetime = NOW
) -> Sku:
    """Units of a SKU received into a bin; its barcode is its code with `BC-` before it."""
    sku = make_orders.make_sku(code, weight_g=weight_g)
    Barcode.objects.get_or_create(code=f"BC-{code}", defaults={"sku": sku})
    if units:
        receiving.adjust(
            wanted=receiving.Adjustment(
                sku_id=sku.pk,
                quantity=units,
                reason="received",
                key=f"test:{code}:{at}:{now.timestamp()}",
                bin_id=bin_of(at).pk,
            ),
            actor=MAI,
            now=now,
        )
    return sku


def level(sku: Sku) -> tuple[int, int]:
    """(on hand, reserved) over all warehouses."""
    rows = StockLevel.objects.filter(sku=sku).values_list("on_hand", "reserved")
    return sum(row[0] for row in rows), sum(row[1] for row in rows)


def in_bin(code: str, sku: Sku) -> int:
    row = BinLevel.objects.filter(bin__code=code, sku=sku).first()
    return row.on_hand if row else 0


def deliver() -> None:
    """Let every handler hear what was announced."""
    outbox.deliver_due(seller_id=scoping.current().only_seller)


def order_package(
    *,
    shop: Shop,
    number: int = 1,
    due_in: timedelta | None = None,
    lines: dict[str, int] | None = None,
    **values,
) -> Package:
    """The planned package of an approved order; `lines` maps seller SKUs to units."""
    wanted = lines or {"MUG": 1}
    package = make_orders.make_approved_package(
        shop=shop,
        platform_order_id=f"5764614130387{number:05d}",
        lines=tuple(make_orders.line(code, quantity=units) for code, units in wanted.items()),
        **values,
    )
    if due_in is not None:
        SlaClock.objects.filter(order_id=package.order_id).update(due_at=NOW + due_in)
    return package


def allocated(*, shop: Shop, **values) -> Package:
    """A package with its stock reserved."""
    package = order_package(shop=shop, **values)
    deliver()
    package.refresh_from_db()
    return package


def allocated_many(*, shop: Shop, numbers: Iterable[int], **values) -> list[Package]:
    """The same for many orders, in one go."""
    found = [order_package(shop=shop, number=number, **values) for number in numbers]
    deliver()
    return list(Package.objects.filter(pk__in=[one.pk for one in found]).order_by("pk"))


def planned_wave(warehouse: Warehouse, **filters) -> Wave:
    wanted = waves.Filters(warehouse_id=warehouse.pk, **filters)
    return waves.plan_wave(filters=wanted, actor=MAI, now=NOW)


def released_list(warehouse: Warehouse, **filters) -> PickList:
    """The first walk of a released wave over all that is allocated, claimed by Mai."""
    wave = planned_wave(warehouse, **filters)
    waves.release_wave(wave_id=wave.pk, actor=MAI, now=NOW)
    pick_list = PickList.objects.filter(wave=wave).order_by("pk").first()
    return picking.claim(pick_list_id=pick_list.pk, actor=MAI, now=NOW)


def batch_list(warehouse: Warehouse, **filters) -> PickList:
    """The same, picked together: everything into one tote, to be sorted on the put wall."""
    pick_list = released_list(warehouse, **filters)
    PickList.objects.filter(wave_id=pick_list.wave_id).update(mode=PickMode.BATCH)
    return PickList.objects.get(pk=pick_list.pk)


def walk(pick_list: PickList, *, actor: Actor = MAI) -> None:
    """Walk a list to its end by scans, as a picker does."""
    while step := picking.next_step(PickList.objects.get(pk=pick_list.pk)):
        code = step.bin_code if step.kind == "bin" else step.barcode
        quantity = 1 if step.kind == "bin" else step.left
        answer = picking.scan(pick_list_id=pick_list.pk, code=code, quantity=quantity, actor=actor, now=NOW)
        assert answer.ok, answer.text


def picked(*, shop: Shop, warehouse: Warehouse, **values) -> Package:
    """A package whose goods stand in a tote at the pack station."""
    package = allocated(shop=shop, **values)
    walk(released_list(warehouse))
    package.refresh_from_db()
    return package


def packed(*, shop: Shop, warehouse: Warehouse, weight_g: int = 500, **values) -> Package:
    """A package with its carton closed and weighed."""
    package = picked(shop=shop, warehouse=warehouse, **values)
    for item in packing.load(package_id=package.pk).items:
        packing.scan_item(
            package_id=package.pk, code=item.sku.seller_sku, quantity=item.needed, actor=MAI, now=NOW
        )
    packing.finish(package_id=package.pk, carton_code="3", weight_g=weight_g, actor=MAI, now=NOW)
    package.refresh_from_db()
    return package
