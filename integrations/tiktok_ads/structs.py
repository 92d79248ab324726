"""TikTok Marketing API's wire objects: unknown fields ignored, anything may be absent or null, numbers also as text."""

import msgspec

Text = str | int | None
Amount = str | int | float | None


class Loose(msgspec.Struct, kw_only=True, gc=False):
    """Base of all wire objects."""


class Grant(Loose):
    access_token: str = ""
    advertiser_ids: list[str | int] | None = None
    scope: list[str | int] | None = None


class Account(Loose):
    advertiser_id: Text = None
    advertiser_name: Text = None
    name: Text = None
    status: Text = None
    currency: Text = None
    timezone: Text = None
    display_timezone: Text = None
    balance: Amount = None


class Accounts(Loose):
    rows: list[Account] | None = msgspec.field(name="list", default=None)


class PageInfo(Loose):
    page: int | None = None
    total_page: int | None = None
    total_number: int | None = None


class Creative(Loose):
    item_group_ids: list[str | int] | None = None
    product_specific_type: Text = None


class AdThing(Loose):
    """A campaign, an ad group or an ad: the three lists share their words."""

    campaign_id: Text = None
    campaign_name: Text = None
    adgroup_id: Text = None
    adgroup_name: Text = None
    ad_id: Text = None
    ad_name: Text = None
    operation_status: Text = None
    secondary_status: Text = None
    budget: Amount = None
    budget_mode: Text = None
    store_id: Text = None
    shopping_ads_type: Text = None
    product_specific_type: Text = None
    item_group_ids: list[str | int] | None = None
    creatives: list[Creative] | None = None


class Things(Loose):
    rows: list[AdThing] | None = msgspec.field(name="list", default=None)
    page_info: PageInfo | None = None


class FailedItem(Loose):
    campaign_id: Text = None
    adgroup_id: Text = None
    ad_id: Text = None
    error_code: Text = None
    error_message: Text = None


class StatusChange(Loose):
    error_list: list[FailedItem] | None = None


class Nothing(Loose):
    """Data that no one reads."""
