"""The front door of /open_api/v1.3/: path, header, faults, rate, parameters, account, scope; then the endpoint.
Whatever happens behind the path is answered with HTTP 200, and the code decides."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.ads import grants
from sandbox.ads.call import Call, from_body, from_query
from sandbox.ads.errors import ApiError
from sandbox.ads.rate import Rate

PREFIX = "/open_api/v1.3/"
JSON_TYPE = "application/json"
ENTRANCE = "oauth2/"
# Faults of the platform itself, with HTTP 200.
INNER_FAULTS = ((50002, "Internal error"), (51010, "Internal service timed out"))
FAULT_TEXTS = {
    "40202": "The entity is being modified by another request",
    "50002": "Internal error",
    "51010": "Internal service timed out",
    "60001": "The system is under maintenance",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    method: str
    path: str
    run: Callable[[Call], dict]
    scope: int = grants.MANAGEMENT
    needs_token: bool = True

    @property
    def is_write(self) -> bool:
        return self.method == "POST" and not self.path.startswith(ENTRANCE)


def routes(world, endpoints: list[Endpoint]) -> list[BaseRoute]:
    table = {(endpoint.method, endpoint.path): endpoint for endpoint in endpoints}
    rate = Rate(world)
    world.faults.register("ads", lambda kind: _fault(world, kind))

    async def serve(request: Request) -> Response:
        endpoint = table.get((request.method, request.path_params["path"]))
        if endpoint is None:
            return HTMLResponse("<html><body><h1>404 Not Found</h1></body></html>", status_code=404)
        surface = "auth" if endpoint.path.startswith(ENTRANCE) else "ads"
        fault = await world.faults.before(surface)
        if fault is not None:
            return fault
        call = Call(world=world, path=endpoint.path, params={})
        answer = _answer(rate, endpoint, call, request, await request.body())
        response = JSONResponse({**answer, "request_id": uuid.uuid4().hex})
        sent = await world.faults.after(surface, response)
        _note(world, endpoint, call, answer, is_answered=sent is response)
        return sent

    async def lost(request: Request) -> Response:
        return HTMLResponse("<html><body><h1>404 Not Found</h1></body></html>", status_code=404)

    methods = ["GET", "POST", "PUT", "DELETE", "PATCH"]
    return [
        Route(PREFIX + "{path:path}", serve, methods=methods),
        Route("/open_api/{path:path}", lost, methods=methods),
    ]


def _answer(rate: Rate, endpoint: Endpoint, call: Call, request: Request, raw: bytes) -> dict:
    call.ads.changed = []
    try:
        if endpoint.needs_token:
            call.grant = call.ads.grants.check(request.headers.get("access-token", ""))
        call.params = from_query(request.query_params.multi_items())
        if endpoint.method == "POST":
            if not request.headers.get("content-type", "").startswith(JSON_TYPE):
                raise ApiError(40002, "Content-Type must be application/json")
            call.params = from_body(raw)
        rate.check(path=endpoint.path, advertiser_id=str(call.params.get("advertiser_id") or ""))
        if call.grant is not None and endpoint.scope not in call.grant.scope:
            raise ApiError(40001, f"No permission: scope {endpoint.scope} was not granted")
        if endpoint.needs_token:
            _inner_fault(call)
        data = endpoint.run(call)
        code = data.pop("code", 0)
        answer = {"code": code, "message": "OK" if code == 0 else "Partial success", "data": data}
    except ApiError as refusal:
        answer = {"code": refusal.code, "message": refusal.message, "data": refusal.data}
    call.changed = call.ads.changed
    return answer


def _inner_fault(call: Call) -> None:
    for code, share in call.world.settings["ads_fault_codes"].items():
        if call.world.rng.random() < share:
            call.world.journal.record("fault_code", surface="ads", code=int(code))
            raise ApiError(int(code), FAULT_TEXTS.get(str(code), "Fault on request"))


def _fault(world, kind: str) -> Response:
    """A surface fault in this platform's manner: limits under HTTP 200, breakdowns either way."""
    if kind == "429":
        answer = (40100, "Too many requests. Please retry in some time.")
    elif world.rng.random() < 0.5:
        answer = world.rng.choice(INNER_FAULTS)
    else:
        return HTMLResponse("<html><body><h1>502 Bad Gateway</h1></body></html>", status_code=502)
    return JSONResponse({"code": answer[0], "message": answer[1], "data": {}, "request_id": uuid.uuid4().hex})


def _note(world, endpoint: Endpoint, call: Call, answer: dict, *, is_answered: bool) -> None:
    ads = world.ads
    ads.requests[endpoint.path] = ads.requests.get(endpoint.path, 0) + 1
    if not endpoint.is_write:
        world.journal.count("ads_read")
        return
    entry = {
        "at": world.clock.now(),
        "path": endpoint.path,
        "advertiser_id": str(call.params.get("advertiser_id") or ""),
        "body": call.params,
        "code": answer["code"],
        "message": answer["message"],
        "is_answered": is_answered,
        "changed": call.changed,
    }
    ads.log_write(entry)
    world.journal.record("ads_write", path=endpoint.path, code=answer["code"], is_answered=is_answered)
