"""A tracking provider on loopback: 17TRACK's and AfterShip's shapes over the same moving parcels."""

from starlette.routing import BaseRoute

from sandbox.tracking import aftership, control, seventeen


def routes(world) -> list[BaseRoute]:
    return [*seventeen.routes(world), *aftership.routes(world)]


def control_routes(world) -> list[BaseRoute]:
    return control.routes(world)
