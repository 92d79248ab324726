"""What the plan of a show is made from: goods, cartons, materials and forward bins as they are now. Reads only."""

from collections import Counter
from collections.abc import Iterable, Sequence

from django.db.models import Max, QuerySet, Sum
from django.utils.translation import gettext as _

from warehouse import cartons as fitting
from warehouse import forward, wave_choice
from warehouse.forward import Box, ForwardPlan, Place, Wish
from warehouse.models import (
    Bin,
    BinKind,
    BinLevel,
    Carton,
    CartonUse,
    ForwardUse,
    Show,
    ShowProduct,
    StockLevel,
    Warehouse,
)
from warehouse.wave_plan import Shelf


def look(*, show: Show) -> ForwardPlan:
    """The dry run: which SKUs, how many, pre-packed or not, which materials, which bins, and what stands against it."""
    products = products_of(show=show)
    boxes = _boxes(products)
    free = free_units(show=show, sku_ids=[one.sku_id for one in products])
    wishes = [
        Wish(
            sku_id=one.sku_id,
            code=one.sku.seller_sku,
            expected=one.expected_units,
            free=free[one.sku_id],
            share=one.why.get("share") or forward.USUAL_SHARE,
            prepack=one.prepack_wish,
            bin_id=one.bin_wish_id,
            unit_ml=_unit_ml(one),
            box=boxes.get(one.sku_id),
        )
        for one in products
    ]
    used = {sku_id for box in boxes.values() for sku_id in box.uses}
    kept = StockLevel.objects.filter(
        warehouse_id=show.warehouse_id, sku_id__in=used, first_counted_at__isnull=False
    )
    return forward.plan(
        wishes=wishes, places=places(show=show), materials=dict(kept.values_list("sku_id", "on_hand"))
    )


def products_of(*, show: Show) -> list[ShowProduct]:
    """Its products with everything that is shown of them, the most expected first."""
    rows = ShowProduct.objects.filter(show=show).select_related(
        "sku", "bin", "bin_wish", "carton", "carton_wish"
    )
    return list(rows.order_by("-expected_units", "sku__seller_sku"))


def forward_bins(*, warehouse_id: int) -> QuerySet[Bin]:
    """Bins of the zones beside the pack point."""
    return Bin.objects.filter(
        warehouse_id=warehouse_id, kind=BinKind.SHELF, is_active=True, zone__is_forward=True
    ).order_by("walk_order", "code")


def places(*, show: Show) -> list[Place]:
    """Forward bins as the plan sees them: how far, how large, empty or not, and whose."""
    warehouse = Warehouse.objects.get(pk=show.warehouse_id)
    bins = list(forward_bins(warehouse_id=warehouse.pk))
    filled = set(
        BinLevel.objects.filter(bin__in=bins, on_hand__gt=0).order_by().values_list("bin_id", flat=True)
    )
    taken = bins_of_others(show=show)
    beyond = _beyond_mm(warehouse)
    return [
        Place(
            bin_id=place.pk,
            code=place.code,
            far_mm=forward.distance_mm(
                aisle=place.aisle,
                cell=place.cell,
                block=place.block,
                pack_aisle=max(warehouse.pack_aisle, 1),
                aisle_mm=warehouse.aisle_mm,
                cell_mm=warehouse.cell_mm,
                entry_mm=warehouse.entry_mm,
                beyond_mm=beyond,
            ),
            capacity_ml=place.capacity_ml,
            is_filled=place.pk in filled,
            taken_by=taken.get(place.pk, ""),
        )
        for place in bins
    ]


def bins_of_others(*, show: Show) -> dict[int, str]:
    """Bin id → the show that has it: from the moment its plan is carried out until its goods have gone back."""
    held = ShowProduct.objects.exclude(use=ForwardUse.NONE).exclude(show_id=show.pk)
    found = dict.fromkeys(held.values_list("bin_id", flat=True), _("another show"))
    # Titles of shops that the person may see; the bins of the others are taken all the same.
    return found | dict(held.values_list("bin_id", "show__title"))


def _beyond_mm(warehouse: Warehouse) -> int:
    """From the front of the building to the front of its second block."""
    longest = Bin.objects.filter(warehouse=warehouse, block=1).aggregate(cells=Max("cell"))["cells"] or 0
    return 2 * warehouse.entry_mm + longest * warehouse.cell_mm + warehouse.cross_mm


def shelves_to_bring_from(*, show: Show, sku_ids: Iterable[int]) -> list[Shelf]:
    """Free units outside of the forward zone: what expires first, then the fullest bin, so that few walks do."""
    forward_ids = set(forward_bins(warehouse_id=show.warehouse_id).values_list("pk", flat=True))
    found = wave_choice.free_shelves(warehouse_id=show.warehouse_id, sku_ids=sku_ids)
    usable = [shelf for shelf in found if shelf.free > 0 and shelf.bin_id not in forward_ids]
    return sorted(usable, key=lambda shelf: (shelf.rank, -shelf.free, shelf.walk_order, shelf.bin_id))


def free_units(*, show: Show, sku_ids: Sequence[int]) -> Counter[int]:
    """Units on shelves that nobody was promised."""
    levels = StockLevel.objects.filter(warehouse_id=show.warehouse_id, sku_id__in=sku_ids)
    available = {level.sku_id: max(level.available, 0) for level in levels}
    there: Counter[int] = Counter()
    for shelf in shelves_to_bring_from(show=show, sku_ids=sku_ids):
        there[shelf.sku_id] += shelf.free
    return Counter({sku_id: min(available.get(sku_id, 0), there[sku_id]) for sku_id in sku_ids})


def _unit_ml(product: ShowProduct) -> int:
    sides = (product.sku.length_mm, product.sku.width_mm, product.sku.height_mm)
    return -(-sides[0] * sides[1] * sides[2] // 1000) if all(sides) else 0


def _boxes(products: Sequence[ShowProduct]) -> dict[int, Box]:
    """SKU id → the carton for one unit: the one that a person chose, else the smallest that it fits into."""
    choice = {one.pk: one for one in Carton.objects.filter(is_active=True)}
    rooms = [
        fitting.Room(one.pk, (one.length_mm, one.width_mm, one.height_mm), one.tare_g, one.max_weight_g)
        for one in choice.values()
    ]
    uses: dict[int, dict[int, int]] = {}
    for carton_id, sku_id, quantity in CartonUse.objects.values_list("carton_id", "sku_id", "quantity"):
        uses.setdefault(carton_id, {})[sku_id] = quantity
    found = {}
    for product in products:
        carton = product.carton_wish or choice.get(_advised(product, rooms))
        if carton is not None:
            volume = -(-carton.length_mm * carton.width_mm * carton.height_mm // 1000)
            found[product.sku_id] = Box(carton.pk, carton.name, volume, uses.get(carton.pk, {}))
    return found


def _advised(product: ShowProduct, rooms: Sequence[fitting.Room]) -> int | None:
    sku = product.sku
    size = (sku.length_mm, sku.width_mm, sku.height_mm)
    if not all(size):
        return None
    room = fitting.advise(goods=[fitting.Goods(size, 1, sku.weight_g)], rooms=rooms)
    return room.key if room else None


def units_in_bins(*, bin_ids: Iterable[int]) -> dict[tuple[int, int], int]:
    """(bin id, SKU id) → units that lie there."""
    rows = BinLevel.objects.filter(bin_id__in=list(bin_ids), on_hand__gt=0).order_by()
    return {
        (bin_id, sku_id): units
        for bin_id, sku_id, units in rows.values_list("bin_id", "sku_id").annotate(Sum("on_hand"))
    }
