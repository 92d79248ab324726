"""The life of an authorization: given, refreshed in time and one at a time, ended; a shop belongs to one seller."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from core import clock
from core.http import NeedsReauthorization, NotYet
from integrations import connections, tasks
from integrations.models import Connection, ConnectionState, ShopLink
from relay import outbox
from relay.models import OutboxEvent
from tenancy import scoping
from tenancy.actors import Actor
from tenancy.models import Shop, ShopRoute
from tests.sandbox_transport import client_for

MAI = Actor(kind="user", label="Mai", id=1)


@pytest.fixture
def sandbox(sandbox_world):
    with client_for(sandbox_world) as client:

        def post(path: str, **body):
            answer = client.post(f"/_sandbox/{path}", json=body)
            assert answer.status_code == 200, answer.text
            return answer.json()

        yield post


def connect(seller, sandbox, open_id: str = "sb-cedar") -> list[Shop]:
    code = sandbox("shop/auth_codes", open_id=open_id)["code"]
    return connections.connect_shops(seller=seller, auth_code=code, actor=MAI, now=clock.now())


def test_one_authorization_brings_several_shops(cedar, sandbox):
    shops = connect(cedar, sandbox, "sb-lumi")
    assert sorted((shop.slug, shop.region, shop.currency, shop.time_zone) for shop in shops) == [
        ("cedar-my", "MY", "MYR", "Asia/Kuala_Lumpur"),
        ("cedar-sg", "SG", "SGD", "Asia/Singapore"),
        ("cedar-th", "TH", "THB", "Asia/Bangkok"),
    ]
    with scoping.scope(sellers=[cedar.pk]):
        connection = Connection.objects.get()
        assert (connection.external_id, connection.state) == ("sb-lumi", ConnectionState.OK)
        assert set(ShopLink.objects.values_list("connection_id", "is_cross_border")) == {
            (connection.pk, True)
        }
        assert OutboxEvent.objects.get(name="shops.connected").payload == {
            "connection_id": connection.pk,
            "shop_ids": [shop.pk for shop in shops],
        }
    routes = ShopRoute.objects.filter(seller=cedar).values_list("platform", flat=True)
    assert sorted(routes) == ["tiktok_shop", "tiktok_shop", "tiktok_shop", "tiktok_shop.grant"]


def test_connecting_again_renews_and_makes_nothing_twice(cedar, sandbox):
    first = connect(cedar, sandbox)
    with scoping.scope(sellers=[cedar.pk]):
        token = Connection.objects.get().access_token
    again = connect(cedar, sandbox)
    assert [shop.pk for shop in again] == [shop.pk for shop in first]
    with scoping.scope(sellers=[cedar.pk]):
        assert Connection.objects.get().access_token != token
        assert Shop.objects.count() == ShopLink.objects.count() == 1


def test_a_shop_of_another_seller_is_refused(cedar, north, sandbox):
    connect(cedar, sandbox)
    with pytest.raises(connections.shop_setup.ShopTaken, match="another seller"):
        connect(north, sandbox)
    with scoping.scope(sellers=[north.pk]):
        assert not Connection.objects.exists()
        assert not Shop.objects.exists()


def test_a_used_code_is_refused_with_a_sentence(cedar, sandbox):
    with pytest.raises(connections.ConnectFailed, match="did not accept"):
        connections.connect_shops(seller=cedar, auth_code="nonsense", actor=MAI, now=clock.now())


def test_a_token_that_ran_out_is_refreshed_during_the_call(cedar, sandbox):
    (shop,) = connect(cedar, sandbox)
    client = connections.shop_client(seller_id=cedar.pk, shop_id=shop.pk)
    sandbox("shop/tokens/expire", open_id="sb-cedar")
    assert client.warehouses()
    with scoping.scope(sellers=[cedar.pk]):
        connection = Connection.objects.get()
    assert (connection.state, connection.refreshing_until) == (ConnectionState.OK, None)
    assert connection.access_expires_at > clock.now() + timedelta(days=6)


def test_the_sweep_refreshes_a_day_ahead(cedar, sandbox):
    connect(cedar, sandbox)
    with scoping.scope(sellers=[cedar.pk]):
        Connection.objects.update(access_expires_at=clock.now() + timedelta(hours=23))
        before = Connection.objects.get()
    tasks.refresh_tokens()
    with scoping.scope(sellers=[cedar.pk]):
        after = Connection.objects.get()
    assert after.access_token != before.access_token
    assert after.refresh_token != before.refresh_token
    assert after.access_expires_at > clock.now() + timedelta(days=6)


def test_one_refresh_at_a_time(cedar, sandbox):
    (shop,) = connect(cedar, sandbox)
    with scoping.scope(sellers=[cedar.pk]):
        Connection.objects.update(
            access_expires_at=clock.now(), refreshing_until=clock.now() + timedelta(seconds=30)
        )
    with pytest.raises(NotYet):
        connections.shop_client(seller_id=cedar.pk, shop_id=shop.pk)


def test_somebody_else_s_refresh_is_used(cedar, sandbox, sandbox_world):
    (shop,) = connect(cedar, sandbox)
    client = connections.shop_client(seller_id=cedar.pk, shop_id=shop.pk)
    sandbox("shop/tokens/expire", open_id="sb-cedar")
    with scoping.scope(sellers=[cedar.pk]):
        connection = Connection.objects.get()
    assert connections.refresh(seller_id=cedar.pk, connection_id=connection.pk, stale=connection.access_token)
    refreshes = sandbox_world.shop.auth.refreshes
    assert client.warehouses()
    assert sandbox_world.shop.auth.refreshes == refreshes


def test_a_dead_refresh_token_ends_the_connection(cedar, sandbox):
    (shop,) = connect(cedar, sandbox)
    with scoping.scope(sellers=[cedar.pk]):
        Connection.objects.update(refresh_token="dead", access_expires_at=clock.now())
        connection = Connection.objects.get()
    assert not connections.refresh(
        seller_id=cedar.pk, connection_id=connection.pk, stale=connection.access_token
    )
    with scoping.scope(sellers=[cedar.pk]):
        assert Connection.objects.get().state == ConnectionState.ENDED
    with pytest.raises(NeedsReauthorization):
        connections.shop_client(seller_id=cedar.pk, shop_id=shop.pk)


def test_a_shop_that_works_by_files_has_no_client(cedar_shop):
    with pytest.raises(connections.NotConnected):
        connections.shop_client(seller_id=cedar_shop.seller_id, shop_id=cedar_shop.pk)


def test_disconnecting_forgets_the_tokens_and_frees_the_shop(cedar, north, sandbox):
    connect(cedar, sandbox)
    with scoping.scope(sellers=[cedar.pk]):
        connections.disconnect(connection_id=Connection.objects.get().pk, actor=MAI, now=clock.now())
        gone = Connection.objects.get()
    assert (gone.state, gone.access_token, gone.refresh_token) == (ConnectionState.DISCONNECTED, "", "")
    assert not ShopRoute.objects.filter(seller=cedar).exists()
    assert [shop.region for shop in connect(north, sandbox)] == ["VN"]


def test_the_command_connects_and_says_what(cedar, sandbox, capsys):
    code = sandbox("shop/auth_codes", open_id="sb-cedar")["code"]
    call_command("connect_shop", seller="cedar", auth_code=code)
    assert "cedar-vn: " in capsys.readouterr().out
    with scoping.scope(sellers=[cedar.pk]):
        assert outbox.deliver_due(seller_id=cedar.pk) == 0
    with pytest.raises(CommandError, match="did not accept"):
        call_command("connect_shop", seller="cedar", auth_code=code)
    with pytest.raises(CommandError, match="no seller"):
        call_command("connect_shop", seller="nobody", auth_code=code)
