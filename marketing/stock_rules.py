"""Low stock → pause, take out or cut; enough again → exactly that back. Pure: facts in, a plan out.

The rules work on what the vehicle would look like if stock were no problem (what a person set), minus the products
that are low. What differs from today is the plan. A vehicle that a person switched off is never touched.
"""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from marketing.models import DecisionKind, LowStockStep, LowWhen, VehicleKind


@dataclass(frozen=True)
class SkuStock:
    """One SKU as the ledger has it, over all warehouses that serve it."""

    seller_sku: str
    available: int
    safety_stock: int
    is_counted: bool

    def resume_line(self, margin_percent: int) -> int:
        """At or above this, ads may run again: the safety line plus a margin, so that they do not flicker."""
        margin = (self.safety_stock * margin_percent + 99) // 100
        return max(self.safety_stock + margin, 1)

    @property
    def is_low(self) -> bool:
        """Below the safety line. Sold out is low whatever the line says."""
        return self.available < max(self.safety_stock, 1)


@dataclass(frozen=True)
class ProductStock:
    """One product of a shop with the SKUs that its listings mean."""

    product_id: str
    title: str
    skus: tuple[SkuStock, ...]

    @property
    def is_counted(self) -> bool:
        """Every SKU has been counted or received once; until then ads only get advice."""
        return bool(self.skus) and all(sku.is_counted for sku in self.skus)

    def is_low(self, low_when: str) -> bool:
        if not self.skus:
            return False
        return (
            all(s.is_low for s in self.skus) if low_when == LowWhen.ALL else any(s.is_low for s in self.skus)
        )

    def is_recovered(self, *, low_when: str, margin_percent: int) -> bool:
        """Clear of the low line by the margin, in the same sense in which it was low."""
        clear = [sku.available >= sku.resume_line(margin_percent) for sku in self.skus]
        return bool(clear) and (any(clear) if low_when == LowWhen.ALL else all(clear))

    @property
    def is_sold_out(self) -> bool:
        return bool(self.skus) and all(sku.available <= 0 for sku in self.skus)

    @property
    def scarcest(self) -> SkuStock:
        """The SKU that a person should look at."""
        return min(self.skus, key=lambda sku: (sku.available - max(sku.safety_stock, 1), sku.seller_sku))


@dataclass(frozen=True)
class Hold:
    """What we have taken away from a vehicle because of one product."""

    decision_id: int
    product_id: str
    kind: str
    saved_budget: Decimal | None = None
    is_pending: bool = False


@dataclass(frozen=True)
class Vehicle:
    """What can be switched, as last read, with what we hold of it."""

    vehicle_id: int
    kind: str
    is_enabled: bool
    product_scope: str
    product_ids: frozenset[str]
    linked_product_ids: frozenset[str]
    budget: Decimal | None
    holds: tuple[Hold, ...] = ()
    muted_product_ids: frozenset[str] = (
        frozenset()
    )  # a person overrode us here, and stock has not recovered since


@dataclass(frozen=True)
class Policy:
    step: str = LowStockStep.PAUSE
    low_when: str = LowWhen.ANY
    cut_percent: int = 50
    resume_margin_percent: int = 20


@dataclass(frozen=True)
class Taking:
    """Take something away because of this product."""

    product: ProductStock
    kind: str
    reason_code: str

    @property
    def label(self) -> str:
        return DecisionKind(self.kind).label


@dataclass(frozen=True)
class Giving:
    """Give back what this hold took. `kind` is None when another hold takes its place and nothing changes."""

    hold: Hold
    kind: str | None
    product: ProductStock | None

    @property
    def label(self) -> str:
        return DecisionKind(self.kind).label if self.kind else ""


@dataclass(frozen=True)
class Plan:
    """All that should change on one vehicle now."""

    takings: list[Taking] = field(default_factory=list)
    givings: list[Giving] = field(default_factory=list)
    alerts: list[Taking] = field(default_factory=list)
    recovered_product_ids: list[str] = field(default_factory=list)
    switch: str = ""
    add_products: list[str] = field(default_factory=list)
    remove_products: list[str] = field(default_factory=list)
    budget: Decimal | None = None

    @property
    def writes(self) -> bool:
        return bool(self.switch or self.add_products or self.remove_products or self.budget is not None)


def decide(*, vehicle: Vehicle, products: dict[str, ProductStock], policy: Policy) -> Plan:
    """What to take away from, and give back to, one vehicle. Products without facts count as fine."""
    recovered = {
        product_id
        for product_id, product in products.items()
        if product.is_recovered(low_when=policy.low_when, margin_percent=policy.resume_margin_percent)
    }
    plan = Plan(recovered_product_ids=sorted(recovered & vehicle.muted_product_ids))
    if any(hold.is_pending for hold in vehicle.holds):
        return plan  # one change at a time: the next sweep sees what the present one did
    low = _low_products(vehicle=vehicle, products=products, recovered=recovered, policy=policy)
    wanted = _wanted_kinds(vehicle=vehicle, low=low, products=products, policy=policy)
    held = {hold.product_id: hold for hold in vehicle.holds}
    for product_id, kind in sorted(wanted.items()):
        if kind == DecisionKind.ALERT:
            plan.alerts.append(Taking(products[product_id], kind, _reason(products[product_id])))
        elif product_id not in held or held[product_id].kind != kind:
            plan.takings.append(Taking(products[product_id], kind, _reason(products[product_id])))
    for product_id, hold in sorted(held.items()):
        if wanted.get(product_id) == hold.kind:
            continue
        giving_kind = None if product_id in wanted else _GIVES_BACK[hold.kind]
        plan.givings.append(Giving(hold, giving_kind, products.get(product_id)))
    return _with_writes(plan, vehicle=vehicle, wanted=wanted, policy=policy)


