"""17TRACK v2.2 under /track/v2.2/: JSON arrays of at most 40 numbers, each accepted or rejected by itself.
The per-number codes (-180199xx) and the number format check are this sandbox's reading; callers should rely on
`accepted`/`rejected` and treat the numbers as text for people."""

import json
import re
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.carriers import clean
from sandbox.tracking.state import SEVENTEEN, Registration

BASE = "/track/v2.2"
MAX_NUMBERS = 40
BURST_SECONDS = 10  # a burst of this many seconds' worth of calls passes
BAD_KEY, INTERNAL, DISABLED = -18010002, -18010003, -18010004
NO_DATA, BAD_DATA, TOO_MANY, BAD_NUMBER = -18010010, -18010013, -18010014, -18010012
ALREADY, NOT_REGISTERED, NO_CARRIER = -18019901, -18019902, -18019903
NOT_STOPPED, RETRACKED, NOT_TRACKING, QUOTA = -18019904, -18019905, -18019906, -18019908
NUMBER = re.compile(r"^[A-Z0-9-]{5,50}$")


class Rejected(Exception):
    """One number of a call is refused; the others go on."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Bucket:
    """Calls in a second, counted per key over a short burst, on the sandbox's clock."""

    def __init__(self) -> None:
        self.tokens: dict[str, tuple[float, float]] = {}

    def take(self, *, key: str, per_second: float, now: float) -> bool:
        if per_second <= 0:
            return True
        size = per_second * BURST_SECONDS
        left, at = self.tokens.get(key, (size, now))
        left = min(size, left + max(0.0, now - at) * per_second)
        self.tokens[key] = (left - 1 if left >= 1 else left, now)
        return left >= 1


def routes(world) -> list[BaseRoute]:
    calls = {
        "register": _register,
        "gettrackinfo": _get_track_info,
        "stoptrack": _stop,
        "retrack": _retrack,
        "deletetrack": _delete,
    }
    bucket = Bucket()
    made = [
        Route(f"{BASE}/{name}", _endpoint(world, bucket, call), methods=["POST"])
        for name, call in calls.items()
    ]
    return [*made, Route(f"{BASE}/getquota", _endpoint(world, bucket, None), methods=["POST"])]


def _endpoint(world, bucket: Bucket, call: Callable | None):
    """The gateway around one call: faults, key, rate, body, then number by number."""

    async def endpoint(request: Request) -> Response:
        fault = await world.faults.before("tracking")
        if fault is not None:
            return fault
        response = _refusal(world, bucket, request)
        if response is None:
            response = _quota(world) if call is None else _each(world, call, await request.body())
        world.journal.record("tracking_call", path=request.url.path, status=response.status_code)
        return await world.faults.after("tracking", response)

    return endpoint


def _refusal(world, bucket: Bucket, request: Request) -> Response | None:
    key = request.headers.get("17token", "")
    if key != world.settings["tracking_key"]:
        return _error(BAD_KEY, "Invalid security key.", status=401)
    if world.settings["tracking_disabled"]:
        return _error(DISABLED, "Account disabled.", status=401)
    if not bucket.take(key=key, per_second=world.settings["tracking_qps"], now=world.clock.steady()):
        return _error(INTERNAL, "Too many requests.", status=429)
    return None


def _each(world, call: Callable, body: bytes) -> Response:
    try:
        rows = json.loads(body)
    except ValueError:
        return _error(BAD_DATA, "Submitted data is not valid JSON.")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return _error(BAD_DATA, "Submitted data is not an array of objects.")
    if not rows:
        return _error(NO_DATA, "Data is required.")
    if len(rows) > MAX_NUMBERS:
        return _error(TOO_MANY, f"At most {MAX_NUMBERS} numbers in one call.")
    accepted, rejected = [], []
    for row in rows:
        try:
            accepted.append(call(world, row))
        except Rejected as refusal:
            error = {"code": refusal.code, "message": refusal.message}
            rejected.append({"number": str(row.get("number", "")), "error": error})
    return JSONResponse({"code": 0, "data": {"accepted": accepted, "rejected": rejected}})


def _register(world, row: dict) -> dict:
    tracking = world.tracking
    number, carrier = clean(str(row.get("number", ""))), row.get("carrier")
    if not NUMBER.match(number):
        raise Rejected(BAD_NUMBER, f"The format of '{number}' is invalid.")
    if carrier is not None and (not isinstance(carrier, int) or isinstance(carrier, bool) or carrier < 0):
        raise Rejected(BAD_NUMBER, "The format of 'carrier' is invalid, an integer is wanted.")
    if tracking.find(SEVENTEEN, number) is not None:
        raise Rejected(ALREADY, f"The tracking number '{number}' has been registered, don't need to repeat.")
    detected = not carrier
    carrier = carrier or tracking.detect(number)
    if carrier is None:
        raise Rejected(NO_CARRIER, f"The carrier of '{number}' cannot be detected.")
    if tracking.quota_used >= world.settings["tracking_quota"]:
        raise Rejected(QUOTA, "Your quota has run out.")
    registration = tracking.register(
        provider=SEVENTEEN,
        number=number,
        carrier=carrier,
        tag=str(row.get("tag") or ""),
        param=str(row.get("param") or ""),
    )
    return {"origin": 2 if detected else 1} | _names(registration)


def _get_track_info(world, row: dict) -> dict:
    return world.tracking.seventeen_object(_registered(world, row))


def _stop(world, row: dict) -> dict:
    registration = _registered(world, row)
    if registration.stopped:
        raise Rejected(
            NOT_TRACKING, f"Only a number that is being tracked can be stopped: '{registration.number}'."
        )
    world.tracking.stop(registration)
    return _names(registration)


def _retrack(world, row: dict) -> dict:
    registration = _registered(world, row)
    if not registration.stopped:
        raise Rejected(NOT_STOPPED, f"Only a stopped number can be tracked again: '{registration.number}'.")
    if registration.retracked:
        raise Rejected(RETRACKED, f"A number can be tracked again only once: '{registration.number}'.")
    world.tracking.retrack(registration)
    return _names(registration)


def _delete(world, row: dict) -> dict:
    registration = _registered(world, row)
    world.tracking.delete(registration)
    return _names(registration)


def _registered(world, row: dict) -> Registration:
    number = clean(str(row.get("number", "")))
    registration = world.tracking.find(SEVENTEEN, number)
    carrier = row.get("carrier")
    if registration is None or (carrier and carrier != registration.carrier):
        raise Rejected(
            NOT_REGISTERED, f"The tracking number '{number}' does not register, please register first."
        )
    return registration


def _names(registration: Registration) -> dict:
    return {"number": registration.number, "carrier": registration.carrier}


def _quota(world) -> Response:
    total, used = world.settings["tracking_quota"], world.tracking.quota_used
    data = {"quota_total": total, "quota_used": used, "quota_remain": max(0, total - used)}
    return JSONResponse({"code": 0, "data": data})


def _error(code: int, message: str, *, status: int = 200) -> Response:
    data = {"errors": [{"code": code, "message": message}]}
    return JSONResponse({"code": code, "data": data}, status_code=status)
