"""Faults on request. Each surface asks `before` it acts and `after` it acted; webhooks ask `webhook`.
A time-out is thrown after the write took effect, so that only reading again tells the truth."""

import asyncio
from collections.abc import Callable

from starlette.responses import HTMLResponse, JSONResponse, Response

SURFACES = ("shop", "ads", "tracking", "auth")
SURFACE_KNOBS = {
    "share_5xx": 0.0,
    "share_429": 0.0,
    "share_timeout_after": 0.0,
    "slow_ms": 0,
    "expire_tokens": 0.0,
}
WEBHOOK_KNOBS = {"doubled": 0.0, "reordered": 0.0, "delayed_s": 0.0, "dropped": 0.0}
HANG_SECONDS = 20.0


class UnknownFault(ValueError):
    """No such surface or knob, or a value that is not a number."""


class ConnectionCut(Exception):  # noqa: N818 - it names what happens on the wire
    """Raised towards an in-process transport instead of an answer."""


class CutResponse(Response):
    """The answer that never comes: held until the caller gives up, then broken off."""

    def __init__(self, *, hang_seconds: float) -> None:
        super().__init__(status_code=500)
        self.hang_seconds = hang_seconds

    async def __call__(self, scope, receive, send) -> None:
        if "sandbox.cut" in scope.get("extensions", {}):
            raise ConnectionCut
        try:
            async with asyncio.timeout(self.hang_seconds):
                while (await receive())["type"] != "http.disconnect":
                    pass
        except TimeoutError:
            await send({"type": "http.response.start", "status": 504, "headers": []})
            await send({"type": "http.response.body", "body": b""})


Maker = Callable[[str], Response]


class Faults:
    """The knobs and the dice. A surface may `register` how its own 5xx and 429 answers look."""

    def __init__(self, world) -> None:
        self.world = world
        self.surfaces = {name: dict(SURFACE_KNOBS) for name in SURFACES}
        self.webhooks = dict(WEBHOOK_KNOBS)
        self.hang_seconds = HANG_SECONDS
        self._makers: dict[str, Maker] = {}

    def register(self, surface: str, maker: Maker) -> None:
        """`maker("5xx")` and `maker("429")` give this surface's own answers."""
        self._makers[surface] = maker

    async def before(self, surface: str) -> Response | None:
        knobs = self.surfaces[surface]
        if knobs["slow_ms"]:
            await asyncio.sleep(knobs["slow_ms"] / 1000)
        for knob, kind in (("share_5xx", "5xx"), ("share_429", "429")):
            if self._hits(knobs[knob]):
                self.world.journal.record(f"fault_{kind}", surface=surface)
                return self._makers.get(surface, self._plain)(kind)
        return None

    async def after(self, surface: str, response: Response) -> Response:
        if self._hits(self.surfaces[surface]["share_timeout_after"]):
            self.world.journal.record("fault_timeout_after", surface=surface)
            return CutResponse(hang_seconds=self.hang_seconds)
        return response

    def expires_token(self, surface: str) -> bool:
        """Whether the token of this call should run out right now."""
        return self._hits(self.surfaces[surface]["expire_tokens"])

    def webhook(self) -> dict:
        """What happens to one webhook: how often it is sent (0, 1, 2) and how many seconds late."""
        if self._hits(self.webhooks["dropped"]):
            return {"times": 0, "late": 0.0}
        late = float(self.webhooks["delayed_s"])
        if self._hits(self.webhooks["reordered"]):
            late += self.world.rng.uniform(0.5, 4.0)
        return {"times": 2 if self._hits(self.webhooks["doubled"]) else 1, "late": late}

    def set(self, changes: dict) -> dict:
        """`{"shop": {"share_5xx": .2}, "webhooks": {...}}`; `"all"` sets every surface; `{}` inside resets one."""
        checked = [
            (name, *self._checked(name, knobs)) for name, knobs in changes.items() if name != "hang_seconds"
        ]
        for _name, targets, defaults, knobs in checked:
            for target in targets:
                target.update(knobs or defaults)
        if "hang_seconds" in changes:
            self.hang_seconds = _number("hang_seconds", changes["hang_seconds"])
        return self.dump()

    def clear(self) -> dict:
        return self.set({"all": {}, "webhooks": {}, "hang_seconds": HANG_SECONDS})

    def dump(self) -> dict:
        surfaces = {name: dict(knobs) for name, knobs in self.surfaces.items()}
        return {**surfaces, "webhooks": dict(self.webhooks), "hang_seconds": self.hang_seconds}

    def snapshot(self) -> dict:
        return self.dump()

    def restore(self, data: dict) -> None:
        self.set(data)

    def _checked(self, name: str, knobs: dict) -> tuple[list[dict], dict, dict]:
        if name == "webhooks":
            targets, defaults = [self.webhooks], WEBHOOK_KNOBS
        elif name == "all":
            targets, defaults = list(self.surfaces.values()), SURFACE_KNOBS
        elif name in self.surfaces:
            targets, defaults = [self.surfaces[name]], SURFACE_KNOBS
        else:
            raise UnknownFault(f"no surface {name!r}: one of {', '.join(SURFACES)}, webhooks, all")
        if not isinstance(knobs, dict) or set(knobs) - set(defaults):
            raise UnknownFault(f"{name}: knobs are {', '.join(defaults)}")
        return targets, defaults, {knob: _number(knob, value) for knob, value in knobs.items()}

    def _hits(self, share: float) -> bool:
        return share > 0 and self.world.rng.random() < share

    def _plain(self, kind: str) -> Response:
        if kind == "429":
            return JSONResponse({"code": 429, "message": "Too many requests"}, status_code=429)
        return HTMLResponse("<html><body><h1>503 Service Unavailable</h1></body></html>", status_code=503)


def _number(knob: str, value: object) -> float:
    if isinstance(value, int | float):
        return float(value)
    raise UnknownFault(f"{knob} must be a number")
