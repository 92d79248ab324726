"""secondary_status: what the platform makes of what was set, of the account, the money, the review and the stock.
First match wins: deleted, account, off here, off above, balance, budget, review, product, schedule, delivering."""

from sandbox.ads import money
from sandbox.ads.model import (
    ALL,
    DELETE,
    DISABLE,
    INFINITE,
    PRODUCT_GMV_MAX,
    TOTAL,
    Ad,
    AdGroup,
    Advertiser,
    Campaign,
)

# advertiser.status -> ending of every object's status below it
ACCOUNT = {
    "STATUS_LIMIT": "ADVERTISER_ACCOUNT_PUNISH",
    "STATUS_DISABLE": "ADVERTISER_ACCOUNT_PUNISH",
    "STATUS_CONTRACT_PENDING": "ADVERTISER_CONTRACT_PENDING",
    "STATUS_CONFIRM_FAIL": "{}_STATUS_ADVERTISER_AUDIT_DENY",
    "STATUS_CONFIRM_FAIL_END": "{}_STATUS_ADVERTISER_AUDIT_DENY",
    "STATUS_CONFIRM_MODIFY_FAIL": "{}_STATUS_ADVERTISER_AUDIT_DENY",
    "STATUS_PENDING_CONFIRM": "{}_STATUS_ADVERTISER_AUDIT",
    "STATUS_PENDING_CONFIRM_MODIFY": "{}_STATUS_ADVERTISER_AUDIT",
    "STATUS_PENDING_VERIFIED": "{}_STATUS_ADVERTISER_AUDIT",
}
ACCOUNT_STATUSES = ("STATUS_ENABLE", *ACCOUNT)
DELIVERING = {"CAMPAIGN_STATUS_ENABLE", "ADGROUP_STATUS_DELIVERY_OK", "AD_STATUS_DELIVERY_OK"}


def primary(secondary: str) -> str:
    if secondary in DELIVERING:
        return "STATUS_DELIVERY_OK"
    if secondary.endswith("_DELETE"):
        return "STATUS_DELETE"
    if secondary.endswith("_DISABLE"):
        return "STATUS_DISABLE"
    if secondary in {"ADGROUP_STATUS_TIME_DONE", "AD_STATUS_DONE"}:
        return "STATUS_TIME_DONE"
    return "STATUS_NOT_DELIVERY"


