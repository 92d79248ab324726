"""TikTok Marketing API v1.3 on loopback: accounts, trees, GMV Max, reports, and the page that lets an app in."""

from starlette.routing import BaseRoute

from sandbox.ads import budgets, control, gateway, gmv_max, oauth, reports, stores, switches, trees


def routes(world) -> list[BaseRoute]:
    endpoints = [
        *oauth.ENDPOINTS,
        *trees.ENDPOINTS,
        *switches.ENDPOINTS,
        *budgets.ENDPOINTS,
        *gmv_max.ENDPOINTS,
        *stores.ENDPOINTS,
        *reports.ENDPOINTS,
    ]
    return [*oauth.routes(world), *gateway.routes(world, endpoints)]


def control_routes(world) -> list[BaseRoute]:
    return control.routes(world)
