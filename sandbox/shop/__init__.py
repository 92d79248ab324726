"""The shop platform: authorization host, open API, label files."""

from starlette.routing import BaseRoute

from sandbox.shop import (
    cancellations,
    documents,
    gateway,
    logistics,
    messages,
    orders,
    packages,
    products,
    returns,
    splitting,
    tokens,
    webhook_settings,
)

PARTS = (
    tokens,
    orders,
    documents,
    splitting,
    packages,
    logistics,
    products,
    cancellations,
    returns,
    messages,
    webhook_settings,
)


def routes(world) -> list[BaseRoute]:
    apis = [api for part in PARTS for api in part.apis()]
    return [*tokens.routes(world), *documents.routes(world), *gateway.routes(world, apis)]
