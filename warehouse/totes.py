"""Totes: the carts that pickers fill and packers empty. Each walk has one to itself."""

from django.db.models import F
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from orders.models import PackageState
from warehouse.models import (
    Bin,
    BinKind,
    BinLevel,
    Cart,
    PickList,
    PickListState,
    PickTask,
    PickTaskState,
    Warehouse,
)

SHOW_TOTE = "LIVE-TOTE"  # where a pre-packed parcel stands from its scan until it is weighed


class ToteIsInUse(RuleViolation):
    """The tote still carries another walk's goods."""

    code = "tote_in_use"
    status = 409


class CartIsTooSmall(RuleViolation):
    """No cart that is free takes what the walk needs."""

    code = "cart_too_small"
    status = 409


def choose(*, warehouse_id: int, code: str = "", slots: int = 0) -> Bin:
    """The scanned tote when it is free, else the first free one with enough slots.

    A new one when all are in use, unless the warehouse has told its carts: then they are all there are.
    """
    # One picker at a time chooses: two of them must not get the same tote.
    list(Warehouse.objects.filter(pk=warehouse_id).select_for_update(of=("self",), no_key=True))
    totes = list(Bin.objects.filter(warehouse_id=warehouse_id, kind=BinKind.TOTE).exclude(code=SHOW_TOTE))
    known = {tote.code: tote for tote in totes if tote.is_active}
    carts = Cart.objects.filter(tote__warehouse_id=warehouse_id, tote__is_active=True)
    room = dict(carts.values_list("tote__code", "slots"))
    used = in_use(warehouse_id=warehouse_id)
    wanted = code.strip().upper()
    if wanted:
        if wanted in used:
            raise ToteIsInUse(_("Tote %(tote)s is in use. Take an empty one.") % {"tote": wanted})
        if room.get(wanted, slots) < slots:
            raise CartIsTooSmall(
                _("Cart %(cart)s has %(have)d slots, this walk needs %(slots)d. Take a larger one.")
                % {"cart": wanted, "have": room[wanted], "slots": slots}
            )
        return known.get(wanted) or _make(warehouse_id, wanted)
    free = sorted(tote for tote in set(known) - used if room.get(tote, slots) >= slots)
    if free:
        return known[free[0]]
    if room:
        raise CartIsTooSmall(
            _("No free cart has %(slots)d slots. Wait for one, or scan a tote that is not a cart.")
            % {"slots": slots}
        )
    taken, number = {tote.code for tote in totes}, len(known) + 1
    while f"CART-{number:02d}" in taken:
        number += 1
    return _make(warehouse_id, f"CART-{number:02d}")


def show_tote(*, warehouse_id: int) -> Bin:
    """The one of the lanes of live shows; no walk gets it."""
    found = Bin.objects.filter(warehouse_id=warehouse_id, code=SHOW_TOTE).first()
    return found or Bin.objects.create(warehouse_id=warehouse_id, code=SHOW_TOTE, kind=BinKind.TOTE)


def _make(warehouse_id: int, code: str) -> Bin:
    found = Bin.objects.filter(warehouse_id=warehouse_id, code=code).first()
    if found is not None and found.kind == BinKind.TOTE:
        raise ToteIsInUse(_("Tote %(tote)s is out of use. Take another one.") % {"tote": code})
    if found is not None:
        raise ToteIsInUse(_("%(code)s is a bin, not a tote.") % {"code": code})
    return Bin.objects.create(warehouse_id=warehouse_id, code=code[:30], kind=BinKind.TOTE)


def in_use(*, warehouse_id: int) -> set[str]:
    """Totes that hold goods, are being filled, or wait at the pack station."""
    filling = PickList.objects.filter(wave__warehouse_id=warehouse_id, state=PickListState.PICKING)
    waiting = PickTask.objects.filter(
        pick_list__wave__warehouse_id=warehouse_id,
        package__state=PackageState.PICKED,
        sorted_quantity__lt=F("picked_quantity"),  # what stands on the put wall has left the tote
    ).exclude(state=PickTaskState.DROPPED)
    holding = BinLevel.objects.filter(bin__warehouse_id=warehouse_id, bin__kind=BinKind.TOTE, on_hand__gt=0)
    return {
        *filling.values_list("tote_code", flat=True),
        *waiting.values_list("pick_list__tote_code", flat=True),
        *holding.values_list("bin__code", flat=True),
    }
