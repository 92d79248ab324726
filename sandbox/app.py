"""The ASGI program: every surface over one world, and the beat that makes the world move by itself."""

import asyncio
import contextlib
import signal
import traceback
from pathlib import Path

from starlette.applications import Starlette

from sandbox import ads, bots, control, shop, tracking
from sandbox.keep import Keeper
from sandbox.world import World

BEAT_SECONDS = 1.0


def create_app(
    world: World | None = None, *, background: bool = True, state: Path | None = None
) -> Starlette:
    """With `background=False` nothing happens that the caller did not ask for."""
    world = world or World()
    keeper = Keeper(world, path=state) if state else None
    if keeper:
        keeper.load()

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette):
        tasks = [asyncio.create_task(run()) for run in _runs(world, keeper)] if background else []
        for task in tasks:
            task.add_done_callback(_fall)
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await world.deliverer.close()
        if keeper:
            keeper.save()

    routes = [
        *control.routes(world),
        *ads.control_routes(world),
        *tracking.control_routes(world),
        *bots.control_routes(world),
        *ads.routes(world),
        *tracking.routes(world),
        *bots.routes(world),
        *shop.routes(world),
    ]
    app = Starlette(routes=routes, lifespan=lifespan)
    app.state.world = world
    return app


def _runs(world: World, keeper: Keeper | None) -> list:
    return [world.deliverer.run, lambda: beat(world), *([keeper.run] if keeper else [])]


def _fall(task: asyncio.Task) -> None:
    """A world that stands still without a word would mislead; better end, and be started again with the saved state."""
    if not task.cancelled() and task.exception() is not None:
        traceback.print_exception(task.exception())
        signal.raise_signal(signal.SIGTERM)


async def beat(world: World) -> None:
    """One step a second. Slow receivers hold up their own messages only: pushes and webhooks go out beside it."""
    pushing: asyncio.Task | None = None
    while True:
        world.step()
        if pushing is None or pushing.done():
            if pushing is not None:
                pushing.result()
            pushing = asyncio.create_task(world.push())
        await asyncio.sleep(BEAT_SECONDS)
