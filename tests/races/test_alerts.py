"""Several workers watch one seller's deadlines at the same moment: each order is told once, each message leaves once."""

from functools import partial

import pytest

from console import alerts
from console.alert_messages import RUNNER
from console.models import Alert, AlertedOrder, AlertMessage
from relay import effects
from tenancy import scoping
from tests import make
from tests.make_alerts import make_channel, make_due_order
from tests.make_orders import NOW

pytestmark = pytest.mark.races
WORKERS = 4


@pytest.fixture
def cedar(committed):
    return make.make_seller()


def watch(seller) -> None:
    with scoping.scope(sellers=[seller.pk]):
        alerts.watch(now=NOW)


def test_many_watchers_tell_once(cedar, together, settings, sandbox_world, monkeypatch):
    monkeypatch.setattr("core.clock.now", lambda: NOW)  # what is due in three hours stays so
    settings.ALERT_HOSTS = ["127.0.0.1:8100"]
    shop = make.make_shop(seller=cedar)
    with scoping.scope(sellers=[cedar.pk]):
        make_channel("slack")
        for number in range(8):
            make_due_order(shop, hours=3, number=number)

    errors = together([partial(watch, cedar)] * WORKERS)

    assert errors == [None] * WORKERS
    with scoping.scope(sellers=[cedar.pk]):
        assert AlertedOrder.objects.count() == 8
        assert Alert.objects.get().order_count == 8
        assert AlertMessage.objects.count() == 1
    send = partial(effects.run_due, kind=RUNNER.model._meta.label_lower, seller_id=cedar.pk)
    assert sum(together([send] * WORKERS)) == 1
    assert len(sandbox_world.bots.group("slack", "group-0001-slack").messages) == 1
