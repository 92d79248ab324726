"""`python -m sandbox --host 127.0.0.1 --port 8100 --state FILE [--rate N]`: the sandbox as a server."""

import argparse
import asyncio
import signal
from pathlib import Path

from granian.constants import Interfaces
from granian.server.embed import Server

from sandbox.app import create_app
from sandbox.world import World


async def serve(options: argparse.Namespace) -> None:
    """One process, one loop: the world is nowhere else."""
    world = World(seed=options.seed)
    app = create_app(world, state=options.state)
    if options.rate is not None:
        world.settings["orders_per_minute"] = options.rate
    server = Server(
        app,
        address=options.host,
        port=options.port,
        interface=Interfaces.ASGI,
        log_access=False,
        backlog=1024,
    )
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, server.stop)
    print(f"The sandbox is at http://{options.host}:{options.port}/_sandbox/", flush=True)
    await server.serve()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--state", type=Path, default=None, help="file that keeps the world between runs")
    parser.add_argument("--rate", type=float, default=None, help="orders per minute over all shops")
    parser.add_argument("--seed", type=int, default=48)
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
