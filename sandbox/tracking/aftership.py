"""AfterShip Tracking under /tracking/2026-07/: one tracking a call, `as-api-key`, `{meta, data}`."""

import base64
import binascii
import json
import re
import uuid

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.carriers import clean
from sandbox.tracking import carrier_keys
from sandbox.tracking.state import AFTERSHIP, Registration

BASE = "/tracking/2026-07/trackings"
NUMBER = re.compile(r"^[A-Z0-9-]{5,50}$")
PAGE, MAX_PAGE = 100, 200


class Refused(Exception):
    """AfterShip's error: the meta code and the HTTP status are one number's two places."""

    def __init__(self, code: int, kind: str, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.meta = {"code": code, "type": kind, "message": message}
        self.status = status


def routes(world) -> list[BaseRoute]:
    return [
        Route(BASE, _endpoint(world, _create, status=201), methods=["POST"]),
        Route(BASE, _endpoint(world, _list), methods=["GET"]),
        Route(BASE + "/{id}", _endpoint(world, _get), methods=["GET"]),
        Route(BASE + "/{id}", _endpoint(world, _delete), methods=["DELETE"]),
        Route(BASE + "/{id}/mark-as-completed", _endpoint(world, _complete), methods=["POST"]),
        Route(BASE + "/{id}/retrack", _endpoint(world, _retrack), methods=["POST"]),
    ]


def _endpoint(world, call, *, status: int = 200):
    async def endpoint(request: Request) -> Response:
        fault = await world.faults.before("tracking")
        if fault is not None:
            return fault
        try:
            if request.headers.get("as-api-key", "") != world.settings["tracking_aftership_key"]:
                raise Refused(401, "Unauthorized", "Invalid API key.", status=401)
            data = call(world, request, await _body(request))
            response = JSONResponse({"meta": {"code": status}, "data": data}, status_code=status)
        except Refused as refusal:
            response = JSONResponse({"meta": refusal.meta, "data": {}}, status_code=refusal.status)
        world.journal.record("tracking_call", path=request.url.path, status=response.status_code)
        return await world.faults.after("tracking", response)

    return endpoint


async def _body(request: Request) -> dict:
    raw = await request.body()
    if not raw:
        return {}
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise Refused(4015, "BadRequest", "Invalid JSON data.") from error
    if not isinstance(body, dict):
        raise Refused(4015, "BadRequest", "Invalid JSON data.")
    return body


def _create(world, request: Request, body: dict) -> dict:
    number = clean(str(body.get("tracking_number", "")))
    if not NUMBER.match(number):
        raise Refused(4005, "BadRequest", "The value of `tracking_number` is invalid.")
    if world.tracking.find(AFTERSHIP, number) is not None:
        raise Refused(4003, "BadRequest", "Tracking already exists.")
    slug = body.get("slug")
    if slug and slug not in carrier_keys.BY_SLUG:
        raise Refused(4010, "BadRequest", "The value of `slug` is invalid.")
    carrier = carrier_keys.BY_SLUG[slug].key if slug else world.tracking.detect(number)
    if carrier is None:
        raise Refused(4012, "BadRequest", "Couriers cannot be detected from this tracking number.")
    registration = world.tracking.register(
        provider=AFTERSHIP,
        number=number,
        carrier=carrier,
        id=uuid.uuid5(uuid.NAMESPACE_OID, number).hex,
        title=str(body.get("title") or number),
        order_id=str(body.get("order_id") or ""),
        custom_fields=body.get("custom_fields"),
    )
    return world.tracking.aftership_object(registration)


def _get(world, request: Request, body: dict) -> dict:
    return world.tracking.aftership_object(_by_id(world, request))


def _list(world, request: Request, body: dict) -> dict:
    """Newest first, by number when asked; the cursor is the place after the page's last row."""
    query = request.query_params
    numbers = {clean(number) for number in query.get("tracking_numbers", "").split(",") if number.strip()}
    rows = [row for row in world.tracking.registrations.values() if row.provider == AFTERSHIP]
    rows = [row for row in reversed(rows) if not numbers or row.number in numbers]
    start, limit = _cursor(query.get("cursor", "")), query.get("limit", str(PAGE))
    if not limit.isdigit() or not 1 <= int(limit) <= MAX_PAGE:
        raise Refused(4005, "BadRequest", "The value of `limit` is invalid.")
    page = rows[start : start + int(limit)]
    more = start + len(page) < len(rows)
    following = base64.urlsafe_b64encode(str(start + len(page)).encode()).decode() if more else None
    pagination = {"total": len(rows), "has_next_page": more, "next_cursor": following}
    return {"pagination": pagination, "trackings": [world.tracking.aftership_object(row) for row in page]}


def _delete(world, request: Request, body: dict) -> dict:
    registration = _by_id(world, request)
    world.tracking.delete(registration)
    return {"id": registration.id, "tracking_number": registration.number}


def _complete(world, request: Request, body: dict) -> dict:
    registration = _by_id(world, request)
    if body.get("reason") not in {"DELIVERED", "LOST", "RETURNED_TO_SENDER"}:
        raise Refused(4005, "BadRequest", "The value of `reason` is invalid.")
    world.tracking.stop(registration)
    return world.tracking.aftership_object(registration)


def _retrack(world, request: Request, body: dict) -> dict:
    registration = _by_id(world, request)
    if not registration.stopped or registration.retracked:
        raise Refused(4016, "BadRequest", "Retrack is not allowed for this tracking.")
    world.tracking.retrack(registration)
    return world.tracking.aftership_object(registration)


def _by_id(world, request: Request) -> Registration:
    wanted = request.path_params["id"]
    for row in world.tracking.registrations.values():
        if row.provider == AFTERSHIP and row.id == wanted:
            return row
    raise Refused(4004, "NotFound", "Tracking does not exist.", status=404)


def _cursor(text: str) -> int:
    if not text:
        return 0
    try:
        return int(base64.urlsafe_b64decode(text))
    except (ValueError, binascii.Error) as error:
        raise Refused(4005, "BadRequest", "The value of `cursor` is invalid.") from error
