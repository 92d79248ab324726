"""A seller whose shop is connected to the sandbox."""

import pytest
import stamina
import time_machine

from core import clock
from integrations import connections
from orders.models import Order
from tenancy import scoping
from tenancy.actors import Actor
from tests.make_orders import NOW, make_order
from tests.sandbox_transport import client_for

BY_HAND = Actor(kind="user", label="Mai", id=1)


@pytest.fixture
def sandbox(sandbox_world):
    """POST to the sandbox's control API."""
    stamina.set_testing(True, attempts=2)
    with client_for(sandbox_world) as client:

        def post(path: str, **body):
            answer = client.post(f"/_sandbox/{path}", json=body)
            assert answer.status_code == 200, answer.text
            return answer.json()

        yield post
    stamina.set_testing(False)


@pytest.fixture
def connected_shop(cedar, sandbox):
    """The Vietnamese shop of the sandbox, connected to `cedar`."""
    code = sandbox("shop/auth_codes", open_id="sb-cedar")["code"]
    (shop,) = connections.connect_shops(seller=cedar, auth_code=code, actor=BY_HAND, now=clock.now())
    with scoping.scope(sellers=[cedar.pk]):
        yield shop


@pytest.fixture
def at_now():
    """Handlers read the clock: it stands at the moment at which test orders come in."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def page(client, mai):
    """A browser in which cedar's owner is logged in."""
    client.force_login(mai)
    return client


@pytest.fixture
def take_in(cedar, cedar_shop):
    """Take in an order of cedar's shop as of now; its number ends in the given one."""

    def take_in(number: int, **values) -> Order:
        with scoping.scope(sellers=[cedar.pk]):
            return make_order(
                shop=cedar_shop, platform_order_id=f"57646141303878{number:04d}", now=clock.now(), **values
            )

    return take_in
