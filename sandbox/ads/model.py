"""What an ad account is made of, in plain records. `operation_status` is what somebody set; the standing that the
platform shows beside it is worked out in status.py and stored nowhere."""

from dataclasses import dataclass, field, fields

ENABLE, DISABLE, DELETE = "ENABLE", "DISABLE", "DELETE"
CLASSIC, PRODUCT_GMV_MAX, LIVE_GMV_MAX = "CLASSIC", "PRODUCT_GMV_MAX", "LIVE_GMV_MAX"
CUSTOMIZED, ALL = "CUSTOMIZED_PRODUCTS", "ALL"
INFINITE, TOTAL, DAY = "BUDGET_MODE_INFINITE", "BUDGET_MODE_TOTAL", "BUDGET_MODE_DAY"
DYNAMIC = "BUDGET_MODE_DYNAMIC_DAILY_BUDGET"


@dataclass(slots=True, kw_only=True)
class Advertiser:
    id: str
    name: str
    company: str
    open_id: str
    bc_id: str
    store_id: str
    currency: str
    timezone: str
    country: str
    balance: float
    grant: float = 0.0
    frozen: float = 0.0
    status: str = "STATUS_ENABLE"

    kind = "advertiser"


@dataclass(slots=True, kw_only=True)
class Store:
    """A TikTok Shop as the ad side sees it. One ad account at a time may run GMV Max for it."""

    id: str
    name: str
    bc_id: str
    region: str
    exclusive_advertiser_id: str

    kind = "store"


@dataclass(slots=True, kw_only=True)
class Node:
    """What campaigns, ad groups and ads have in common."""

    id: str
    advertiser_id: str
    name: str
    created_at: float
    updated_at: float
    operation_status: str = ENABLE
    prior_status: str = ""  # shown until a lagging read has caught up
    status_at: float = 0.0
    # hour (epoch seconds) -> [cost, orders, revenue]; only where money is really spent
    hours: dict[int, list[float]] = field(default_factory=dict, repr=False)

    kind = "node"

    def plain(self) -> dict:
        return {item.name: getattr(self, item.name) for item in fields(self)}


@dataclass(slots=True, kw_only=True)
class Campaign(Node):
    vehicle: str = CLASSIC
    budget_mode: str = DAY
    budget: float = 0.0
    is_disapproved: bool = False
    # GMV Max only
    store_id: str = ""
    bc_id: str = ""
    product_specific_type: str = ""
    item_group_ids: list[str] = field(default_factory=list)
    identity_list: list[dict] = field(default_factory=list)
    roas_bid: float = 0.0
    enabled_at: float = 0.0
    schedule_start: float = 0.0
    schedule_end: float = 0.0

    kind = "campaign"

    @property
    def is_gmv_max(self) -> bool:
        return self.vehicle != CLASSIC


@dataclass(slots=True, kw_only=True)
class AdGroup(Node):
    campaign_id: str
    budget_mode: str = DAY
    budget: float = 0.0
    scheduled_budget: float | None = None
    scheduled_for: float = 0.0
    location_ids: list[str] = field(default_factory=list)
    zipcode_ids: list[str] = field(default_factory=list)
    is_us_locked: bool = False
    shopping_ads_type: str = ""
    store_id: str = ""
    bc_id: str = ""
    audit: str = ""  # "", AUDIT, REAUDIT, AUDIT_DENY
    schedule_start: float = 0.0
    schedule_end: float = 0.0

    kind = "adgroup"


@dataclass(slots=True, kw_only=True)
class Ad(Node):
    campaign_id: str
    adgroup_id: str
    product_specific_type: str = ""
    item_group_ids: list[str] = field(default_factory=list)
    identity_id: str = ""
    audit: str = ""
    audit_until: float = 0.0

    kind = "ad"


@dataclass(slots=True, kw_only=True)
class Grant:
    """One token over some ad accounts, with the scopes that were given."""

    token: str
    advertiser_ids: list[str]
    scope: list[int]
    created_at: float
    is_revoked: bool = False


@dataclass(slots=True, kw_only=True)
class AuthCode:
    code: str
    advertiser_ids: list[str]
    scope: list[int]
    created_at: float
    is_used: bool = False


def rows(items) -> list[dict]:
    return [{item.name: _copied(getattr(row, item.name)) for item in fields(row)} for row in items]


def _copied(value):
    """A saved state must not change under the hand that writes it."""
    return dict(value) if isinstance(value, dict) else list(value) if isinstance(value, list) else value
