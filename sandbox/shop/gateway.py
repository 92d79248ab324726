"""The door of the shop API. Checks in the platform's order: path, app, timestamp, signature, token, scope,
shop cipher, rate; only then the call itself. Every answer is an envelope."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.shop import signing
from sandbox.shop.authorizations import Grant
from sandbox.shop.errors import ShopError, invalid, missing
from sandbox.shop.model import Shop

METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]
OLDEST, NEWEST = 300, 30
MAX_BODY = 20 * 1024 * 1024
VERSIONED = re.compile(r"^/([a-z_]+)/(\d{6})/(.+)$")


@dataclass(slots=True, kw_only=True)
class Raw:
    """Data that is JSON text already."""

    text: str


@dataclass(slots=True, kw_only=True)
class Call:
    """One checked call, as the handlers see it."""

    world: object
    request: Request
    grant: Grant
    shop: Shop | None
    query: dict[str, str]
    body: dict
    path: dict[str, str]
    raw: bytes = b""

    def need(self, name: str) -> object:
        """A parameter of the body that must be there."""
        value = self.body.get(name)
        if value is None or value == "":
            raise missing(f"body.{name}")
        return value

    def number(self, name: str, *, low: int, high: int, default: int | None = None) -> int:
        """A whole number of the query within its limits."""
        text = self.query.get(name, "")
        if not text and default is not None:
            return default
        if not text:
            raise missing(f"query.{name}")
        if not text.isdigit() or not low <= int(text) <= high:
            raise invalid(f"query.{name}")
        return int(text)


Handler = Callable[[Call], dict | Raw | None]


@dataclass(slots=True, kw_only=True, frozen=True)
class Api:
    method: str
    path: str
    handler: Handler
    scope: str
    wants_shop: bool = True
    multipart: bool = False


@dataclass(slots=True, kw_only=True)
class Buckets:
    """Calls left per app, shop and API; refills evenly."""

    levels: dict[tuple, tuple[float, float]] = field(default_factory=dict)
    refused: int = 0

    def take(self, key: tuple, *, per_second: float, now: float) -> bool:
        level, at = self.levels.get(key, (per_second, now))
        level = min(per_second, level + (now - at) * per_second)
        allowed = level >= 1
        self.levels[key] = (level - 1 if allowed else level, now)
        self.refused += not allowed
        return allowed


def routes(world, apis: list[Api]) -> list[BaseRoute]:
    """One route a path; the method is looked at inside, so that a wrong one gets the platform's answer."""
    world.faults.register("shop", lambda kind: fault_answer(world, kind=kind))
    world.faults.register("auth", lambda kind: fault_answer(world, kind=kind))
    buckets = Buckets()
    by_path: dict[str, dict[str, Api]] = {}
    for api in apis:
        by_path.setdefault(api.path, {})[api.method] = api
    ordered = sorted(by_path, key=lambda path: path.count("{"))
    found = [Route(path, _endpoint(world, by_path[path], buckets), methods=METHODS) for path in ordered]
    return [*found, Route("/{path:path}", _unknown(world, by_path), methods=METHODS)]


def _endpoint(world, by_method: dict[str, Api], buckets: Buckets):
    async def endpoint(request: Request) -> Response:
        fault = await world.faults.before("shop")
        if fault is not None:
            return fault
        try:
            api = by_method.get(request.method)
            if api is None:
                raise ShopError(36009010, "Invalid method", status=404)
            call = _checked(world, api=api, request=request, raw=await request.body(), buckets=buckets)
            world.journal.count(f"call {api.method} {api.path}")
            response = answer(world, data=api.handler(call))
        except ShopError as error:
            world.journal.record(
                "call_refused", path=request.url.path, code=error.code, message=error.message
            )
            return refusal(world, error=error)
        return await world.faults.after("shop", response)

    return endpoint


def _checked(world, *, api: Api, request: Request, raw: bytes, buckets: Buckets) -> Call:
    pairs = request.query_params.multi_items()
    query = dict(reversed(pairs))
    check_app(world, query=query)
    check_timestamp(world, query=query)
    check_signature(world, request=request, pairs=pairs, query=query, raw=raw)
    grant = check_token(world, token=request.headers.get("x-tts-access-token", ""))
    if api.scope not in grant.scopes:
        raise ShopError(105005, f"Access denied. The app lacks the scope {api.scope}.", status=401)
    shop = check_shop(world, api=api, query=query, grant=grant)
    _check_rate(world, api=api, shop=shop, grant=grant, buckets=buckets)
    body = {} if api.multipart else parse_body(request=request, raw=raw)
    return Call(
        world=world,
        request=request,
        grant=grant,
        shop=shop,
        query=query,
        body=body,
        path=request.path_params,
        raw=raw,
    )


def check_app(world, *, query: dict[str, str]) -> None:
    if query.get("app_key", "") != world.settings["shop_app_key"]:
        raise ShopError(36009004, "Invalid app_key", status=400)


