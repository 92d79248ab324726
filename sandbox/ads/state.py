"""The ad side of the world: accounts, trees, tokens, and a log of everything that was changed and by whom."""

from sandbox.ads import seed, spend
from sandbox.ads.grants import Grants
from sandbox.ads.model import (
    ALL,
    DELETE,
    DISABLE,
    ENABLE,
    PRODUCT_GMV_MAX,
    Ad,
    AdGroup,
    Advertiser,
    Campaign,
    Node,
    Store,
    rows,
)
from sandbox.ads.shop_link import ShopLink
from sandbox.ads.status import Standing

SETTINGS = {
    "ads_app_id": "sandbox-ads-app",
    "ads_secret": "sandbox-ads-secret",
    "ads_rate_level": "basic",  # basic, advanced, premium, ultimate, test_host, off
    "ads_advertiser_qps": 10,
    "ads_status_lag_s": 0,
    "ads_report_lag_s": 600,
    "ads_spend_floor": 1.0,
    "ads_noop_code": 0,  # 0 or 40012: what setting the same again answers
    "ads_partial_code": 0,  # 0 or 20001: what a partial success answers
    "ads_fault_codes": {},  # {"40202": .1}: share of calls answered with this code, nothing done
    "ads_audit_seconds": 60,
}
KEPT_WRITES = 20_000
TABLES = {"advertisers": Advertiser, "stores": Store, "campaigns": Campaign, "adgroups": AdGroup, "ads": Ad}


