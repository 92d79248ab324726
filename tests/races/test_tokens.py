"""Many workers meet a token that has run out: one refreshes, the others wait and use the new one."""

from functools import partial

import pytest

from core import clock, http
from integrations import connections
from tenancy import scoping
from tenancy.actors import Actor
from tests import make
from tests.sandbox_transport import SandboxTransport, make_world

pytestmark = pytest.mark.races
MAI = Actor(kind="user", label="Mai", id=1)


@pytest.fixture
def world():
    made = make_world(now=None, ads_rate_level="off", rate_qps=10_000, old_refresh_token_dies=True)
    http.set_transport_factory(lambda: SandboxTransport(made))
    yield made
    http.set_transport_factory(None)


def test_one_refreshes_and_the_others_use_the_new_token(committed, together, world):
    seller = make.make_seller()
    code = world.shop.auth.new_code("sb-cedar")
    (shop,) = connections.connect_shops(seller=seller, auth_code=code, actor=MAI, now=clock.now())
    clients = [connections.shop_client(seller_id=seller.pk, shop_id=shop.pk) for _worker in range(6)]
    world.shop.auth.expire_access("sb-cedar")
    world.faults.set({"auth": {"slow_ms": 150}})

    results = together([client.warehouses for client in clients])

    assert not [one for one in results if isinstance(one, BaseException)]
    assert all(results)
    assert world.shop.auth.refreshes == 1
    with scoping.scope(sellers=[seller.pk]):
        connection = connections.Connection.objects.get()
    assert (connection.state, connection.refreshing_until) == ("ok", None)


def test_a_disconnect_during_the_refresh_stays_a_disconnect(committed, together, world):
    seller = make.make_seller()
    code = world.shop.auth.new_code("sb-cedar")
    connections.connect_shops(seller=seller, auth_code=code, actor=MAI, now=clock.now())
    with scoping.scope(sellers=[seller.pk]):
        connection = connections.Connection.objects.get()
    world.faults.set({"auth": {"slow_ms": 300}})

    def disconnect() -> None:
        with scoping.scope(sellers=[seller.pk]):
            connections.disconnect(connection_id=connection.pk, actor=MAI, now=clock.now())

    refresh = partial(
        connections.refresh, seller_id=seller.pk, connection_id=connection.pk, stale=connection.access_token
    )
    assert not [one for one in together([refresh, disconnect]) if isinstance(one, BaseException)]
    with scoping.scope(sellers=[seller.pk]):
        connection.refresh_from_db()
    assert (connection.state, connection.access_token) == ("disconnected", "")
