"""What a seller starts with: carriers with their number formats, and a shipping policy per shop."""

from collections.abc import Iterable
from hashlib import sha256

from django.db import transaction
from django.utils.text import slugify

from integrations.models import ConnectionState, ShopLink
from integrations.tracking import numbers
from logistics.models import Carrier, ShippingPolicy
from tenancy import scoping
from tenancy.models import Seller, Shop

EVERYWHERE = "*"


def prepare_seller(seller: Seller) -> None:
    """Give the seller the carriers we know. Those that it has, and has edited, stay as they are."""
    with scoping.scope(sellers=[seller.pk]):
        Carrier.objects.bulk_create(
            [
                Carrier(
                    seller=seller,
                    code=seed.code,
                    name=seed.name,
                    number_patterns=[
                        {"pattern": one.pattern, "severity": one.severity} for one in seed.patterns
                    ],
                )
                for seed in numbers.seeds().values()
            ],
            ignore_conflicts=True,
        )


def policy_for(shop: Shop) -> ShippingPolicy:
    """The shop's policy; the default one is made when it is asked for first."""
    return policies_for([shop.pk])[shop.pk]


def policies_for(shop_ids: Iterable[int]) -> dict[int, ShippingPolicy]:
    """Policies by shop, in two queries at most."""
    wanted = set(shop_ids)
    found = {policy.shop_id: policy for policy in ShippingPolicy.objects.filter(shop_id__in=wanted)}
    missing = wanted - found.keys()
    if missing:
        ShippingPolicy.objects.bulk_create(
            [ShippingPolicy(shop_id=shop_id) for shop_id in missing], ignore_conflicts=True
        )
        found |= {policy.shop_id: policy for policy in ShippingPolicy.objects.filter(shop_id__in=missing)}
    return found


def connected_shops(shop_ids: Iterable[int]) -> set[int]:
    """Those of the shops that we can talk to; the others live on files."""
    links = ShopLink.objects.filter(shop_id__in=set(shop_ids)).exclude(
        connection__state=ConnectionState.DISCONNECTED
    )
    return set(links.values_list("shop_id", flat=True))


def code_for(name: str) -> str:
    """Our code of a carrier that somebody else names; the same name gives the same code."""
    return numbers.carrier_for_name(name) or slugify(name)[:30] or sha256(name.encode()).hexdigest()[:12]


@transaction.atomic
def carrier_named(name: str) -> Carrier | None:
    """The carrier that the platform calls so; one that we have never heard of is added, without number formats."""
    if not name:
        return None
    code = code_for(name)
    carrier = Carrier.objects.filter(code=code).first()
    if carrier is None:
        Carrier.objects.bulk_create([Carrier(code=code, name=name[:80])], ignore_conflicts=True)
        carrier = Carrier.objects.get(code=code)
    return carrier


def learn_provider_ids(*, carrier: Carrier, region: str, provider_id: str) -> None:
    """Remember the platform's own id of a carrier in a region: numbers are uploaded by id, never by name."""
    if carrier.platform_provider_ids.get(region) != provider_id:
        carrier.platform_provider_ids = {**carrier.platform_provider_ids, region: provider_id}
        carrier.save(update_fields=["platform_provider_ids"])


def provider_id(*, carrier: Carrier, region: str) -> str:
    """The platform's id of the carrier in this region; empty when it is not known yet."""
    ids = carrier.platform_provider_ids
    return str(ids.get(region) or ids.get(EVERYWHERE) or "")
