"""How walks are planned in a warehouse: measures of the building, where walks begin and end, paces, what a cart takes."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from tenancy import audit
from tenancy.actors import Actor
from warehouse import layout
from warehouse.models import Bin, BinKind, Warehouse

# name -> (least, most)
LIMITS: dict[str, tuple[int, int]] = {
    "blocks": (1, layout.BLOCKS_AT_MOST),
    "aisle_mm": (500, 20_000),
    "cell_mm": (100, 10_000),
    "entry_mm": (0, 20_000),
    "cross_mm": (500, 20_000),
    "entry_aisle": (1, layout.AISLES_AT_MOST),
    "pack_aisle": (1, layout.AISLES_AT_MOST),
    "walk_mm_per_s": (100, 3_000),
    "line_seconds": (1, 600),
    "level_seconds": (0, 120),
    "stations": (1, 200),
    "pack_seconds": (1, 3_600),
    "cart_units": (0, 100_000),
    "cart_weight_g": (0, 2_000_000),
    "cart_volume_ml": (0, 10_000_000),
}
FLAGS = ("is_one_way",)


class BadBuilding(RuleViolation):
    """The building cannot be like that."""

    code = "bad_building"


@transaction.atomic
def set_building(
    *, warehouse_id: int, values: Mapping[str, int | bool], actor: Actor, now: datetime
) -> Warehouse:
    """Change how walks are planned from the next wave on. Waves on the floor stay as they are."""
    warehouse = Warehouse.objects.lock().get(pk=warehouse_id)
    for name, (least, most) in LIMITS.items():
        if not least <= values.get(name, least) <= most:
            raise BadBuilding(
                _("%(name)s is a number from %(least)d to %(most)d.")
                % {"name": name, "least": least, "most": most}
            )
    _refuse_missing_aisles(warehouse, values)
    before = {name: getattr(warehouse, name) for name in (*LIMITS, *FLAGS) if name in values}
    changed = {name: values[name] for name, value in before.items() if value != values[name]}
    if not changed:
        return warehouse
    for name, value in changed.items():
        setattr(warehouse, name, value)
    warehouse.save(update_fields=list(changed))
    audit.record(
        actor=actor,
        now=now,
        action="warehouse.planned_anew",
        subject_type="warehouse",
        subject_id=warehouse.pk,
        before={name: before[name] for name in changed},
        after=changed,
    )
    return warehouse


def _refuse_missing_aisles(warehouse: Warehouse, values: Mapping[str, int | bool]) -> None:
    shelves = Bin.objects.filter(warehouse=warehouse, kind=BinKind.SHELF, is_active=True, aisle__gt=0)
    have = shelves.aggregate(aisles=Max("aisle"), blocks=Max("block"))
    if have["aisles"] is None:
        return
    for name in ("entry_aisle", "pack_aisle"):
        if values.get(name, 1) > have["aisles"]:
            raise BadBuilding(
                _("There is no aisle %(aisle)d: the last one of %(site)s is %(last)d (%(letters)s).")
                % {
                    "aisle": values[name],
                    "site": warehouse.name,
                    "last": have["aisles"],
                    "letters": layout.aisle_letters(have["aisles"]),
                },
                field=name,
            )
    if values.get("blocks", warehouse.blocks) < have["blocks"]:
        raise BadBuilding(
            _("Bins stand in a second block. Retire them or move them before %(site)s has one block.")
            % {"site": warehouse.name},
            field="blocks",
        )
