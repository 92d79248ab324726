"""The hand on the tracking provider: where pushes go, what it knows, and single pushes told again."""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.tracking import carrier_keys

PROVIDERS = ("17track", "aftership")


def routes(world) -> list[BaseRoute]:
    async def target(request: Request) -> Response:
        """{url, key, provider?}; no key means the provider's own API key signs."""
        try:
            body = json.loads(await request.body())
        except ValueError:
            return _bad("not JSON")
        provider = body.get("provider", PROVIDERS[0]) if isinstance(body, dict) else ""
        if provider not in PROVIDERS or not isinstance(body.get("url"), str):
            return _bad("url is wanted, and provider 17track or aftership")
        fallback = "tracking_key" if provider == PROVIDERS[0] else "tracking_aftership_key"
        key = body.get("key") or world.settings[fallback]
        world.tracking.pushes.set_target(provider, url=body["url"], key=str(key))
        return JSONResponse({"targets": world.tracking.pushes.targets})

    async def push(request: Request) -> Response:
        """Tell the standing of one number again."""
        found = world.tracking.push_again(request.path_params["number"])
        return JSONResponse({"pushed": found}, status_code=200 if found else 404)

    async def listing(request: Request) -> Response:
        return JSONResponse(world.tracking.dump())

    async def carriers(request: Request) -> Response:
        return JSONResponse(
            {"carriers": [{"key": r.key, "name": r.name, "slug": r.slug} for r in carrier_keys.TABLE]}
        )

    return [
        Route("/_sandbox/tracking", listing, methods=["GET"]),
        Route("/_sandbox/tracking/target", target, methods=["POST"]),
        Route("/_sandbox/tracking/carriers", carriers, methods=["GET"]),
        Route("/_sandbox/tracking/push/{number}", push, methods=["POST"]),
    ]


def _bad(message: str) -> Response:
    return JSONResponse({"error": message}, status_code=400)
