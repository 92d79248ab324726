"""Carts: totes with slots and limits. A walk that needs more slots than a cart has does not get that cart."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from tenancy import audit
from tenancy.actors import Actor
from warehouse import layout, totes
from warehouse.models import Bin, BinKind, Cart, Warehouse

SLOTS_AT_MOST = 60


class BadCart(RuleViolation):
    """The cart cannot be made or changed so."""

    code = "bad_cart"


@dataclass(frozen=True)
class Room:
    """How much fits on a cart; 0: not limited, apart from the slots."""

    slots: int
    units: int = 0
    weight_g: int = 0
    volume_ml: int = 0


@transaction.atomic
def save(*, warehouse_id: int, code: str, room: Room, actor: Actor, now: datetime) -> Cart:
    """Make a cart, or give the cart of this code other limits. A tote of this code becomes one."""
    warehouse = Warehouse.objects.lock().get(pk=warehouse_id)
    wanted = code.strip().upper()
    if not layout.is_code(wanted):
        raise BadCart(
            _("A cart's code has 1 to %(most)d characters without spaces, the first one a letter or digit.")
            % {"most": layout.CODE_LENGTH}
        )
    if not 1 <= room.slots <= SLOTS_AT_MOST or min(room.units, room.weight_g, room.volume_ml) < 0:
        raise BadCart(
            _("A cart has 1 to %(most)d slots, and no limit is below zero.") % {"most": SLOTS_AT_MOST}
        )
    tote = Bin.objects.filter(warehouse=warehouse, code__iexact=wanted).first()
    if tote is not None and tote.kind != BinKind.TOTE:
        raise BadCart(_("%(code)s is a bin, not a tote.") % {"code": tote.code})
    if tote is None:
        tote = Bin.objects.create(warehouse=warehouse, code=wanted, kind=BinKind.TOTE)
    elif not tote.is_active:
        tote.is_active = True
        tote.save(update_fields=["is_active"])
    cart = Cart.objects.filter(tote=tote).first() or Cart(tote=tote)
    cart.slots, cart.units = room.slots, room.units
    cart.weight_g, cart.volume_ml = room.weight_g, room.volume_ml
    cart.save()
    _note("cart.saved", tote, actor=actor, now=now, slots=room.slots)
    return cart


@transaction.atomic
def retire(*, tote_id: int, actor: Actor, now: datetime) -> None:
    """Take a cart or tote out of use; not while it carries goods or is on a walk."""
    site_id = Bin.objects.get(pk=tote_id).warehouse_id
    list(Warehouse.objects.lock().filter(pk=site_id))  # nobody chooses it meanwhile
    tote = Bin.objects.lock().get(pk=tote_id, kind=BinKind.TOTE)
    if tote.code in totes.in_use(warehouse_id=site_id):
        raise BadCart(_("%(tote)s is in use. Retire it when it is empty.") % {"tote": tote.code})
    tote.is_active = False
    tote.save(update_fields=["is_active"])
    _note("cart.retired", tote, actor=actor, now=now)


def too_small(*, warehouse: Warehouse) -> list[str]:
    """Codes of carts that take less than walks in this building are planned for."""
    limits = ("units", "weight_g", "volume_ml")
    return [
        cart.tote.code
        for cart in Cart.objects.filter(tote__warehouse=warehouse, tote__is_active=True).select_related(
            "tote"
        )
        if any(_is_less(getattr(cart, name), getattr(warehouse, f"cart_{name}")) for name in limits)
    ]


def _is_less(limit: int, planned: int) -> bool:
    """0 is no limit."""
    return limit > 0 and (planned == 0 or limit < planned)


def _note(action: str, tote: Bin, *, actor: Actor, now: datetime, **detail: int) -> None:
    audit.record(
        actor=actor,
        now=now,
        action=action,
        subject_type="bin",
        subject_id=tote.pk,
        code=tote.code,
        **detail,
    )
