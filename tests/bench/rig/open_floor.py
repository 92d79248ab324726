"""A floor in the middle of its day: hundreds of packages in released waves, partly picked, and more that wait."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from catalog.models import Barcode, Sku
from orders import intake
from orders.models import Package, PackageState, SlaClock
from relay import outbox
from tenancy import scoping
from tenancy.actors import Actor
from tenancy.models import Seller
from tests import make, make_orders
from warehouse import layout, ledger, picking, setup, waves
from warehouse.models import Bin, BinKind, MovementReason, PickList, PickListState, Warehouse
from warehouse.wave_choice import Filters

MAI = Actor(kind="user", label="Mai")
AISLES, CELLS, SKUS, PULLED = 12, 40, 400, 200
SOON = timedelta(minutes=40)  # not all of a spike can make it
STARTED, LINES_PICKED = 4, 6  # walks under way, and what of each is in the cart


@dataclass(frozen=True)
class OpenFloor:
    seller: Seller
    warehouse: Warehouse


def make_floor(*, name: str, packages: int, waiting: int, now: datetime) -> OpenFloor:
    """So many packages in released waves, deadlines up to two days ahead, and some that nobody has planned yet."""
    random_ = random.Random(packages)
    seller = make.make_seller(slug=name, name=name.title())
    with scoping.scope(sellers=[seller.pk]):
        warehouse = setup.prepare_seller(seller)
        _shelves(warehouse, now=now)
        shop = make.make_shop(seller=seller, slug=name, platform_shop_id=name)
        _take_in(shop, range(packages), random_, now=now)
    _promise(seller, packages)
    floor = OpenFloor(seller, warehouse)
    with scoping.scope(sellers=[seller.pk]):
        _spread_deadlines(random_, now=now)
        _release(floor, now=now)
        _start(now=now)
        _take_in(shop, range(packages, packages + waiting), random_, now=now)
    _promise(seller, waiting)
    with scoping.scope(sellers=[seller.pk]):
        fresh = Package.objects.filter(state=PackageState.ALLOCATED).values("order_id")
        SlaClock.objects.filter(order_id__in=fresh).update(due_at=now + SOON)
    return floor


def _shelves(warehouse: Warehouse, *, now: datetime) -> None:
    """Goods in a bin each, more than the orders want."""
    values = {"zone_code": "A", "first_aisle": 1, "aisles": AISLES, "cells": CELLS, "levels": 1}
    layout.make_bins(warehouse_id=warehouse.pk, actor=MAI, now=now, **values)
    bins = Bin.objects.filter(warehouse=warehouse, kind=BinKind.SHELF).order_by("walk_order", "pk")
    skus = [make_orders.make_sku(f"SKU-{number:03d}", weight_g=300) for number in range(SKUS)]
    Barcode.objects.bulk_create(Barcode(sku=sku, code=f"BC-{sku.seller_sku}") for sku in skus)
    places = list(bins.values_list("pk", flat=True))
    random.Random(1).shuffle(places)
    movements = [
        ledger.Movement(
            bin_id=place, sku_id=sku.pk, quantity=2000, reason=MovementReason.RECEIVED, key=f"open:{sku.pk}"
        )
        for place, sku in zip(places, skus, strict=False)
    ]
    ledger.post(movements=movements, actor=MAI, now=now)


def _take_in(shop, numbers: range, random_: random.Random, *, now: datetime) -> None:
    codes = list(Sku.objects.order_by("pk").values_list("seller_sku", flat=True))
    for start in range(numbers.start, numbers.stop, PULLED):
        pictures = [
            make_orders.platform_order(
                f"57600{shop.pk:05d}{number:08d}",
                now=now,
                buyer_user_id=f"{number}",
                lines=tuple(
                    make_orders.line(code, platform_sku_id=f"P{code}")
                    for code in random_.sample(codes, min(1 + int(random_.expovariate(0.8)), 8))
                ),
            )
            for number in range(start, min(start + PULLED, numbers.stop))
        ]
        intake.import_orders(shop=shop, orders=pictures, source="api", now=now)


def _promise(seller: Seller, at_least: int) -> None:
    """Every handler hears what came."""
    while outbox.deliver_due(seller_id=seller.pk):
        pass
    with scoping.scope(sellers=[seller.pk]):
        found = Package.objects.filter(state=PackageState.ALLOCATED).count()
    if found < at_least:
        raise RuntimeError(f"only {found} of {at_least} packages have their stock")


def _spread_deadlines(random_: random.Random, *, now: datetime) -> None:
    for clock in SlaClock.objects.order_by("pk"):
        clock.due_at = now + timedelta(hours=random_.uniform(3, 48))
        clock.save(update_fields=["due_at"])


def _release(floor: OpenFloor, *, now: datetime) -> None:
    while Package.objects.filter(state=PackageState.ALLOCATED).exists():
        filters = Filters(warehouse_id=floor.warehouse.pk, package_limit=120, slots=12)
        wave = waves.plan_wave(filters=filters, actor=MAI, now=now)
        waves.release_wave(wave_id=wave.pk, actor=MAI, now=now)


def _start(*, now: datetime) -> None:
    """Some walks are under way; a picker's name is his own, for nobody has two."""
    lists = PickList.objects.filter(state=PickListState.OPEN).order_by("pk")[:STARTED]
    for number, row in enumerate(lists):
        actor = Actor(kind="user", label=f"Picker {number}")
        picking.claim(pick_list_id=row.pk, actor=actor, now=now)
        for _line in range(LINES_PICKED):
            _pick_a_line(row.pk, actor=actor, now=now)


def _pick_a_line(pick_list_id: int, *, actor: Actor, now: datetime) -> None:
    begun = False
    while step := picking.next_step(PickList.objects.get(pk=pick_list_id)):
        if step.kind == "bin" and begun:
            return
        code, quantity = (step.bin_code, 1) if step.kind == "bin" else (step.barcode, step.left)
        picking.scan(pick_list_id=pick_list_id, code=code, quantity=quantity, actor=actor, now=now)
        begun = begun or step.kind != "bin"
