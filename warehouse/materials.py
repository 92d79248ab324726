"""Packing materials are stock: a carton, its filler and its tape leave the ledger with the parcel they close.

A material that was never received or counted is not kept stock of, and nothing is taken. What the books do not have is not
taken either: a packer with a carton in the hand is not stopped by a figure; the low line warns before that.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Material, Sku
from core.errors import RuleViolation
from tenancy import audit
from tenancy.actors import Actor
from warehouse import ledger
from warehouse.models import BinKind, BinLevel, Carton, CartonUse, MovementReason, StockLevel

LONGEST_MM, HEAVIEST_G, USED_AT_MOST = 5_000, 100_000, 10_000


class BadCarton(RuleViolation):
    """A carton cannot be kept like this. `field` names what is wrong."""

    code = "bad_carton"


@dataclass(frozen=True)
class CartonFacts:
    """What a person says about a carton: inner measures, what it weighs empty, what it may weigh closed."""

    code: str
    name: str
    length_mm: int
    width_mm: int
    height_mm: int
    tare_g: int
    max_weight_g: int
    is_active: bool = True


def uses_of(*, carton_id: int) -> dict[int, int]:
    """Material SKU → how much of it one such carton uses up."""
    rows = CartonUse.objects.filter(carton_id=carton_id).order_by("sku_id")
    return dict(rows.values_list("sku_id", "quantity"))


def movements(
    *, uses: Mapping[int, int], warehouse_id: int, key: str, reference: str
) -> list[ledger.Movement]:
    """What leaves the ledger for one carton. Lock the levels of these SKUs first: the figures must hold till the posting."""
    kept = StockLevel.objects.filter(
        warehouse_id=warehouse_id, sku_id__in=list(uses), first_counted_at__isnull=False
    )
    rows = (
        BinLevel.objects.filter(
            sku_id__in=kept.values("sku_id"), bin__warehouse_id=warehouse_id, on_hand__gt=0
        )
        .exclude(bin__kind__in=[BinKind.TOTE, BinKind.WALL, BinKind.DAMAGE])
        .order_by("sku_id", "on_hand", "pk")  # the opened stack first
    )
    left, found = dict(uses), []
    for row in rows:
        taken = min(left[row.sku_id], row.on_hand)
        if taken:
            left[row.sku_id] -= taken
            found.append(
                ledger.Movement(
                    bin_id=row.bin_id,
                    sku_id=row.sku_id,
                    quantity=-taken,
                    reason=MovementReason.USED,
                    key=f"{key}:{row.sku_id}:{row.bin_id}",
                    reference=reference,
                )
            )
    return found


def left_by_carton(*, cartons: Iterable[Carton], warehouse_id: int | None) -> dict[int, int]:
    """Carton id → how many more parcels its materials are enough for; cartons without kept stock are not in it."""
    uses = CartonUse.objects.filter(carton__in=list(cartons)).values_list("carton_id", "sku_id", "quantity")
    levels = StockLevel.objects.filter(
        warehouse_id=warehouse_id, sku__in=CartonUse.objects.values("sku_id"), first_counted_at__isnull=False
    )
    on_hand = dict(levels.values_list("sku_id", "on_hand"))
    found: dict[int, int] = {}
    for carton_id, sku_id, quantity in uses:
        if sku_id in on_hand:
            enough = on_hand[sku_id] // quantity
            found[carton_id] = min(found.get(carton_id, enough), enough)
    return found


@transaction.atomic
def save_carton(
    *, carton_id: int | None, facts: CartonFacts, uses: Mapping[str, int], actor: Actor, now: datetime
) -> Carton:
    """Make or change a carton and what it uses up (`uses`: material's SKU code → quantity)."""
    wanted = _materials(uses)
    _refuse_nonsense(facts, carton_id=carton_id)
    carton = Carton.objects.lock().get(pk=carton_id) if carton_id else Carton()
    for name in CartonFacts.__dataclass_fields__:
        setattr(carton, name, getattr(facts, name))
    carton.save()
    CartonUse.objects.filter(carton=carton).exclude(sku__in=[sku.pk for sku, _units in wanted]).delete()
    for sku, units in wanted:
        CartonUse.objects.update_or_create(carton=carton, sku=sku, defaults={"quantity": units})
    audit.record(
        actor=actor,
        now=now,
        action="carton.saved",
        subject_type="carton",
        subject_id=carton.pk,
        carton=carton.name,
        uses={sku.seller_sku: units for sku, units in wanted},
    )
    return carton


def _materials(uses: Mapping[str, int]) -> list[tuple[Sku, int]]:
    found: dict[str, Sku] = {
        sku.seller_sku.lower(): sku for sku in Sku.objects.exclude(material="").order_by("pk")
    }
    wanted = []
    for code, units in uses.items():
        sku = found.get(code.strip().lower())
        if sku is None:
            raise BadCarton(
                _("“%(code)s” is not a packing material. Make it one first.") % {"code": code}, field="uses"
            )
        if not 1 <= units <= USED_AT_MOST:
            raise BadCarton(
                _("%(code)s: say how much of it, from 1 to %(most)d.") % {"code": code, "most": USED_AT_MOST},
                field="uses",
            )
        wanted.append((sku, units))
    return wanted


def _refuse_nonsense(facts: CartonFacts, *, carton_id: int | None) -> None:
    sides = {"length_mm": facts.length_mm, "width_mm": facts.width_mm, "height_mm": facts.height_mm}
    for name, value in sides.items():
        if not 1 <= value <= LONGEST_MM:
            raise BadCarton(
                _("Inner measures are millimeters from 1 to %(most)d.") % {"most": LONGEST_MM}, field=name
            )
    if not 0 <= facts.tare_g < facts.max_weight_g <= HEAVIEST_G:
        raise BadCarton(_("An empty carton weighs less than it may weigh full."), field="max_weight_g")
    if Carton.objects.filter(code=facts.code).exclude(pk=carton_id).exists():
        raise BadCarton(_("Another carton has the key “%(code)s”.") % {"code": facts.code}, field="code")


def codes_of(cartons: Sequence[Carton]) -> dict[str, int]:
    """Lower-case code of a carton's own material → carton: a scan of the empty carton chooses it."""
    rows = CartonUse.objects.filter(
        carton__in=list(cartons), sku__material__in=[Material.CARTON, Material.MAILER]
    )
    found = dict(rows.order_by("pk").values_list("sku__seller_sku", "carton_id"))
    found |= dict(rows.order_by("pk").values_list("sku__barcodes__code", "carton_id"))
    return {code.lower(): carton_id for code, carton_id in found.items() if code}
