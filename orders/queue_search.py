"""Pasted ids: what each stands for, and which stand for nothing here."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from catalog.models import Sku
from orders.models import Order, Package


@dataclass(frozen=True)
class Found:
    """What pasted ids stand for, and those that stand for nothing here."""

    order_ids: frozenset[int] = frozenset()
    sku_ids: frozenset[int] = frozenset()
    missing: tuple[str, ...] = ()


def find_ids(*, words: Sequence[str], by_number: dict[str, set[int]]) -> Found:
    """Orders by platform id or our id, by package, by SKU; `by_number` has those that were found by tracking number."""
    wanted = list(words)
    orders = Order.objects.filter(Q(platform_order_id__in=wanted) | Q(public_id__in=wanted))
    packages = Package.objects.filter(Q(public_id__in=wanted) | Q(platform_package_id__in=wanted))
    order_ids, hit = set(), set()
    for pk, *names in orders.values_list("pk", "platform_order_id", "public_id"):
        order_ids.add(pk)
        hit.update(names)
    for pk, *names in packages.values_list("order_id", "public_id", "platform_package_id"):
        order_ids.add(pk)
        hit.update(names)
    for number, ids in by_number.items():
        order_ids |= ids
        hit.add(number)
    skus = dict(Sku.objects.filter(seller_sku__in=wanted).values_list("pk", "seller_sku"))
    hit.update(skus.values())
    missing = tuple(word for word in wanted if word not in hit)
    return Found(frozenset(order_ids), frozenset(skus), missing)
