"""The invented ad accounts: one for each shop, with every vehicle by which a product can be advertised."""

from sandbox.ads import money, regions, spend
from sandbox.ads.model import (
    ALL,
    CUSTOMIZED,
    DAY,
    DISABLE,
    ENABLE,
    INFINITE,
    LIVE_GMV_MAX,
    PRODUCT_GMV_MAX,
    TOTAL,
    Ad,
    AdGroup,
    Advertiser,
    Campaign,
    Store,
)

HISTORY_DAYS = 7
# seller -> (company, business center)
OWNERS = {
    "sb-cedar": ("Cedar & Sand Home Co., Ltd.", "7301900000000000011"),
    "sb-lumi": ("Lumi Beauty (Shenzhen) Trading", "7301900000000000022"),
    "sb-north": ("Northside Goods LLC", "7301900000000000033"),
}
# In this region the shop-wide campaign runs and the hand-picked ones rest; elsewhere the other way round.
SHOP_WIDE_REGION = "TH"


class _Ids:
    """Steady 19-digit ids: account, kind, running number."""

    def __init__(self, account: int) -> None:
        self.account = account
        self.last = 0

    def next(self, kind: int) -> str:
        self.last += 1
        return f"18{kind}{self.account:04d}0000{self.last:08d}"


def fill(ads) -> None:
    for index, shop in enumerate(ads.shop_link.shops(), start=1):
        advertiser = _advertiser(ads, shop, index)
        ads.stores[shop.id] = Store(
            id=shop.id,
            name=shop.name,
            bc_id=advertiser.bc_id,
            region=shop.region,
            exclusive_advertiser_id=advertiser.id,
        )
        builder = _Builder(ads, advertiser, shop, _Ids(index))
        builder.gmv_max()
        builder.video_shopping()
        builder.traffic()
    now = ads.world.clock.now()
    for node in [row for row in ads.campaigns.values() if row.is_gmv_max] + list(ads.ads.values()):
        if node.operation_status == ENABLE and not getattr(node, "audit", ""):
            spend.stretch(ads, node, start=now - HISTORY_DAYS * spend.DAY, end=now)


def _advertiser(ads, shop, index: int) -> Advertiser:
    company, bc_id = OWNERS.get(shop.open_id, (shop.name, f"73019000000000001{index:02d}"))
    advertiser = Advertiser(
        id=f"73020000000000{index:05d}",
        name=f"{shop.name} Ads",
        company=company,
        open_id=shop.open_id,
        bc_id=bc_id,
        store_id=shop.id,
        currency=shop.currency,
        timezone=shop.zone,
        country=shop.region,
        balance=money.least(shop.currency, usd=6_000),
    )
    ads.advertisers[advertiser.id] = advertiser
    return advertiser


class _Builder:
    """Builds one account's trees; products are taken in the shop's own order."""

    def __init__(self, ads, advertiser: Advertiser, shop, ids: _Ids) -> None:
        self.ads, self.advertiser, self.shop, self.ids = ads, advertiser, shop, ids
        self.items = [product.id for product in ads.shop_link.products(shop.id)]
        self.made_at = ads.world.clock.now() - 30 * spend.DAY

    def usd(self, amount: float) -> float:
        return money.least(self.advertiser.currency, usd=amount)

    def gmv_max(self) -> None:
        is_shop_wide = self.shop.region == SHOP_WIDE_REGION
        picked, whole = (DISABLE, ENABLE) if is_shop_wide else (ENABLE, DISABLE)
        self._gmv_max("Bestsellers · GMV Max", 320, CUSTOMIZED, self.items[:4], picked, roas=3.2)
        self._gmv_max("Hero product · GMV Max", 120, CUSTOMIZED, self.items[4:5], picked, roas=2.8)
        self._gmv_max("Whole shop · GMV Max", 400, ALL, [], whole, roas=2.5)
        identity = {
            "identity_id": self.ids.next(9),
            "identity_type": "TTS_TT",
            "store_id": self.shop.id,
            "display_name": f"{self.shop.name} live",
        }
        live = self._campaign("Evening live · GMV Max", 260, vehicle=LIVE_GMV_MAX)
        live.identity_list, live.roas_bid = [identity], 4.0

    def video_shopping(self) -> None:
        campaign = self._campaign("Video shopping · always on", 300)
        broad = self._group(campaign, "Broad", 80, shopping="VIDEO")
        narrow = self._group(campaign, "Selected regions", 60, shopping="VIDEO")
        narrow.location_ids = regions.children(self.shop.region)[:4] or narrow.location_ids
        self._ad(broad, "Unboxing cut", self.items[5:6])
        self._ad(broad, "Three ways to use it", self.items[6:7])
        self._ad(narrow, "Best of the shelf", self.items[7:10])
        refused = self._ad(narrow, "Before and after", self.items[5:6])
        refused.audit = "AUDIT_DENY"

    def traffic(self) -> None:
        """No product id anywhere: only a person can say what this one sells."""
        campaign = self._campaign("Shop visits · brand film", 0)
        campaign.budget_mode = INFINITE
        group = self._group(campaign, "Look-alike audience", 450, shopping="")
        group.budget_mode = TOTAL
        self._ad(group, "Brand film 15 s", [])

    def _gmv_max(
        self, name: str, usd: float, specific: str, items: list[str], status: str, *, roas: float
    ) -> None:
        campaign = self._campaign(name, usd, vehicle=PRODUCT_GMV_MAX)
        campaign.product_specific_type, campaign.item_group_ids = specific, list(items)
        campaign.operation_status, campaign.roas_bid = status, roas

    def _campaign(self, name: str, usd: float, *, vehicle: str = "CLASSIC") -> Campaign:
        campaign = Campaign(
            id=self.ids.next(1),
            name=name,
            vehicle=vehicle,
            budget_mode=DAY,
            budget=self.usd(usd),
            enabled_at=self.made_at + len(self.ads.campaigns),
            schedule_start=self.made_at,
            **self._dated(),
        )
        if campaign.is_gmv_max:
            campaign.store_id, campaign.bc_id = self.shop.id, self.advertiser.bc_id
        self.ads.campaigns[campaign.id] = campaign
        return campaign

    def _group(self, campaign: Campaign, name: str, usd: float, *, shopping: str) -> AdGroup:
        group = AdGroup(
            id=self.ids.next(2),
            campaign_id=campaign.id,
            name=name,
            budget=self.usd(usd),
            location_ids=[regions.country_id(self.shop.region)],
            is_us_locked=self.shop.region == "US",
            shopping_ads_type=shopping,
            store_id=self.shop.id if shopping else "",
            bc_id=self.advertiser.bc_id if shopping else "",
            schedule_start=self.made_at,
            **self._dated(),
        )
        self.ads.adgroups[group.id] = group
        return group

    def _ad(self, group: AdGroup, name: str, items: list[str]) -> Ad:
        ad = Ad(
            id=self.ids.next(3),
            campaign_id=group.campaign_id,
            adgroup_id=group.id,
            name=name,
            product_specific_type=CUSTOMIZED if items else "",
            item_group_ids=list(items),
            identity_id=self.ids.next(9),
            **self._dated(),
        )
        self.ads.ads[ad.id] = ad
        return ad

    def _dated(self) -> dict:
        return {"advertiser_id": self.advertiser.id, "created_at": self.made_at, "updated_at": self.made_at}
