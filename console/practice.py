"""A practice seller beside one's own: invented goods, shelves and orders to try everything on, gone again in one step.

It is a seller of its own, so nothing of it ever mixes with real orders or stock, and removing it removes exactly it.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Sku
from console import demo, onboarding
from core.errors import RuleViolation
from integrations import connections
from integrations.models import Connection, Provider
from integrations.ports import PlatformAddress, PlatformLine, PlatformOrder
from orders import intake
from relay import outbox
from tenancy import access, audit, scoping, shops
from tenancy.access import Access
from tenancy.actors import Actor
from tenancy.models import Membership, Role, Seller, User

SUFFIX = "-practice"
ORDERS = 48
GOODS = (
    ("KF-MUG-SEA", "Pebble enamel mug, sea", "89000"),
    ("KF-MUG-SAND", "Pebble enamel mug, sand", "89000"),
    ("KF-TOTE-L", "Canvas tote, large", "159000"),
    ("KF-TOTE-S", "Canvas tote, small", "119000"),
    ("KF-CANDLE-3", "Soy candle, set of three", "149000"),
    ("KF-LAMP-P", "Paper lamp", "229000"),
    ("KF-BOWL-2", "Ash bowl, pair", "199000"),
    ("KF-MAT-R", "Rattan placemat", "65000"),
    ("KF-HOOK-4", "Brass hooks, four", "79000"),
    ("KF-TRAY-O", "Oval tray", "139000"),
)
# Status at the platform, hours since the order was placed, whether the address is missing, whether the buyer wants out.
_STORIES = (
    ("awaiting_shipment", 1, False, False),
    ("awaiting_shipment", 5, False, False),
    ("awaiting_shipment", 20, False, False),
    ("awaiting_shipment", 31, False, False),
    ("awaiting_shipment", 45, False, False),
    ("awaiting_shipment", 52, False, False),
    ("awaiting_shipment", 3, True, False),
    ("awaiting_shipment", 9, False, True),
    ("on_hold", 0.4, True, False),
    ("in_transit", 60, False, False),
    ("delivered", 120, False, False),
    ("cancelled", 30, False, False),
)


class CannotPractice(RuleViolation):
    """There is no practice seller to make or to remove."""

    code = "cannot_practice"
    status = 409


@dataclass(frozen=True)
class Offer:
    """What the home page may offer: load, open or remove."""

    can_load: bool = False
    seller: Seller | None = None  # the practice seller that exists
    is_here: bool = False  # this very seller is one


def offer(*, access: Access) -> Offer:
    """Inside the seller's scope. For owners; loading only while nothing real is connected, or in the sandbox."""
    if not _is_owner(access):
        return Offer()
    if is_practice(access.seller):
        return Offer(seller=access.seller, is_here=True)
    made = Seller.objects.filter(slug=_slug(access.seller), is_demo=True).first()
    return Offer(can_load=made is None and (_is_sandbox() or not _has_real_shop()), seller=made)


def is_practice(seller: Seller) -> bool:
    return seller.is_demo and seller.slug.endswith(SUFFIX)


def _is_owner(access: Access) -> bool:
    return Role.OWNER in access.roles and not access.is_agency


def _has_real_shop() -> bool:
    return Connection.objects.filter(provider=Provider.TIKTOK_SHOP, state__in=connections.USABLE).exists()


def _is_sandbox() -> bool:
    return str(settings.TIKTOK_SHOP["app_key"]).startswith("sandbox")


def _slug(seller: Seller) -> str:
    return f"{seller.slug[: 40 - len(SUFFIX)].rstrip('-')}{SUFFIX}"


def load(*, beside: Access, user: User, actor: Actor, now: datetime) -> Seller:
    """Make the practice seller with everything in it, all or nothing. No scope may be open."""
    with scoping.scope(sellers=[beside.seller.pk]):
        if not offer(access=beside).can_load:
            raise CannotPractice(
                _("Practice data is there already, or a real shop is connected. Nothing was loaded.")
            )
    with transaction.atomic():
        seller = onboarding.create_seller(
            slug=_slug(beside.seller),
            name=_("Practice · %(name)s") % {"name": beside.seller.name[:100]},
            time_zone=beside.seller.time_zone,
            actor=actor,
            now=now,
            is_demo=True,
        ).seller
        Membership.objects.create(user=user, seller=seller, role=Role.OWNER)
        with scoping.scope(sellers=[seller.pk]):
            _fill(seller, actor=actor, now=now)
    outbox.deliver_due(seller_id=seller.pk)
    return seller


