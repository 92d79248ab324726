"""TikTok Marketing API as an AdPlatform. Sets, never toggles; 20 ids a call; DELETE is a word it does not know."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from integrations.ports import AdAccountInfo, AdGrant, AdObject, ItemResult
from integrations.tiktok_ads import parse, structs
from integrations.tiktok_ads.errors import NOT_FOUND, Refused
from integrations.tiktok_ads.parse import AD, AD_GROUP, CAMPAIGN, GMV_MAX, text
from integrations.tiktok_ads.wire import Wire

IDS_PER_CHANGE = 20
PAGE_SIZE = 100
MOST_PRODUCTS = 400
ACCOUNT_FIELDS = ["advertiser_id", "name", "status", "currency", "timezone", "balance"]
NO_LEVER = "no_lever"

_LISTS = {CAMPAIGN: "/campaign/get/", AD_GROUP: "/adgroup/get/", AD: "/ad/get/"}
# GMV Max campaigns have no switch of their own: they are switched like any campaign.
_SWITCHES = {AD_GROUP: "/adgroup/status/update/", AD: "/ad/status/update/"}
_BUDGETS = {CAMPAIGN: "/campaign/update/", AD_GROUP: "/adgroup/update/"}


class TikTokAdsClient(Wire):
    """One grant, which covers any number of ad accounts."""

    def exchange_code(self, *, auth_code: str) -> AdGrant:
        """Turn the code of the consent page into a token. It works once; the token lasts until it is revoked."""
        body = {"app_id": self._app_id, "secret": self._secret, "auth_code": auth_code}
        grant = self.post("/oauth2/access_token/", kind=structs.Grant, body=body)
        self._access_token = grant.access_token
        return AdGrant(
            access_token=grant.access_token,
            advertiser_ids=tuple(text(one) for one in grant.advertiser_ids or ()),
            scopes=tuple(text(one) for one in grant.scope or ()),
        )

    def accounts(self) -> list[AdAccountInfo]:
        """Ad accounts of this grant, by id and name."""
        params = {"app_id": self._app_id, "secret": self._secret}
        found = self.get("/oauth2/advertiser/get/", kind=structs.Accounts, params=params)
        return [parse.account(one) for one in found.rows or ()]

    def account_info(self, *, advertiser_ids: Sequence[str]) -> list[AdAccountInfo]:
        """Status, currency and balance: a suspended account is seen here first."""
        infos: list[AdAccountInfo] = []
        for start in range(0, len(advertiser_ids), PAGE_SIZE):
            params = {
                "advertiser_ids": list(advertiser_ids[start : start + PAGE_SIZE]),
                "fields": ACCOUNT_FIELDS,
            }
            found = self.get("/advertiser/info/", kind=structs.Accounts, params=params)
            infos += [parse.account(one) for one in found.rows or ()]
        return infos

    def list_objects(self, *, advertiser_id: str) -> list[AdObject]:
        """Everything that can be switched in an account: GMV Max campaigns in full, then the classic tree."""
        objects = [
            self._gmv_max(advertiser_id, campaign) for campaign in self._gmv_max_campaigns(advertiser_id)
        ]
        taken = {one.platform_id for one in objects}
        for kind in (CAMPAIGN, AD_GROUP, AD):
            filtering = {"primary_status": "STATUS_NOT_DELETE"}
            for thing in self._things(_LISTS[kind], advertiser_id, filtering):
                if text(thing.campaign_id) not in taken:
                    objects.append(parse.ad_object(thing, advertiser_id=advertiser_id, kind=kind))
        return objects

    def read_object(self, *, advertiser_id: str, kind: str, platform_id: str) -> AdObject:
        """One thing as it stands now."""
        if kind in GMV_MAX:
            found = next(
                self._gmv_max_campaigns(advertiser_id, [platform_id]),
                structs.AdThing(campaign_id=platform_id),
            )
            return self._gmv_max(advertiser_id, found, kind=kind)
        filtering = {f"{parse.id_field(kind)}s": [platform_id]}
        for thing in self._things(_LISTS[kind], advertiser_id, filtering):
            if text(getattr(thing, parse.id_field(kind))) == platform_id:
                return parse.ad_object(thing, advertiser_id=advertiser_id, kind=kind)
        raise Refused("there is no such object", code=str(NOT_FOUND))

    def set_enabled(
        self, *, advertiser_id: str, kind: str, platform_ids: Sequence[str], enabled: bool
    ) -> list[ItemResult]:
        """Switch on or off. Sending the same twice is safe."""
        results: list[ItemResult] = []
        for start in range(0, len(platform_ids), IDS_PER_CHANGE):
            batch = list(platform_ids[start : start + IDS_PER_CHANGE])
            results += self._switch(advertiser_id, kind, batch, "ENABLE" if enabled else "DISABLE")
        return results

    def set_products(
        self, *, advertiser_id: str, platform_id: str, platform_product_ids: Sequence[str]
    ) -> ItemResult:
        """The whole product list of a Product GMV Max campaign. It cannot be empty: then the campaign is switched off."""
        if not 1 <= len(platform_product_ids) <= MOST_PRODUCTS:
            return ItemResult(
                item_id=platform_id,
                is_ok=False,
                code=NO_LEVER,
                message="a product list has 1 to 400 products",
            )
        body = {
            "advertiser_id": advertiser_id,
            "campaign_id": platform_id,
            "item_group_ids": list(platform_product_ids),
        }
        return self._set(platform_id, "/campaign/gmv_max/update/", body)

    def set_budget(self, *, advertiser_id: str, kind: str, platform_id: str, budget: Decimal) -> ItemResult:
        """Change a budget by the call that works at once. It may be refused: minimum, lock window, already spent."""
        path = "/campaign/gmv_max/update/" if kind in GMV_MAX else _BUDGETS.get(kind)
        if path is None:
            return ItemResult(item_id=platform_id, is_ok=False, code=NO_LEVER, message="an ad has no budget")
        # Currencies without decimals refuse even a ".0".
        number = int(budget) if budget == budget.to_integral_value() else float(budget)
        body = {"advertiser_id": advertiser_id, parse.id_field(kind): platform_id, "budget": number}
        return self._set(platform_id, path, body)

    def _set(self, platform_id: str, path: str, body: Mapping[str, object]) -> ItemResult:
        try:
            self.post(path, kind=structs.Nothing, body=body)
        except Refused as error:
            return ItemResult(item_id=platform_id, is_ok=False, code=error.code, message=error.message)
        return ItemResult(item_id=platform_id, is_ok=True)

    def _switch(self, advertiser_id: str, kind: str, ids: list[str], status: str) -> list[ItemResult]:
        field = parse.id_field(kind)
        body: dict[str, object] = {
            "advertiser_id": advertiser_id,
            f"{field}s": ids,
            "operation_status": status,
        }
        if kind == AD_GROUP:
            body["allow_partial_success"] = True
        try:
            answer = self.post(
                _SWITCHES.get(kind, "/campaign/status/update/"), kind=structs.StatusChange, body=body
            )
        except Refused as error:
            if len(ids) == 1:
                return [ItemResult(item_id=ids[0], is_ok=False, code=error.code, message=error.message)]
            # All or nothing: one bad id must not keep the others from being switched.
            return [result for one in ids for result in self._switch(advertiser_id, kind, [one], status)]
        failed = {text(getattr(item, field)): item for item in answer.error_list or ()}
        return [_result(one, failed.get(one)) for one in ids]

    def _gmv_max_campaigns(self, advertiser_id: str, ids: Sequence[str] = ()) -> Iterator[structs.AdThing]:
        filtering: dict[str, object] = {"gmv_max_promotion_types": ["PRODUCT_GMV_MAX", "LIVE_GMV_MAX"]}
        if ids:
            filtering["campaign_ids"] = list(ids)
        yield from self._things("/gmv_max/campaign/get/", advertiser_id, filtering)

    def _gmv_max(self, advertiser_id: str, listed: structs.AdThing, *, kind: str = "") -> AdObject:
        """Settings come with the info call; the computed status only with the list."""
        params = {"advertiser_id": advertiser_id, "campaign_id": text(listed.campaign_id)}
        info = self.get("/campaign/gmv_max/info/", kind=structs.AdThing, params=params)
        info.campaign_id = info.campaign_id or listed.campaign_id
        info.campaign_name = info.campaign_name or listed.campaign_name
        info.operation_status = info.operation_status or listed.operation_status
        info.secondary_status = info.secondary_status or listed.secondary_status
        info.shopping_ads_type = info.shopping_ads_type or listed.shopping_ads_type
        return parse.ad_object(info, advertiser_id=advertiser_id, kind=kind or parse.gmv_max_kind(info))

    def _things(
        self, path: str, advertiser_id: str, filtering: Mapping[str, object]
    ) -> Iterator[structs.AdThing]:
        page = 1
        while True:
            params = {
                "advertiser_id": advertiser_id,
                "filtering": filtering,
                "page": str(page),
                "page_size": str(PAGE_SIZE),
            }
            found = self.get(path, kind=structs.Things, params=params)
            yield from found.rows or ()
            if not found.rows or page >= ((found.page_info and found.page_info.total_page) or 1):
                return
            page += 1


def _result(platform_id: str, failed: structs.FailedItem | None) -> ItemResult:
    if failed is None:
        return ItemResult(item_id=platform_id, is_ok=True)
    return ItemResult(
        item_id=platform_id, is_ok=False, code=text(failed.error_code), message=text(failed.error_message)
    )
