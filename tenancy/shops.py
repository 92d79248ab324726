"""A seller's shops: add one that is fed by files, change how it looks and what it promises."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core import ids
from core.errors import RuleViolation
from tenancy import audit, regions
from tenancy.actors import Actor
from tenancy.models import Seller, Shop, ShopColor


class BadShop(RuleViolation):
    """The settings of a shop do not fit together."""

    code = "bad_shop"


@dataclass(frozen=True, kw_only=True)
class ShopSettings:
    """What staff may change. The peak window is a pair of days, both or neither."""

    name: str
    color: str
    time_zone: str
    promise_hours: int
    peak_promise_hours: int
    peak_from_on: date | None = None
    peak_until_on: date | None = None


@transaction.atomic
def add_shop(*, seller: Seller, name: str, region: str, actor: Actor, now: datetime) -> Shop:
    """A shop without an API connection: its orders come by Seller Center files."""
    market = regions.region(region)
    shop = Shop.objects.create(
        seller=seller,
        slug=free_slug(name=name, region=market.code),
        name=name.strip()[:120],
        region=market.code,
        time_zone=market.time_zone,
        currency=market.currency,
        color=next_color(),
    )
    audit.record(actor=actor, now=now, action="shop.added", subject_type="shop", subject_id=shop.slug)
    return shop


@transaction.atomic
def change_shop(*, shop_id: int, wanted: ShopSettings, actor: Actor, now: datetime) -> Shop:
    """Write the settings, and keep what they were."""
    if (wanted.peak_from_on is None) != (wanted.peak_until_on is None):
        raise BadShop(_("Give both days of the peak window, or none."))
    if wanted.peak_from_on and wanted.peak_until_on and wanted.peak_until_on < wanted.peak_from_on:
        raise BadShop(_("The peak window ends before it starts."))
    if min(wanted.promise_hours, wanted.peak_promise_hours) < 1:
        raise BadShop(_("A promise is at least one hour."))
    shop = Shop.objects.lock().get(pk=shop_id)
    changed = {}
    for name in ShopSettings.__dataclass_fields__:
        before, after = getattr(shop, name), getattr(wanted, name)
        if before != after:
            changed[name] = [str(before), str(after)]
            setattr(shop, name, after)
    if changed:
        shop.save(update_fields=list(changed))
        audit.record(
            actor=actor, now=now, action="shop.changed", subject_type="shop", subject_id=shop.slug, **changed
        )
    return shop


def free_slug(*, name: str, region: str) -> str:
    """A short address that no other shop of the seller has; names without Latin letters get a chance one."""
    wanted = slugify(name)[:40] or f"shop-{ids.public_id('s')[-5:]}"
    wanted = f"{wanted}-{region.lower()}" if not wanted.endswith(f"-{region.lower()}") else wanted
    taken = set(Shop.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    numbered = (f"{wanted}-{number}" for number in range(2, 1000))
    return wanted if wanted not in taken else next(slug for slug in numbered if slug not in taken)


def next_color() -> str:
    """The color that the seller's shops use least."""
    used = list(Shop.objects.values_list("color", flat=True))
    return min(ShopColor.values, key=used.count)
