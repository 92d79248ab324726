"""The hand in Ads Manager: what a person or the platform does to ads while nobody calls the API."""

import json
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.ads.model import Campaign
from sandbox.ads.status import ACCOUNT_STATUSES

AUDITS = {"", "AUDIT", "REAUDIT", "AUDIT_DENY"}


def routes(world) -> list[BaseRoute]:
    def route(path: str, action: Callable[[object, dict], dict]) -> Route:
        async def endpoint(request: Request) -> Response:
            raw = await request.body()
            try:
                body = json.loads(raw) if raw else {}
                if not isinstance(body, dict):
                    raise ValueError("a JSON object is wanted")
                return JSONResponse(action(world, body))
            except (ValueError, KeyError) as error:
                return JSONResponse({"error": str(error) or repr(error)}, status_code=400)

        return Route(path, endpoint, methods=["POST"])

    async def listing(request: Request) -> Response:
        return JSONResponse(world.ads.dump())

    return [
        Route("/_sandbox/ads", listing, methods=["GET"]),
        route("/_sandbox/ads/status", _status),
        route("/_sandbox/ads/budget", _budget),
        route("/_sandbox/ads/products", _products),
        route("/_sandbox/ads/locations", _locations),
        route("/_sandbox/ads/audit", _audit),
        route("/_sandbox/ads/account", _account),
        route("/_sandbox/ads/exclusive", _exclusive),
        route("/_sandbox/ads/revoke", _revoke),
    ]


def _status(world, body: dict) -> dict:
    """{kind: campaign|adgroup|ad, id, status: ENABLE|DISABLE|DELETE}"""
    changed = world.ads.set_status(body["kind"], body["id"], body["status"], by=body.get("by", "person"))
    return {"changed": changed}


def _node(world, kind: str, node_id: str):
    node = world.ads.find(kind, node_id)
    if node is None:
        raise ValueError(f"no {kind} {node_id}")
    return node


def _budget(world, body: dict) -> dict:
    """{kind: campaign|adgroup, id, budget}"""
    if body["kind"] not in {"campaign", "adgroup"}:
        raise ValueError("kind: campaign or adgroup")
    node = _node(world, body["kind"], body["id"])
    return {"changed": world.ads.change(node, "budget", float(body["budget"]), by="person")}


def _products(world, body: dict) -> dict:
    """{id, item_group_ids, kind?: campaign|ad}"""
    node = _node(world, body.get("kind", "campaign"), body["id"])
    if not hasattr(node, "item_group_ids"):
        raise ValueError("only a GMV Max campaign or an ad lists products")
    items = [str(item) for item in body["item_group_ids"]]
    if isinstance(node, Campaign) and node.product_specific_type != "CUSTOMIZED_PRODUCTS":
        raise ValueError("this campaign lists no products")
    return {"changed": world.ads.change(node, "item_group_ids", items, by="person")}


def _locations(world, body: dict) -> dict:
    """{id, location_ids}"""
    node = _node(world, "adgroup", body["id"])
    ids = [str(item) for item in body["location_ids"]]
    return {"changed": world.ads.change(node, "location_ids", ids, by="person")}


def _audit(world, body: dict) -> dict:
    """{kind: adgroup|ad, id, audit: ""|AUDIT|REAUDIT|AUDIT_DENY}; what an ad waits for ends by itself."""
    if body["audit"] not in AUDITS or body["kind"] not in {"adgroup", "ad"}:
        raise ValueError("kind: adgroup or ad; audit: empty, AUDIT, REAUDIT or AUDIT_DENY")
    node = _node(world, body["kind"], body["id"])
    if node.kind == "ad":
        node.audit_until = world.clock.now() + float(world.settings["ads_audit_seconds"])
    return {"changed": world.ads.change(node, "audit", body["audit"], by="platform")}


def _account(world, body: dict) -> dict:
    """{advertiser_id, status?, balance?}: STATUS_LIMIT suspends, STATUS_ENABLE lets it run again."""
    advertiser = world.ads.advertisers.get(body["advertiser_id"])
    if advertiser is None:
        raise ValueError("no such advertiser")
    changed = False
    if "status" in body:
        if body["status"] not in ACCOUNT_STATUSES:
            raise ValueError(f"status: one of {', '.join(ACCOUNT_STATUSES)}")
        changed |= world.ads.change(advertiser, "status", body["status"], by="platform")
    if "balance" in body:
        changed |= world.ads.change(advertiser, "balance", float(body["balance"]), by="person")
    return {"changed": changed}


def _exclusive(world, body: dict) -> dict:
    """{store_id, advertiser_id}: another ad account takes the shop's GMV Max over."""
    store = world.ads.stores.get(body["store_id"])
    if store is None or body["advertiser_id"] not in world.ads.advertisers:
        raise ValueError("no such store or advertiser")
    return {"changed": world.ads.change(store, "exclusive_advertiser_id", body["advertiser_id"], by="person")}


def _revoke(world, body: dict) -> dict:
    """Withdraw every token, or those over one advertiser."""
    wanted = body.get("advertiser_id")
    found = [row for row in world.ads.grants.tokens.values() if wanted in (None, *row.advertiser_ids)]
    for grant in found:
        world.ads.grants.revoke(grant.token)
    return {"revoked": len(found)}
