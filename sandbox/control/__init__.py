"""The hand on the world: a JSON API and a page under /_sandbox/."""

from starlette.routing import BaseRoute

from sandbox.control import api, page


def routes(world) -> list[BaseRoute]:
    return [*api.routes(world), *page.routes(world)]
