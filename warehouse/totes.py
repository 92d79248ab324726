"""Totes: the carts that pickers fill and packers empty. Each walk has one to itself."""

from django.utils.translation import gettext as _

from core.errors import RuleViolation
from orders.models import PackageState
from warehouse.models import (
    Bin,
    BinKind,
    BinLevel,
    PickList,
    PickListState,
    PickTask,
    PickTaskState,
    Warehouse,
)


class ToteIsInUse(RuleViolation):
    """The tote still carries another walk's goods."""

    code = "tote_in_use"
    status = 409


def choose(*, warehouse_id: int, code: str = "") -> Bin:
    """The scanned tote when it is free, else the first free one; a new one when all are in use."""
    # One picker at a time chooses: two of them must not get the same tote.
    list(Warehouse.objects.filter(pk=warehouse_id).select_for_update(of=("self",), no_key=True))
    known = {
        tote.code: tote
        for tote in Bin.objects.filter(warehouse_id=warehouse_id, kind=BinKind.TOTE, is_active=True)
    }
    used = _used(warehouse_id)
    wanted = code.strip().upper()
    if wanted:
        if wanted in used:
            raise ToteIsInUse(_("Tote %(tote)s is in use. Take an empty one.") % {"tote": wanted})
        return known.get(wanted) or _make(warehouse_id, wanted)
    free = sorted(set(known) - used)
    if free:
        return known[free[0]]
    number = len(known) + 1
    while f"CART-{number:02d}" in known:
        number += 1
    return _make(warehouse_id, f"CART-{number:02d}")


def _make(warehouse_id: int, code: str) -> Bin:
    if Bin.objects.filter(warehouse_id=warehouse_id, code=code).exists():
        raise ToteIsInUse(_("%(code)s is a bin, not a tote.") % {"code": code})
    return Bin.objects.create(warehouse_id=warehouse_id, code=code[:30], kind=BinKind.TOTE)


def _used(warehouse_id: int) -> set[str]:
    """Totes that hold goods, are being filled, or wait at the pack station."""
    filling = PickList.objects.filter(wave__warehouse_id=warehouse_id, state=PickListState.PICKING)
    waiting = PickTask.objects.filter(
        pick_list__wave__warehouse_id=warehouse_id, package__state=PackageState.PICKED
    ).exclude(state=PickTaskState.DROPPED)
    holding = BinLevel.objects.filter(bin__warehouse_id=warehouse_id, bin__kind=BinKind.TOTE, on_hand__gt=0)
    return {
        *filling.values_list("tote_code", flat=True),
        *waiting.values_list("pick_list__tote_code", flat=True),
        *holding.values_list("bin__code", flat=True),
    }
