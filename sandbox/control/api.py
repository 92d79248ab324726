"""The control API: JSON in, JSON out, no keys asked for. It is for loopback only."""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.control import acts, after_sales
from sandbox.control.dump import dump, order_row, summary
from sandbox.shop.errors import ShopError

POSTS = {
    "orders": acts.make_orders,
    "orders/rate": acts.set_rate,
    "spike": acts.start_spike,
    "orders/{order_id}/buyer_cancel": acts.buyer_cancel,
    "orders/{order_id}/cancel": acts.cancel,
    "orders/{order_id}/advance": acts.advance_order,
    "orders/{order_id}/return": after_sales.ask_return,
    "returns/{return_id}/ship": after_sales.ship_return,
    "returns/{return_id}/withdraw": after_sales.withdraw_return,
    "orders/{order_id}/address": acts.change_address,
    "carrier/scan": acts.scan,
    "carrier/auto": acts.carrier_auto,
    "faults": acts.set_faults,
    "clock": acts.move_clock,
    "settings": acts.change_settings,
    "webhooks/target": acts.webhook_target,
    "webhooks/send": acts.send_webhook,
    "shop/auth_codes": acts.auth_code,
    "ads/auth_codes": acts.ads_auth_code,
    "shop/tokens/expire": acts.expire_tokens,
    "shop/revoke": acts.revoke,
    "shop/active": acts.set_shop_active,
    "inventory": acts.set_inventory,
    "inventory/release": acts.release_stock,
    "reset": acts.reset,
}


def routes(world) -> list[BaseRoute]:
    async def state(_request: Request) -> Response:
        return JSONResponse(summary(world))

    async def everything(_request: Request) -> Response:
        return JSONResponse(dump(world))

    async def journal(request: Request) -> Response:
        query = request.query_params
        since, limit = query.get("since", "0"), query.get("limit", "1000")
        if not since.isdigit() or not limit.isdigit():
            return _bad("since and limit must be whole numbers")
        found = world.journal.find(kind=query.get("kind", ""), since=int(since), limit=int(limit))
        return JSONResponse(
            {"entries": found, "counts": dict(world.journal.counts), "seq": world.journal.sequence}
        )

    async def one_order(request: Request) -> Response:
        order = world.shop.orders.get(request.path_params["order_id"])
        return JSONResponse(order_row(world, order)) if order else _bad("no such order", status=404)

    async def knobs(_request: Request) -> Response:
        return JSONResponse(world.faults.dump())

    async def tick(_request: Request) -> Response:
        world.step()
        await world.push()
        sent = await world.deliverer.flush()
        return JSONResponse({"webhooks_sent": sent})

    gets = {"state": state, "dump": everything, "journal": journal, "orders/{order_id}": one_order}
    reads = [Route(f"/_sandbox/{path}", endpoint, methods=["GET"]) for path, endpoint in gets.items()]
    writes = [Route(f"/_sandbox/{path}", _post(world, act), methods=["POST"]) for path, act in POSTS.items()]
    return [
        *reads,
        Route("/_sandbox/faults", knobs, methods=["GET"]),
        Route("/_sandbox/tick", tick, methods=["POST"]),
        *writes,
    ]


def _post(world, act):
    async def endpoint(request: Request) -> Response:
        raw = await request.body()
        try:
            body = json.loads(raw) if raw.strip() else {}
        except ValueError:
            return _bad("not JSON")
        if not isinstance(body, dict):
            return _bad("a JSON object is wanted")
        try:
            return JSONResponse(act(world, {**body, **request.path_params}))
        except ShopError as error:
            return _bad(error.message, status=409)
        except LookupError as error:
            return _bad(str(error.args[0] if error.args else error), status=404)
        except acts.REFUSALS as error:
            return _bad(str(error), status=400)

    return endpoint


def _bad(message: str, *, status: int = 400) -> Response:
    return JSONResponse({"error": message}, status_code=status)