def remove(*, asked_at: Access, actor: Actor, now: datetime) -> None:
    """Take the practice seller away with all that it owns. No scope may be open."""
    with scoping.scope(sellers=[asked_at.seller.pk]):
        found = offer(access=asked_at)
    if found.seller is None:
        raise CannotPractice(_("There is no practice data to remove."))
    mine = access.access_to(user=User.objects.get(pk=actor.id), seller_slug=found.seller.slug, now=now)
    if mine is None or not _is_owner(mine):
        raise CannotPractice(_("Another owner loaded this practice data; only they can remove it."))
    demo.remove_sellers(sellers=[found.seller])
    if not found.is_here:
        with scoping.scope(sellers=[asked_at.seller.pk]):
            audit.record(
                actor=actor,
                now=now,
                action="practice.removed",
                subject_type="seller",
                subject_id=found.seller.slug,
            )


def _fill(seller: Seller, *, actor: Actor, now: datetime) -> None:
    shop = shops.add_shop(seller=seller, name=_("Practice shop"), region="VN", actor=actor, now=now)
    for code, name, _price in GOODS:
        Sku.objects.create(seller_sku=code, name=name)
    demo.stock_shelves(seed=seller.slug, now=now)
    chance = random.Random(seller.slug)
    orders = [_order(number, chance=chance, now=now) for number in range(ORDERS)]
    intake.import_orders(shop=shop, orders=orders, source="file", now=now)


def _order(number: int, *, chance: random.Random, now: datetime) -> PlatformOrder:
    status, hours, has_no_address, wants_out = _STORIES[number % len(_STORIES)]
    placed_at = (now - timedelta(hours=hours, minutes=7 * (number // len(_STORIES)))).replace(microsecond=0)
    updated_at = min(placed_at + timedelta(minutes=5), now)
    lines = _lines(number, chance=chance)
    is_under_way = status in ("in_transit", "delivered")
    return PlatformOrder(
        platform_order_id=f"5790000000000{number:05d}",
        status=status,
        placed_at=placed_at,
        updated_at=updated_at,
        paid_at=placed_at + timedelta(minutes=1),
        shipping_type="seller",
        delivery_option_name="Standard shipping",
        currency="VND",
        total_amount=sum((line.sale_price * line.quantity for line in lines), Decimal(0)),
        is_on_hold=status == "on_hold",
        is_buyer_cancel_requested=wants_out,
        cancel_requested_at=updated_at if wants_out else None,
        cancelled_at=updated_at if status == "cancelled" else None,
        collected_at=placed_at + timedelta(hours=20) if is_under_way else None,
        delivered_at=placed_at + timedelta(hours=70) if status == "delivered" else None,
        address=PlatformAddress() if has_no_address else _address(number),
        buyer_message=_("Please call before you come") if number % 9 == 0 else "",
        lines=lines,
    )


def _lines(number: int, *, chance: random.Random) -> tuple[PlatformLine, ...]:
    picked = chance.sample(range(len(GOODS)), k=chance.choice((1, 1, 1, 2, 3)))
    lines = []
    for place in picked:
        code, name, price = GOODS[place]
        # One order in twenty sells something that no SKU stands behind yet: that is how a hold looks.
        is_unknown = number % 20 == 7
        lines.append(
            PlatformLine(
                platform_sku_id=f"17290000000001{place + 50 * is_unknown:04d}",
                platform_product_id="",
                platform_line_ids=(),
                seller_sku=f"{code}-NEW" if is_unknown else code,
                product_name=name,
                quantity=chance.choice((1, 1, 2)),
                sale_price=Decimal(price),
            )
        )
    return tuple(lines)


def _address(number: int) -> PlatformAddress:
    street = f"{number + 3} Hoa Sứ"
    return PlatformAddress(
        name=f"Buyer {number + 1}",
        phone=f"(+84)9010000{number:02d}",
        region_code="VN",
        province="Hồ Chí Minh",
        city="Quận 7",
        postal_code="700000",
        lines=(street,),
        full_address=f"{street}, Tân Phú, Quận 7, Hồ Chí Minh",
    )
