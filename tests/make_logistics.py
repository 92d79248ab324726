"""Makes packed packages, labelled and handed-over shipments, and shops connected to the sandbox."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from catalog.models import Listing
from core import clock
from integrations import connections
from integrations.ports import CarrierEvent, PlatformLine, TrackingSnapshot
from logistics import handlers, handover, labels, setup, tracking
from logistics.models import Carrier, Shipment
from orders import packages
from orders.events import PackagePacked
from orders.models import Order, Package
from orders.states import PackageAction
from relay import effects
from sandbox.control import acts
from tenancy import scoping
from tenancy.actors import Actor
from tenancy.models import Seller, Shop
from tests import make_orders
from tests.make_orders import NOW

LAN = Actor(kind="user", label="Lan")
FLOOR = (
    PackageAction.ALLOCATE,
    PackageAction.START_PICKING,
    PackageAction.FINISH_PICKING,
    PackageAction.PACK,
)


def carrier(code: str = "jt") -> Carrier:
    """A carrier of the seller in scope, as it is seeded."""
    if not Carrier.objects.filter(code=code).exists():
        setup.prepare_seller(Seller.objects.get(pk=scoping.current().only_seller))
    return Carrier.objects.get(code=code)


def pack(package: Package, *, now: datetime = NOW) -> Package:
    """Take a planned package over the floor to the closed carton."""
    (locked,) = packages.lock_many(ids=[package.pk])
    for action in FLOOR:
        packages.advance(package=locked, action=action, actor=LAN, now=now)
    handlers.on_package_packed([PackagePacked(package_id=locked.pk)])
    return locked


def packed(*, shop: Shop, number: int = 1, now: datetime = NOW, **values) -> Package:
    """A packed package of an own order, with its shipment waiting."""
    package = make_orders.make_approved_package(
        shop=shop, platform_order_id=f"57646141303879{number:04d}", now=now, **values
    )
    return pack(package, now=now)


def waiting(*, shop: Shop, number: int = 1, **values) -> Shipment:
    """A shipment that waits for its number."""
    return Shipment.objects.get(package=packed(shop=shop, number=number, **values))


def labelled(
    *, shop: Shop, number: int = 1, tracking_number: str = "", code: str = "jt", now: datetime = NOW, **values
) -> Shipment:
    """A shipment with a number of its carrier."""
    shipment = waiting(shop=shop, number=number, now=now, **values)
    labels.give_number(
        shipment_id=shipment.pk,
        carrier=carrier(code),
        number=tracking_number or f"JT8401726395{number:02d}",
        source="typed",
        actor=LAN,
        now=now,
    )
    shipment.refresh_from_db()
    return shipment


def hand_over(shipment: Shipment, *, now: datetime = NOW) -> Shipment:
    """Scan a labelled shipment at the dock."""
    manifest = handover.open_manifest(carrier_id=shipment.carrier_id, actor=LAN, now=now)
    handover.scan(manifest_id=manifest.pk, code=shipment.tracking_number, actor=LAN, now=now)
    shipment.refresh_from_db()
    return shipment


def handed_over(*, shop: Shop, number: int = 1, now: datetime = NOW, **values) -> Shipment:
    return hand_over(labelled(shop=shop, number=number, now=now, **values), now=now)


def said(status: str, *, at: datetime = NOW, exception: str = "", text: str = "") -> CarrierEvent:
    """One thing that a carrier says."""
    return CarrierEvent(happened_at=at, status=status, exception=exception, text=text or status)


def hear(shipment: Shipment, *events: CarrierEvent, now: datetime = NOW) -> Shipment:
    """Take in what a carrier says."""
    snapshot = TrackingSnapshot(number=shipment.tracking_number, events=events, status=events[-1].status)
    tracking.apply_snapshot(shipment_id=shipment.pk, snapshot=snapshot, source="17track", now=now)
    shipment.refresh_from_db()
    return shipment


# --- shops that are connected to the sandbox; these run in real time ---


def connect(world, *, seller: Seller, open_id: str, region: str = "") -> Shop:
    """Authorize the seller's shop at the sandbox; no scope may be open."""
    code = acts.auth_code(world, {"open_id": open_id})["code"]
    shops = connections.connect_shops(seller=seller, auth_code=code, actor=LAN, now=clock.now())
    setup.prepare_seller(seller)
    return next(shop for shop in shops if region in ("", shop.region))


def sandbox_orders(world, *, shop: Shop, count: int = 1, **wishes) -> list[Order]:
    """Orders that were placed at the sandbox, paid two hours ago, taken in and approved."""
    wishes = {"shop_id": shop.platform_shop_id, "status": "AWAITING_SHIPMENT", "age_seconds": 7200, **wishes}
    ids = acts.make_orders(world, {"count": count, **wishes})["order_ids"]
    client = connections.shop_client(seller_id=shop.seller_id, shop_id=shop.pk)
    pictures = client.get_orders(platform_order_ids=ids)
    with scoping.scope(sellers=[shop.seller_id]):
        for picture in pictures:
            for line in picture.lines:
                _map(shop, line)
        return list(make_orders.take_in(shop, *pictures, now=clock.now()))


def _map(shop: Shop, line: PlatformLine) -> None:
    """Every line of a sandbox order means a SKU here, also those without a seller SKU."""
    sku = make_orders.make_sku(line.seller_sku or f"SB-{line.platform_sku_id}")
    if not Listing.objects.filter(shop=shop, platform_sku_id=line.platform_sku_id).exists():
        make_orders.make_listing(shop=shop, platform_sku_id=line.platform_sku_id, sku=sku)


def pack_orders(orders: Sequence[Order]) -> list[Shipment]:
    """Pack the packages of these orders; needs their seller's scope."""
    made = [pack(order.packages.get(), now=clock.now()) for order in orders]
    return list(Shipment.objects.filter(package__in=made).order_by("pk"))


def run_labels(shop: Shop) -> int:
    return effects.run_due(kind="logistics.labelrequest", seller_id=shop.seller_id)


def run_uploads(shop: Shop) -> int:
    return effects.run_due(kind="logistics.trackingupload", seller_id=shop.seller_id)


def hurry(model, *, by: timedelta = timedelta(hours=1)) -> None:
    """What waits for its next try is due now."""
    model.objects.filter(effect_state="waiting").update(not_before=clock.now() - by)