class AdsWorld:
    def __init__(self, world) -> None:
        self.world = world
        for name, value in SETTINGS.items():
            world.settings.setdefault(name, value)
        self.shop_link = ShopLink(world)
        self.advertisers: dict[str, Advertiser] = {}
        self.stores: dict[str, Store] = {}
        self.campaigns: dict[str, Campaign] = {}
        self.adgroups: dict[str, AdGroup] = {}
        self.ads: dict[str, Ad] = {}
        self.writes: list[dict] = []
        self.requests: dict[str, int] = {}
        self.changed: list[dict] = []  # by the call that is being answered
        self.settled_at = world.clock.now()
        # A world that starts over keeps who was let in, as the shop side does.
        self.grants = world.ads.grants if hasattr(world, "ads") else Grants(world)
        seed.fill(self)

    # reading

    def adgroups_of(self, campaign: Campaign) -> list[AdGroup]:
        return [group for group in self.adgroups.values() if group.campaign_id == campaign.id]

    def ads_of(self, node: Campaign | AdGroup) -> list[Ad]:
        key = "campaign_id" if node.kind == "campaign" else "adgroup_id"
        return [ad for ad in self.ads.values() if getattr(ad, key) == node.id]

    def spenders(self, node: Node) -> list[Node]:
        """Where the money of a node is really spent: GMV Max campaigns themselves, else the ads below."""
        if node.kind == "ad" or (node.kind == "campaign" and node.is_gmv_max):
            return [node]
        return self.ads_of(node)

    def product_gmv_max(self, store_id: str) -> list[Campaign]:
        return [
            row
            for row in self.campaigns.values()
            if row.store_id == store_id and row.vehicle == PRODUCT_GMV_MAX
        ]

    def find(self, kind: str, node_id: str) -> Node | None:
        return {"campaign": self.campaigns, "adgroup": self.adgroups, "ad": self.ads}.get(kind, {}).get(
            node_id
        )

    def standing(self, *, lags: bool = False) -> Standing:
        return Standing(self, now=self.world.clock.now(), lags=lags)

    def is_occupied(self, item_group_id: str, *, but: str = "") -> bool:
        """In an enabled Product GMV Max campaign (other than `but`)."""
        product = self.shop_link.product(item_group_id)
        others = [row for row in self.product_gmv_max(product.shop_id) if row.id != but] if product else []
        enabled = [row for row in others if row.operation_status == ENABLE]
        return any(row.product_specific_type == ALL or item_group_id in row.item_group_ids for row in enabled)

    def shop_ads_with(self, item_group_id: str) -> list[Ad]:
        """Live classic shop ads (VSA) that show the product."""
        found = [ad for ad in self.ads.values() if item_group_id in ad.item_group_ids]
        return [ad for ad in found if ad.operation_status != DELETE]

    # changing

    def change(self, node: Node | Advertiser | Store, name: str, value, *, by: str) -> bool:
        """Set one property and note it; setting what is there already changes nothing."""
        old = getattr(node, name)
        if old == value:
            return False
        now = self.world.clock.now()
        setattr(node, name, value)
        if isinstance(node, Node):
            node.updated_at = now
        what = {"object": node.kind, "id": node.id, "field": name, "old": old, "new": value}
        self.changed.append(what)
        self.world.journal.record("ads_change", by=by, **what)
        return True

    def set_operation(self, node: Node, status: str, *, by: str) -> bool:
        now, before = self.world.clock.now(), node.operation_status
        if not self.change(node, "operation_status", status, by=by):
            return False
        node.prior_status, node.status_at = before, now
        if node.kind == "campaign" and status == ENABLE:
            node.enabled_at = now
        return True

    def set_status(self, kind: str, node_id: str, status: str, *, by: str = "person") -> bool:
        """A person's edit in Ads Manager. A deleted object stays deleted."""
        node = self.find(kind, node_id)
        if node is None or status not in {ENABLE, DISABLE, DELETE}:
            raise ValueError(f"no {kind} {node_id} or no status {status}")
        return node.operation_status != DELETE and self.set_operation(node, status, by=by)

    def new_auth_code(
        self,
        advertiser_ids: list[str] | None = None,
        open_id: str | None = None,
        scope: list[int] | None = None,
    ) -> str:
        """A fresh single-use code over these accounts; those of one seller; or all."""
        if advertiser_ids is None:
            advertiser_ids = [row.id for row in self.advertisers.values() if open_id in (None, row.open_id)]
        if not advertiser_ids or set(advertiser_ids) - set(self.advertisers):
            raise ValueError("no such advertiser")
        return self.grants.new_code(list(advertiser_ids), scope)

    def log_write(self, entry: dict) -> None:
        self.writes.append(entry)
        del self.writes[:-KEPT_WRITES]

    # time

    def tick(self) -> None:
        self.changed = []
        now = self.world.clock.now()
        spend.settle(self, now)
        for ad in self.ads.values():
            if ad.audit in {"AUDIT", "REAUDIT"} and 0 < ad.audit_until <= now:
                self.change(ad, "audit", "", by="platform")
        for group in self.adgroups.values():
            if group.scheduled_budget is not None and group.scheduled_for <= now:
                self.change(group, "budget", group.scheduled_budget, by="platform")
                group.scheduled_budget = None

    def snapshot(self) -> dict:
        tables = {name: rows(getattr(self, name).values()) for name in TABLES}
        kept = {"writes": list(self.writes), "requests": dict(self.requests), "settled_at": self.settled_at}
        return tables | kept | {"grants": self.grants.snapshot()}

    def restore(self, data: dict) -> None:
        for name, record in TABLES.items():
            setattr(self, name, {row["id"]: record(**row) for row in data[name]})
        self.writes, self.requests = list(data["writes"]), dict(data["requests"])
        self.settled_at = data["settled_at"]
        self.grants.restore(data["grants"])

    def dump(self) -> dict:
        """Everything as the platform has it: what was set, what it makes of it, and every write with its time."""
        standing = self.standing()
        tables = {"advertisers": rows(self.advertisers.values()), "stores": rows(self.stores.values())}
        for name in ("campaigns", "adgroups", "ads"):
            nodes = getattr(self, name).values()
            tables[name] = [_shown(node) | {"secondary_status": standing.of(node)} for node in nodes]
        return tables | {"writes": list(self.writes), "requests": dict(self.requests)}


def _shown(node: Node) -> dict:
    spent = {"spent": round(sum(row[0] for row in node.hours.values()), 2)}
    return {name: value for name, value in node.plain().items() if name != "hours"} | spent
