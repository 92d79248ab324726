"""The zones beside the pack point that shows are prepared in: making their bins, and telling an existing zone to be one."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from tenancy import audit
from tenancy.actors import Actor
from warehouse.layout import Place, is_code
from warehouse.models import Bin, BinKind, ForwardUse, ShowProduct, Warehouse, Zone

BINS_AT_MOST = 200
LITERS_AT_MOST = 100_000


class BadZone(RuleViolation):
    """It cannot be made or changed like this."""

    code = "bad_forward_zone"


@transaction.atomic
def make(
    *, warehouse_id: int, code: str, bins: int, capacity_liters: int = 0, actor: Actor, now: datetime
) -> Zone:
    """A forward zone with so many bins CODE-01, CODE-02, … at the front of the pack aisle; a known zone gets as many more."""
    warehouse = Warehouse.objects.lock().get(pk=warehouse_id)
    code = code.strip().upper()
    if not is_code(code, most=16):
        raise BadZone(_("“%(code)s” is no code for a zone: letters and digits, no spaces.") % {"code": code})
    if not 1 <= bins <= BINS_AT_MOST or not 0 <= capacity_liters <= LITERS_AT_MOST:
        raise BadZone(
            _("A forward zone gets 1 to %(most)d bins at once, of at most %(liters)d liters each.")
            % {"most": BINS_AT_MOST, "liters": LITERS_AT_MOST}
        )
    zone, _is_new = Zone.objects.get_or_create(warehouse=warehouse, code=code)
    zone.is_forward = True
    zone.save(update_fields=["is_forward"])
    taken = set(Bin.objects.filter(warehouse=warehouse).values_list("code", flat=True))
    front = Place(max(warehouse.pack_aisle, 1), cell=1, level=1)
    codes = [name for name in (f"{code}-{number:02d}" for number in range(1, 1000)) if name not in taken]
    Bin.objects.bulk_create(
        Bin(
            warehouse=warehouse,
            zone=zone,
            code=name,
            kind=BinKind.SHELF,
            aisle=front.aisle,
            cell=front.cell,
            level=front.level,
            walk_order=front.walk_order,
            capacity_ml=capacity_liters * 1000,
        )
        for name in codes[:bins]
    )
    _note(zone, "zone.forward_made", actor=actor, now=now, bins=bins)
    return zone


@transaction.atomic
def set_forward(*, zone_id: int, is_forward: bool, actor: Actor, now: datetime) -> Zone:
    """Use an existing zone for shows from now on, or not any more. Not while goods of a show lie in it."""
    zone = Zone.objects.lock().get(pk=zone_id)
    held = ShowProduct.objects.filter(bin__zone=zone).exclude(use=ForwardUse.NONE)
    if not is_forward and (one := held.select_related("show", "bin").first()):
        raise BadZone(
            _("%(bin)s has goods of “%(show)s”. Wait until they have gone back.")
            % {"bin": one.bin.code, "show": one.show.title}
        )
    zone.is_forward = is_forward
    zone.save(update_fields=["is_forward"])
    _note(zone, "zone.forward_set", actor=actor, now=now, is_forward=is_forward)
    return zone


@transaction.atomic
def set_capacity(*, zone_id: int, liters: int, actor: Actor, now: datetime) -> int:
    """How much fits into each bin of a zone (0: not limited). Returns the number of bins."""
    if not 0 <= liters <= LITERS_AT_MOST:
        raise BadZone(_("Liters are a number from 0 to %(most)d.") % {"most": LITERS_AT_MOST})
    zone = Zone.objects.lock().get(pk=zone_id)
    changed = Bin.objects.filter(zone=zone).update(capacity_ml=liters * 1000)
    _note(zone, "zone.forward_set", actor=actor, now=now, liters=liters)
    return changed


def _note(zone: Zone, action: str, *, actor: Actor, now: datetime, **detail: object) -> None:
    audit.record(
        actor=actor, now=now, action=action, subject_type="zone", subject_id=zone.pk, zone=zone.code, **detail
    )
