"""Where bins stand: their codes and the order in which a picker passes them, as a snake through the aisles."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from tenancy import audit
from tenancy.actors import Actor
from warehouse.models import Bin, BinKind, Warehouse, Zone

CELLS_AT_MOST = 999
LEVELS_AT_MOST = 9
BINS_AT_ONCE = 5000


class BadLayout(RuleViolation):
    """These bins cannot be made."""

    code = "bad_layout"


@dataclass(frozen=True)
class Place:
    """A bin's place in the building."""

    aisle: int
    cell: int
    level: int

    @property
    def code(self) -> str:
        return f"{aisle_letters(self.aisle)}-{self.cell:02d}-{self.level}"

    @property
    def walk_order(self) -> int:
        """Up the odd aisles and down the even ones: the picker never walks an aisle back."""
        along = self.cell if self.aisle % 2 else CELLS_AT_MOST - self.cell
        return (self.aisle * 1000 + along) * 10 + self.level


def aisle_letters(aisle: int) -> str:
    """1 → A, 26 → Z, 27 → AA."""
    letters = ""
    while aisle > 0:
        aisle, rest = divmod(aisle - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def places(*, first_aisle: int, aisles: int, cells: int, levels: int) -> list[Place]:
    """Every place of a block of shelves."""
    return [
        Place(aisle, cell, level)
        for aisle in range(first_aisle, first_aisle + aisles)
        for cell in range(1, cells + 1)
        for level in range(1, levels + 1)
    ]


@transaction.atomic
def make_bins(
    *,
    warehouse_id: int,
    zone_code: str,
    first_aisle: int,
    aisles: int,
    cells: int,
    levels: int,
    actor: Actor,
    now: datetime,
) -> int:
    """Make the bins of a block of shelves; those that exist already stay as they are. Returns how many are new."""
    if min(first_aisle, aisles, cells, levels) < 1 or cells > CELLS_AT_MOST or levels > LEVELS_AT_MOST:
        raise BadLayout(
            _("Give at least one aisle, cell and level; at most %(cells)d cells and %(levels)d levels.")
            % {"cells": CELLS_AT_MOST, "levels": LEVELS_AT_MOST}
        )
    if aisles * cells * levels > BINS_AT_ONCE:
        raise BadLayout(_("That would be more than %(most)d bins at once.") % {"most": BINS_AT_ONCE})
    warehouse = Warehouse.objects.get(pk=warehouse_id)
    zone, _is_new = Zone.objects.get_or_create(
        warehouse=warehouse, code=zone_code.strip().upper()[:20] or "A"
    )
    wanted = places(first_aisle=first_aisle, aisles=aisles, cells=cells, levels=levels)
    existing = set(Bin.objects.filter(warehouse=warehouse).values_list("code", flat=True))
    fresh = [
        Bin(
            warehouse=warehouse,
            zone=zone,
            code=place.code,
            kind=BinKind.SHELF,
            aisle=place.aisle,
            cell=place.cell,
            level=place.level,
            walk_order=place.walk_order,
        )
        for place in wanted
        if place.code not in existing
    ]
    Bin.objects.bulk_create(fresh, batch_size=1000)
    audit.record(
        actor=actor,
        now=now,
        action="bins.made",
        subject_type="warehouse",
        subject_id=warehouse.pk,
        count=len(fresh),
        zone=zone.code,
    )
    return len(fresh)
