"""Low stock to paused ad, and restocked to running again: seconds from the change of stock to the platform's own state.

The whole program runs: the change is posted to the ledger by the rule that staff use, its event wakes the worker, the
worker decides and tells the ad platform, and the platform is asked every 20 ms what it shows.
"""

import os
import statistics
import time
from collections import Counter
from dataclasses import dataclass, field

from core import clock
from marketing import ad_accounts
from marketing.models import AdLink, VehicleKind
from tenancy import scoping
from tenancy.actors import AUTO
from tests.bench import registry
from tests.bench.ground import Ground
from tests.bench.registry import Figure
from tests.bench.rig.shop import OPEN_ID, Platform
from tests.drills.rig import stock
from warehouse import ledger
from warehouse.models import StockLevel

TRIALS = int(os.environ.get("BENCH_TRIALS", 200))
POLL_SECONDS = 0.02
PATIENCE_SECONDS = 30
SAFETY, UNITS = 10, 40


@dataclass(frozen=True)
class Target:
    """An ad of one product, and the SKU behind it."""

    ad_id: str
    sku_id: int


@dataclass
class Trials:
    """What was measured, and what the platform was told for it."""

    platform: Platform
    seller_id: int
    paused: list[float] = field(default_factory=list)
    resumed: list[float] = field(default_factory=list)
    late: int = 0
    wanted: Counter = field(default_factory=Counter)

    def run(self, target: Target) -> None:
        self._until(target, "DISABLE", self.paused, stock.drop_below_safety)
        self._until(target, "ENABLE", self.resumed, stock.raise_above_resume)
        self.wanted[target.ad_id] += 2

    def _until(self, target: Target, status: str, seconds: list[float], change) -> None:
        begun = time.perf_counter()
        change(seller_id=self.seller_id, sku_id=target.sku_id)
        while self.status(target.ad_id) != status:
            if time.perf_counter() - begun > PATIENCE_SECONDS:
                self.late += 1
                break
            time.sleep(POLL_SECONDS)
        seconds.append(time.perf_counter() - begun)

    def status(self, ad_id: str) -> str:
        rows = self.platform.control.get("ads").json()["ads"]
        return next(row["operation_status"] for row in rows if row["id"] == ad_id)

    def written(self) -> Counter:
        """How often each ad really changed at the platform because of us."""
        query = {"kind": "ads_change", "limit": 10 * TRIALS + 1000}
        entries = self.platform.control.get("journal", params=query).json()["entries"]
        return Counter(
            row["id"] for row in entries if row["by"] == "api" and row["field"] == "operation_status"
        )


@registry.case
def ads(ground: Ground) -> list[Figure]:
    ground.start("sandbox")
    platform = Platform(ground=ground)
    platform.tell("settings", {"ads_rate_level": "off"})
    seller, _shop = platform.connect(units=UNITS)
    code = platform.tell("ads/auth_codes", {"open_id": OPEN_ID})["code"]
    ad_accounts.connect_ads(seller=seller, auth_code=code, actor=AUTO)
    targets = _targets(seller.pk)
    ground.start("web", "worker", "beat")
    trials = Trials(platform=platform, seller_id=seller.pk)
    trials.run(targets[0])  # warm: the worker's first task loads the program
    trials.paused.clear(), trials.resumed.clear()
    for trial in range(TRIALS):
        trials.run(targets[trial % len(targets)])
    written = trials.written()
    is_once = all(written[target.ad_id] == trials.wanted[target.ad_id] for target in targets)
    correct = is_once and not trials.late
    return [
        *_figures("low stock to paused", trials.paused, correct=correct),
        *_figures("restocked to running", trials.resumed, correct=correct),
    ]


def _figures(what: str, seconds: list[float], *, correct: bool) -> list[Figure]:
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return [
        Figure(metric=f"{what}, p50 of {len(seconds)}", unit="s", ours=cuts[49], correct=correct),
        Figure(metric=f"{what}, p99 of {len(seconds)}", unit="s", ours=cuts[98], correct=correct),
    ]


def _targets(seller_id: int) -> list[Target]:
    """Ads that sell one product, each with a SKU of its own; all with the same line under them."""
    with scoping.scope(sellers=[seller_id]):
        now = clock.now()
        for level in StockLevel.objects.order_by("pk"):
            ledger.set_safety_stock(
                warehouse_id=level.warehouse_id, sku_id=level.sku_id, units=SAFETY, now=now
            )
        links = AdLink.objects.filter(
            vehicle__kind=VehicleKind.AD, vehicle__is_enabled=True, listing__sku__isnull=False
        )
        rows = list(
            links.order_by("vehicle_id", "listing_id").values_list(
                "vehicle__platform_id", "listing__platform_product_id", "listing__sku_id"
            )
        )
    products: dict[str, set[str]] = {}
    for ad_id, product_id, _sku_id in rows:
        products.setdefault(ad_id, set()).add(product_id)
    found: dict[int, str] = {}
    for ad_id, _product_id, sku_id in rows:
        if len(products[ad_id]) == 1 and ad_id not in found.values():
            found.setdefault(sku_id, ad_id)
    return [Target(ad_id=ad_id, sku_id=sku_id) for sku_id, ad_id in found.items()]