class Standing:
    """Reads one AdsWorld at one moment. `lags` shows what was set only once the reads have caught up."""

    def __init__(self, ads, *, now: float, lags: bool = False) -> None:
        self.ads = ads
        self.now = now
        self.lag = float(ads.world.settings["ads_status_lag_s"]) if lags else 0.0

    def operation(self, node) -> str:
        if node.prior_status and self.now - node.status_at < self.lag:
            return node.prior_status
        return node.operation_status

    def campaign(self, campaign: Campaign) -> str:
        advertiser = self.ads.advertisers[campaign.advertiser_id]
        operation = self.operation(campaign)
        if operation == DELETE:
            return "CAMPAIGN_STATUS_DELETE"
        if advertiser.status in ACCOUNT:
            return ACCOUNT[advertiser.status].format("CAMPAIGN")
        if operation == DISABLE:
            return "CAMPAIGN_STATUS_DISABLE"
        if advertiser.balance <= 0:
            return "CAMPAIGN_STATUS_TTS_ACCOUNT_BALANCE_INSUFFICIENT"
        if self._is_spent(campaign, self.ads.spenders(campaign), advertiser):
            return "CAMPAIGN_STATUS_BUDGET_EXCEED"
        if campaign.is_disapproved:
            return "CAMPAIGN_STATUS_REVIEW_DISAPPROVED"
        return (self._gmv_max(campaign) if campaign.is_gmv_max else "") or "CAMPAIGN_STATUS_ENABLE"

    def adgroup(self, group: AdGroup) -> str:
        advertiser = self.ads.advertisers[group.advertiser_id]
        campaign = self.ads.campaigns[group.campaign_id]
        operation, above = self.operation(group), self.operation(campaign)
        if operation == DELETE:
            return "ADGROUP_STATUS_DELETE"
        if above == DELETE:
            return "ADGROUP_STATUS_CAMPAIGN_DELETE"
        if advertiser.status in ACCOUNT:
            return ACCOUNT[advertiser.status].format("ADGROUP")
        if operation == DISABLE:
            return "ADGROUP_STATUS_DISABLE"
        if above == DISABLE:
            return "ADGROUP_STATUS_CAMPAIGN_DISABLE"
        if advertiser.balance <= 0:
            return "ADGROUP_STATUS_BALANCE_EXCEED"
        if self._is_spent(campaign, self.ads.spenders(campaign), advertiser):
            return "ADGROUP_STATUS_CAMPAIGN_EXCEED"
        if self._is_spent(group, self.ads.spenders(group), advertiser):
            return "ADGROUP_STATUS_BUDGET_EXCEED"
        if group.audit:
            return f"ADGROUP_STATUS_{group.audit}"
        return self._schedule(group, not_yet="NOT_START", over="TIME_DONE") or "ADGROUP_STATUS_DELIVERY_OK"

    def ad(self, ad: Ad) -> str:
        group, campaign = self.ads.adgroups[ad.adgroup_id], self.ads.campaigns[ad.campaign_id]
        advertiser = self.ads.advertisers[ad.advertiser_id]
        operations = [self.operation(node) for node in (ad, group, campaign)]
        if DELETE in operations:
            return ("AD_STATUS_DELETE", "AD_STATUS_ADGROUP_DELETE", "AD_STATUS_CAMPAIGN_DELETE")[
                operations.index(DELETE)
            ]
        if advertiser.status in ACCOUNT:
            return ACCOUNT[advertiser.status].format("AD")
        if DISABLE in operations:
            return ("AD_STATUS_DISABLE", "AD_STATUS_ADGROUP_DISABLE", "AD_STATUS_CAMPAIGN_DISABLE")[
                operations.index(DISABLE)
            ]
        if advertiser.balance <= 0:
            return "AD_STATUS_BALANCE_EXCEED"
        if self._is_spent(campaign, self.ads.spenders(campaign), advertiser):
            return "AD_STATUS_CAMPAIGN_EXCEED"
        if self._is_spent(group, self.ads.spenders(group), advertiser):
            return "AD_STATUS_BUDGET_EXCEED"
        if ad.audit or group.audit == "AUDIT_DENY":
            return f"AD_STATUS_{ad.audit}" if ad.audit else "AD_STATUS_ADGROUP_AUDIT_DENY"
        if ad.item_group_ids and not any(map(self.ads.shop_link.is_available, ad.item_group_ids)):
            return "AD_STATUS_PRODUCT_UNAVAILABLE"
        return self._schedule(group, not_yet="NOT_START", over="DONE", level="AD") or "AD_STATUS_DELIVERY_OK"

    def of(self, node) -> str:
        return {"campaign": self.campaign, "adgroup": self.adgroup, "ad": self.ad}[node.kind](node)

    def claimed_elsewhere(self, campaign: Campaign, item_group_id: str) -> bool:
        """Whether another enabled Product GMV Max campaign of the shop has the product: shop-wide ones take all."""
        for other in self.ads.product_gmv_max(campaign.store_id):
            if other.id == campaign.id or other.operation_status in {DISABLE, DELETE}:
                continue
            if other.product_specific_type == ALL:
                return True
            earlier = (other.enabled_at, other.id) < (campaign.enabled_at, campaign.id)
            if item_group_id in other.item_group_ids and earlier:
                return True
        return False

    def _gmv_max(self, campaign: Campaign) -> str:
        store = self.ads.stores[campaign.store_id]
        if store.exclusive_advertiser_id != campaign.advertiser_id:
            return f"CAMPAIGN_STATUS_{campaign.vehicle}_AUTHORIZATION_CANCEL"
        if campaign.vehicle != PRODUCT_GMV_MAX:
            return ""
        link = self.ads.shop_link
        if campaign.product_specific_type == ALL:
            items = [product.id for product in link.products(campaign.store_id)]
        else:
            items = [item for item in campaign.item_group_ids if not self.claimed_elsewhere(campaign, item)]
            if not items:
                return "CAMPAIGN_STATUS_PRODUCT_USED_BY_PRODUCT_GMV_MAX"
        return "" if any(map(link.is_available, items)) else "CAMPAIGN_STATUS_PRODUCT_UNAVAILABLE"

    def _is_spent(self, node, spenders: list, advertiser: Advertiser) -> bool:
        if node.budget_mode == INFINITE or node.budget <= 0:
            return False
        since = 0.0 if node.budget_mode == TOTAL else money.day_start(self.now, advertiser)
        return money.spent(spenders, since=since) >= node.budget

    def _schedule(self, group: AdGroup, *, not_yet: str, over: str, level: str = "ADGROUP") -> str:
        if group.schedule_start > self.now:
            return f"{level}_STATUS_{not_yet}"
        if 0 < group.schedule_end <= self.now:
            return f"{level}_STATUS_{over}"
        return ""
