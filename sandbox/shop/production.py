"""New orders: a steady stream, spikes as in a live show, single ones on request, and the past that a shop starts with."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sandbox.shop import events, stock
from sandbox.shop.model import Line, Order, Shop, Sku
from sandbox.shop.people import NOTES, make_buyer

LONGEST_GAP = 60.0
LINES = ((1, 38), (2, 30), (3, 17), (4, 10), (5, 5))
GIFT_SHARE, NOTE_SHARE, COD_SHARE, GROUP_SHARE = 0.07, 0.12, 0.55, 0.5
COD_REGIONS = {"VN", "TH"}
SHIPPING_FEE = {"VN": "16500", "MY": "4.90", "SG": "1.99", "TH": "29.00", "US": "5.99"}
RARE_WEIGHT = 0.1


@dataclass(slots=True, kw_only=True)
class Spike:
    """So many orders on these SKUs within so many seconds."""

    shop_id: str
    sku_ids: list[str]
    left: int
    per_second: float
    carry: float = 0.0


class Production:
    def __init__(self, world) -> None:
        self.world = world
        self.spikes: list[Spike] = []
        self.carry = 0.0
        self.last: float | None = None

    def tick(self) -> int:
        """Make what has become due since the last beat. A clock that jumped days ahead does not flood the shops."""
        now = self.world.clock.now()
        gap = min(max(0.0, now - (self.last if self.last is not None else now)), LONGEST_GAP)
        self.last = now
        self.carry += gap * self.world.settings["orders_per_minute"] / 60
        made = int(self.carry)
        self.carry -= made
        for _ in range(made):
            shop = self.world.rng.choice([shop for shop in self.world.shop.shops.values() if shop.is_active])
            place(self.world, shop=shop)
        return made + sum(self._spike(spike, gap=gap) for spike in list(self.spikes))

    def start_spike(self, *, shop_id: str, sku_ids: list[str], count: int, seconds: float) -> None:
        per_second = count / seconds if seconds > 0 else float(count)
        self.spikes.append(
            Spike(shop_id=shop_id, sku_ids=sku_ids, left=count, per_second=per_second, carry=1.0)
        )

    def _spike(self, spike: Spike, *, gap: float) -> int:
        spike.carry += gap * spike.per_second
        made = 0
        while spike.left > 0 and spike.carry >= 1:
            spike.carry -= 1
            spike.left -= 1
            live = [
                sku for sku in (self.world.shop.skus[sku_id] for sku_id in spike.sku_ids) if sku.available > 0
            ]
            if not live:
                spike.left = 0
                break
            shop = self.world.shop.shops[spike.shop_id]
            place(self.world, shop=shop, skus=[self.world.rng.choice(live)], group=self._group(shop))
            made += 1
        if spike.left <= 0:
            self.spikes.remove(spike)
        return made

    def _group(self, shop: Shop) -> str:
        return self.world.shop.next_id("group") if self.world.rng.random() < GROUP_SHARE else ""

    def snapshot(self) -> dict:
        rows = [{name: getattr(spike, name) for name in Spike.__slots__} for spike in self.spikes]
        return {"spikes": rows, "carry": self.carry, "last": self.last}

    def restore(self, data: dict) -> None:
        self.spikes = [Spike(**row) for row in data["spikes"]]
        self.carry, self.last = data["carry"], data["last"]


def place(world, *, shop: Shop, skus: list[Sku] | None = None, group: str = "", **wishes) -> Order | None:
    """A buyer orders now. Most pay within seconds, some never."""
    skus = pick_skus(world, shop=shop) if skus is None else skus
    if not skus:
        return None
    order = make_order(world, shop=shop, skus=skus, group=group, **wishes)
    now = world.clock.now()
    if world.rng.random() < world.settings["unpaid_share"]:
        order.times_out_unpaid = True
        world.shop.at(now + world.settings["unpaid_timeout_seconds"], action="unpaid", subject=order.id)
    else:
        world.shop.at(now + world.rng.uniform(0, 2), action="pay", subject=order.id)
    events.order_status(world, order=order)
    return order


def pick_skus(world, *, shop: Shop, respect_stock: bool = True) -> list[Sku]:
    """What one buyer puts in the basket; popular goods more often, sold-out and hidden ones never."""
    rows = [
        sku
        for product in world.shop.products_of(shop.id)
        if product.status == "ACTIVATE"
        for sku in product.skus
    ]
    live = [sku for sku in rows if sku.available > 0 or not respect_stock]
    if not live:
        return []
    weights = [
        (RARE_WEIGHT if is_rare(sku) else 1.0) * (1.0 + 2.0 / (1 + place)) for place, sku in enumerate(live)
    ]
    units = world.rng.choices([count for count, _ in LINES], weights=[share for _, share in LINES])[0]
    return world.rng.choices(live, weights=weights, k=units)


def is_rare(sku: Sku) -> bool:
    """Bundles, and goods whose seller SKU says nothing to anybody."""
    return bool(sku.parts) or not sku.seller_sku.startswith(("KF-", "LB-", "NG-"))


def make_order(
    world,
    *,
    shop: Shop,
    skus: list[Sku],
    created: float | None = None,
    group: str = "",
    shipping_type: str = "",
    note: str | None = None,
    is_sample: bool = False,
    replaces: str = "",
) -> Order:
    """An unpaid order with its buyer, lines and sums; its stock is committed from now on."""
    rng, now = world.rng, world.clock.now()
    created = now if created is None else created
    lines = _lines(world, skus=skus)
    order = Order(
        id=world.shop.next_id("order"),
        shop_id=shop.id,
        status="UNPAID",
        create_time=int(created),
        update_time=int(now),
        shipping_type=shipping_type or rng.choice(shop.shipping_types),
        lines=lines,
        buyer=make_buyer(region=shop.region, serial=world.shop.next_serial("buyer"), rng=rng),
        payment=payment_of(shop=shop, lines=lines, rng=rng),
        is_cod=shop.region in COD_REGIONS and rng.random() < COD_SHARE,
        passes_hold=rng.random() < world.settings["hold_share"],
        hold_seconds=world.settings["hold_seconds"],
        buyer_message=_note(shop, rng=rng) if note is None else note,
        delivery_option=rng.choice(("STANDARD", "STANDARD", "STANDARD", "EXPRESS")),
        group_id=group,
        is_sample=is_sample,
        replaced_order_id=replaces,
        history=[("UNPAID", created)],
    )
    world.shop.add_order(order)
    world.journal.count("order_made")
    return order


def _note(shop: Shop, *, rng) -> str:
    return rng.choice(NOTES[shop.region]) if rng.random() < NOTE_SHARE else ""


def _lines(world, *, skus: list[Sku]) -> list[Line]:
    """One a unit; now and then one is a gift, never all of them."""
    rng = world.rng
    gifts = [sku.id for sku in skus if rng.random() < GIFT_SHARE][: max(0, len(skus) - 1)]
    lines = []
    for sku in skus:
        is_gift = sku.id in gifts
        if is_gift:
            gifts.remove(sku.id)
        stock.commit(world, sku=sku, quantity=1)
        lines.append(
            Line(
                id=world.shop.next_id("line"),
                sku_id=sku.id,
                is_gift=is_gift,
                price=sku.price,
                status="UNPAID",
            )
        )
    return lines


def payment_of(*, shop: Shop, lines: list[Line], rng) -> dict:
    """Sums that add up the platform's way; a gift costs nothing."""
    step = Decimal(1).scaleb(-shop.decimals)

    def money(value: Decimal) -> Decimal:
        return value.quantize(step, rounding=ROUND_HALF_UP)

    original = sum((Decimal(line.price) for line in lines if not line.is_gift), Decimal(0))
    seller_discount = money(original * rng.choice((0, 0, 5, 10)) / 100)
    platform_discount = money(original * rng.choice((0, 0, 0, 3)) / 100)
    original_shipping = Decimal(SHIPPING_FEE[shop.region])
    shipping_discount = money(original_shipping * rng.choice((0, 0, 1)))
    sub_total = original - seller_discount - platform_discount
    tax = money(sub_total * Decimal("0.0825")) if shop.region == "US" else money(Decimal(0))
    shipping = original_shipping - shipping_discount
    return {
        "currency": shop.currency,
        "original_total_product_price": str(money(original)),
        "seller_discount": str(seller_discount),
        "platform_discount": str(platform_discount),
        "sub_total": str(money(sub_total)),
        "original_shipping_fee": str(money(original_shipping)),
        "shipping_fee_seller_discount": str(money(Decimal(0))),
        "shipping_fee_platform_discount": str(shipping_discount),
        "shipping_fee": str(money(shipping)),
        "tax": str(tax),
        "product_tax": str(tax),
        "total_amount": str(money(sub_total + shipping + tax)),
    }
