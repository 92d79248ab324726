"""The sandbox, in-process, with a frozen clock. No database here."""

from collections.abc import Iterator

import httpx
import pytest

from sandbox.world import World
from tests.contracts.shop_client import ShopClient
from tests.sandbox_transport import client_for, make_world


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def sandbox_http(world) -> Iterator[httpx.Client]:
    with client_for(world) as client:
        yield client


@pytest.fixture
def control(sandbox_http):
    """POST to the control API and take the answer."""

    def post(path: str, **body):
        answer = sandbox_http.post(f"/_sandbox/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return post


@pytest.fixture
def vietnam(sandbox_http, world) -> ShopClient:
    return ShopClient(sandbox_http, world, open_id="sb-cedar")


@pytest.fixture
def malaysia(sandbox_http, world) -> ShopClient:
    return ShopClient(sandbox_http, world, open_id="sb-lumi", region="MY")


@pytest.fixture
def america(sandbox_http, world) -> ShopClient:
    return ShopClient(sandbox_http, world, open_id="sb-north")
