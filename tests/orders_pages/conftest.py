"""A person of cedar in a browser, and orders that went through intake and review."""

from datetime import timedelta

import pytest

from core import clock
from integrations.ports import PlatformDeadlines
from tenancy import scoping
from tests import make_orders


@pytest.fixture
def page(client, mai):
    """Logged in as the owner of cedar."""
    client.force_login(mai)
    return client


@pytest.fixture
def now():
    return clock.now()


@pytest.fixture
def order_due(cedar, cedar_shop, now):
    """Takes in an order whose platform deadline is so many hours away; `values` change its picture."""

    def take_in(number: int, hours: float = 30, **values):
        values.setdefault(
            "deadlines",
            PlatformDeadlines(
                ship_by=now + timedelta(hours=hours),
                collect_by=now + timedelta(hours=hours + 20),
                cancel_ship_at=now + timedelta(hours=hours + 60),
            ),
        )
        with scoping.scope(sellers=[cedar.pk]):
            return make_orders.make_order(
                shop=values.pop("shop", cedar_shop),
                platform_order_id=f"57646141303878{number:04d}",
                now=now,
                **values,
            )

    return take_in
