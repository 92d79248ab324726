"""The sandbox behind an ordinary `httpx.Client`, in this process: one event loop on a thread of its own.
A time-out that a fault throws after the write took effect arrives as `httpx.ReadTimeout`, as it would over the wire."""

import asyncio
import concurrent.futures
import threading
from functools import lru_cache

import httpx

from sandbox.app import create_app
from sandbox.clock import Clock
from sandbox.faults import ConnectionCut
from sandbox.world import World

NOW = 1_795_420_800.0  # Monday 2026-11-23 08:00 UTC
QUIET = {
    "orders_per_minute": 0.0,
    "unpaid_share": 0.0,
    "transit_lag_seconds": 0.0,
    "delivered_lag_seconds": 0.0,
}
LONGEST_SECONDS = 30.0


@lru_cache(maxsize=1)
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="sandbox", daemon=True).start()
    return loop


def make_world(*, now: float | None = NOW, with_history: bool = False, **settings) -> World:
    """A world in which nothing happens unasked: no orders come, carriers stand still. `now=None` runs in real time."""
    clock = Clock(frozen_at=now) if now is not None else Clock()
    world = World(seed=1, clock=clock, settings={**QUIET, **settings}, with_history=with_history)
    world.carriers.configure(enabled=False, exception_share=0.0)
    return world


class SandboxTransport(httpx.BaseTransport):
    """Runs requests against one world. Safe to use from several threads: the loop takes one after the other."""

    def __init__(self, world: World) -> None:
        self.world = world
        app = create_app(world, background=False)

        async def cut_aware(scope, receive, send) -> None:
            await app({**scope, "extensions": {"sandbox.cut": {}}}, receive, send)

        self._inner = httpx.ASGITransport(app=cut_aware)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        future = asyncio.run_coroutine_threadsafe(self._handle(request), _loop())
        seconds = request.extensions.get("timeout", {}).get("read") or LONGEST_SECONDS
        try:
            status, headers, content = future.result(timeout=seconds)
        except (ConnectionCut, concurrent.futures.TimeoutError) as error:
            # Not cancelled: the other side goes on and finishes what it began.
            raise httpx.ReadTimeout("the sandbox did not answer in time", request=request) from error
        return httpx.Response(status, headers=headers, content=content, request=request)

    async def _handle(self, request: httpx.Request) -> tuple[int, list, bytes]:
        again = httpx.Request(request.method, request.url, headers=request.headers, content=request.content)
        response = await self._inner.handle_async_request(again)
        return response.status_code, response.headers.raw, await response.aread()


def run(coroutine):
    """Await something of the world (`world.tick()`) from a plain test."""
    return asyncio.run_coroutine_threadsafe(coroutine, _loop()).result(timeout=LONGEST_SECONDS)


def client_for(world: World, **options) -> httpx.Client:
    return httpx.Client(transport=SandboxTransport(world), base_url="http://sandbox", **options)
