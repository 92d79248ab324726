"""What a new seller starts with: one warehouse with a place to receive goods, and cartons to pack into."""

from django.db import transaction

from tenancy import scoping
from tenancy.models import Seller
from warehouse.models import Bin, BinKind, Carton, Warehouse, Zone

# code (the digit at the pack station), name, length, width, height in mm, tare in grams
CARTONS = (
    ("1", "Bag S", 250, 180, 20, 12),
    ("2", "Bag L", 400, 300, 40, 25),
    ("3", "Box S", 200, 150, 100, 90),
    ("4", "Box M", 300, 220, 150, 180),
    ("5", "Box L", 400, 300, 250, 340),
)
RECEIVING_WALK_ORDER = (
    9_000_000  # after every shelf: a picker takes from the dock only when the shelves are empty
)


@transaction.atomic
def prepare_seller(seller: Seller) -> Warehouse:
    """Make what is missing; a second call changes nothing."""
    with scoping.scope(sellers=[seller.pk]):
        warehouse, _is_new = Warehouse.objects.get_or_create(
            code="MAIN",
            defaults={"name": "Main warehouse", "time_zone": seller.time_zone, "is_default": True},
        )
        receiving_bin(warehouse=warehouse)
        Zone.objects.get_or_create(warehouse=warehouse, code="A")
        for code, name, length, width, height, tare in CARTONS:
            Carton.objects.get_or_create(
                code=code,
                defaults={
                    "name": name,
                    "length_mm": length,
                    "width_mm": width,
                    "height_mm": height,
                    "tare_g": tare,
                },
            )
        return warehouse


def default_warehouse() -> Warehouse | None:
    """The warehouse that counts when nothing names one."""
    return Warehouse.objects.filter(is_active=True).order_by("-is_default", "pk").first()


def receiving_bin(*, warehouse: Warehouse) -> Bin:
    """Where goods lie until they are put away."""
    found = (
        Bin.objects.filter(warehouse=warehouse, kind=BinKind.RECEIVING, is_active=True).order_by("pk").first()
    )
    if found is not None:
        return found
    return Bin.objects.create(
        warehouse=warehouse, code="RECEIVING", kind=BinKind.RECEIVING, walk_order=RECEIVING_WALK_ORDER
    )