_GIVES_BACK = {
    DecisionKind.PAUSE: DecisionKind.RESUME,
    DecisionKind.REMOVE_PRODUCT: DecisionKind.RESTORE_PRODUCT,
    DecisionKind.CUT_BUDGET: DecisionKind.RESTORE_BUDGET,
}


def gives_back(kind: str) -> str:
    """The kind of decision that answers a hold."""
    return _GIVES_BACK[kind]


def _reason(product: ProductStock) -> str:
    return "sold_out" if product.scarcest.available <= 0 else "below_safety"


def _low_products(
    *, vehicle: Vehicle, products: dict[str, ProductStock], recovered: set[str], policy: Policy
) -> set[str]:
    """Linked products that are low, or that were and have not clearly recovered."""
    held = {hold.product_id for hold in vehicle.holds}
    low = set()
    for product_id in vehicle.linked_product_ids | held:
        product = products.get(product_id)
        if product is None or product_id in vehicle.muted_product_ids:
            continue
        if product.is_low(policy.low_when) or (product_id in held and product_id not in recovered):
            low.add(product_id)
    return low


def _wanted_kinds(
    *, vehicle: Vehicle, low: set[str], products: dict[str, ProductStock], policy: Policy
) -> dict[str, str]:
    """Which hold each low product should have on this vehicle; nothing on a vehicle that a person switched off."""
    we_paused = any(hold.kind == DecisionKind.PAUSE for hold in vehicle.holds)
    if not vehicle.is_enabled and not we_paused:
        # A person's pause. What we took out earlier stays noted until it has recovered; nothing new is taken.
        return {hold.product_id: hold.kind for hold in vehicle.holds if hold.product_id in low}
    wanted = {}
    unsure = {product_id for product_id in low if not products[product_id].is_counted}
    wanted.update(dict.fromkeys(unsure, DecisionKind.ALERT))
    low = low - unsure
    whole = _own_products(vehicle)
    already_out = {hold.product_id for hold in vehicle.holds if hold.kind == DecisionKind.REMOVE_PRODUCT}
    for product_id in sorted(low):
        if product_id in already_out:
            wanted[product_id] = DecisionKind.REMOVE_PRODUCT  # it stays out whatever becomes of the others
            continue
        wanted[product_id] = _kind_for(
            vehicle=vehicle, everything_low=whole <= low, product=products[product_id], policy=policy
        )
    return wanted


def _own_products(vehicle: Vehicle) -> frozenset[str]:
    """The vehicle's products as a person set them: today's list plus what we took out."""
    taken = {hold.product_id for hold in vehicle.holds if hold.kind == DecisionKind.REMOVE_PRODUCT}
    if vehicle.product_scope == "custom" or vehicle.product_ids:
        return vehicle.product_ids | taken
    return vehicle.linked_product_ids


def _kind_for(*, vehicle: Vehicle, everything_low: bool, product: ProductStock, policy: Policy) -> str:
    """The gentlest step that this vehicle allows for this product."""
    if vehicle.kind == VehicleKind.GMV_MAX_LIVE or vehicle.product_scope == "all":
        return DecisionKind.ALERT  # no lever for one product: the platform stops showing it by itself
    can_cut = vehicle.budget is not None and policy.step == LowStockStep.CUT
    if can_cut and everything_low and not product.is_sold_out:
        return DecisionKind.CUT_BUDGET
    if everything_low:
        return DecisionKind.PAUSE
    if vehicle.kind == VehicleKind.GMV_MAX_PRODUCT:
        return DecisionKind.REMOVE_PRODUCT
    return DecisionKind.ALERT  # it still sells other things, and has no list to take one out of


def _with_writes(plan: Plan, *, vehicle: Vehicle, wanted: dict[str, str], policy: Policy) -> Plan:
    """What has to be written so that the vehicle is as the wanted holds say."""
    kinds = set(wanted.values())
    held_kinds = {hold.kind for hold in vehicle.holds}
    taken = {hold.product_id for hold in vehicle.holds if hold.kind == DecisionKind.REMOVE_PRODUCT}
    out = {product_id for product_id, kind in wanted.items() if kind == DecisionKind.REMOVE_PRODUCT}
    switch = ""
    if DecisionKind.PAUSE in kinds and DecisionKind.PAUSE not in held_kinds and vehicle.is_enabled:
        switch = "disable"
    elif DecisionKind.PAUSE in held_kinds and DecisionKind.PAUSE not in kinds:
        switch = "enable"
    add = sorted(taken - out)
    remove = sorted(out & vehicle.product_ids)
    if DecisionKind.PAUSE in kinds:
        remove = []  # a list can't become empty: while the whole vehicle is off, its list stays as it is
    budget = None
    saved = [
        hold.saved_budget
        for hold in vehicle.holds
        if hold.kind == DecisionKind.CUT_BUDGET and hold.saved_budget
    ]
    if (
        DecisionKind.CUT_BUDGET in kinds
        and DecisionKind.CUT_BUDGET not in held_kinds
        and vehicle.budget is not None
    ):
        kept = vehicle.budget * (100 - policy.cut_percent) / 100
        budget = kept.quantize(Decimal(1) if kept >= 100 else Decimal("0.01"), rounding=ROUND_HALF_UP)
    elif DecisionKind.CUT_BUDGET in held_kinds and DecisionKind.CUT_BUDGET not in kinds and saved:
        budget = saved[0]
    return Plan(
        takings=plan.takings,
        givings=plan.givings,
        alerts=plan.alerts,
        recovered_product_ids=plan.recovered_product_ids,
        switch=switch,
        add_products=add,
        remove_products=remove,
        budget=budget,
    )