def check_timestamp(world, *, query: dict[str, str]) -> None:
    text = query.get("timestamp", "")
    if not text.isdigit():
        raise ShopError(36009004, "Invalid timestamp", status=400)
    clocks = [world.clock.now()]
    if world.settings["accept_wall_clock"]:
        clocks.append(time.time())
    if not any(now - OLDEST <= int(text) <= now + NEWEST for now in clocks):
        raise ShopError(36009004, "Invalid timestamp: expired or ahead of the server", status=400)


def check_signature(world, *, request: Request, pairs: list, query: dict[str, str], raw: bytes) -> None:
    if not query.get("sign"):
        raise ShopError(36009004, "Invalid sign: sign is missing", status=400)
    wanted = signing.request_signature(
        secret=world.settings["shop_app_secret"],
        path=request.url.path,
        pairs=pairs,
        content_type=request.headers.get("content-type", ""),
        body=raw,
    )
    if query["sign"] != wanted:
        raise ShopError(106001, "Invalid credentials. The 'sign' query parameter is invalid.", status=401)


def check_token(world, *, token: str) -> Grant:
    grant = world.shop.auth.grant_of(token)
    if grant is None:
        raise ShopError(36009004, "Invalid x-tts-access-token", status=401)
    if grant.revoked:
        raise ShopError(105001, "Access token is invalid: the seller removed the authorization", status=401)
    if world.faults.expires_token("shop"):
        grant.access[token] = world.clock.now()
    if grant.access[token] <= world.clock.now():
        raise ShopError(105002, "Expired credentials. The access token has expired.", status=401)
    return grant


def check_shop(world, *, api: Api, query: dict[str, str], grant: Grant) -> Shop | None:
    cipher = query.get("shop_cipher")
    if not api.wants_shop:
        if cipher is not None:
            raise ShopError(36009004, "Unexpected identifier: shop_cipher", status=400)
        return None
    if not cipher:
        raise ShopError(106013, "The 'shop_cipher' query parameter is missing", status=400)
    shop = world.shop.by_cipher.get(cipher)
    if shop is None or shop.open_id != grant.open_id:
        raise ShopError(101000, "The access token does not match the shop", status=401)
    if not shop.is_active:
        raise ShopError(36009043, "The shop is inactive", status=401)
    return shop


def _check_rate(world, *, api: Api, shop: Shop | None, grant: Grant, buckets: Buckets) -> None:
    limit = world.settings["rate_qps"]
    key = (shop.id if shop else grant.open_id, api.method, api.path)
    if limit and not buckets.take(key, per_second=limit, now=world.clock.steady()):
        # Half of the refusals say how long to wait, half do not.
        detail = {"retry_after": "1"} if buckets.refused % 2 else {}
        raise ShopError(36009002, "Too many requests", status=429, detail=detail)


def parse_body(*, request: Request, raw: bytes) -> dict:
    if len(raw) > MAX_BODY:
        raise ShopError(36009021, "The request body is too large", status=400)
    if not raw:
        return {}
    if not request.headers.get("content-type", "").lower().startswith("application/json"):
        raise ShopError(36009022, "Invalid content type: application/json is expected", status=400)
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise ShopError(36009022, "The request body is not JSON", status=400) from error
    if not isinstance(body, dict):
        raise ShopError(36009022, "The request body must be an object", status=400)
    return body


def answer(world, *, data: dict | Raw | None) -> Response:
    text = (
        data.text
        if isinstance(data, Raw)
        else json.dumps(data or {}, ensure_ascii=False, separators=(",", ":"))
    )
    envelope = f'{{"code":0,"message":"Success","request_id":"{request_id(world)}","data":{text}}}'
    return Response(envelope, media_type="application/json")


def refusal(world, *, error: ShopError) -> Response:
    body = {"code": error.code, "message": error.message, "request_id": request_id(world), "data": None}
    headers = {"retry-after": error.detail["retry_after"]} if "retry_after" in error.detail else None
    return Response(
        json.dumps(body, ensure_ascii=False),
        status_code=error.status,
        headers=headers,
        media_type="application/json",
    )


def fault_answer(world, *, kind: str) -> Response:
    """Half of the server errors are envelopes, the others a load balancer's page or nothing at all."""
    if kind == "429":
        detail = {"retry_after": "1"} if world.rng.random() < 0.5 else {}
        return refusal(world, error=ShopError(36009002, "Too many requests", status=429, detail=detail))
    roll = world.rng.random()
    if roll < 0.5:
        return refusal(world, error=ShopError(36009003, "Internal error", status=500))
    if roll < 0.8:
        return HTMLResponse(
            "<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>", status_code=503
        )
    return Response(b"", status_code=502)


def request_id(world) -> str:
    return f"2026{world.shop.next_serial('request'):012d}{int(world.clock.now()) % 0xFFFFFF:06X}"


def _unknown(world, by_path: dict[str, dict[str, Api]]):
    tails = {VERSIONED.match(path)[1] + "/" + VERSIONED.match(path)[3] for path in by_path}

    async def endpoint(request: Request) -> Response:
        match = VERSIONED.match(request.url.path)
        if match and f"{match[1]}/{match[3]}" in tails:
            return refusal(world, error=ShopError(36009014, "Invalid API version", status=404))
        return refusal(world, error=ShopError(36009009, "Invalid path", status=404))

    return endpoint
