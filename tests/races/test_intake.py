"""Real threads and real commits: the same orders through several hands at once are stored once."""

from functools import partial

import pytest

from orders import cursors, intake
from orders.models import Order, OrderHistory, OrderLine, OrderPull, Package, PollCursor, SlaClock
from relay.models import OutboxEvent
from tenancy import scoping
from tests import make
from tests.make_orders import NOW, make_sku, platform_order

pytestmark = pytest.mark.races


@pytest.fixture
def seller(committed):
    return make.make_seller()


@pytest.fixture
def shop(seller):
    return make.make_shop(seller=seller)


def take(seller, shop, pictures) -> intake.IntakeResult:
    with scoping.scope(sellers=[seller.pk]):
        return intake.import_orders(shop=shop, orders=pictures, source="api", now=NOW)


def test_four_workers_with_the_same_new_orders(seller, shop, together):
    with scoping.scope(sellers=[seller.pk]):
        make_sku()
    pictures = [platform_order(str(number)) for number in range(30)]
    orders = [pictures, pictures[::-1], pictures[:20], pictures[10:]]

    results = together([partial(take, seller, shop, own) for own in orders])

    assert not [one for one in results if isinstance(one, BaseException)]
    assert sum(one.new for one in results) == 30
    with scoping.scope(sellers=[seller.pk]):
        for model in (Order, OrderLine, SlaClock, Package):
            assert model.objects.count() == 30, model
        assert OutboxEvent.objects.filter(name="order.approved").count() == 30
        assert OrderHistory.objects.filter(action="order.taken_in").count() == 30


def test_an_old_and_a_new_picture_at_once(seller, shop, together):
    with scoping.scope(sellers=[seller.pk]):
        make_sku()
    older = [platform_order(str(number), status="on_hold") for number in range(20)]
    newer = [platform_order(str(number), updated_at=NOW) for number in range(20)]

    results = together([partial(take, seller, shop, own) for own in (older, newer, older[::-1], newer[::-1])])

    assert not [one for one in results if isinstance(one, BaseException)]
    with scoping.scope(sellers=[seller.pk]):
        states = Order.objects.values_list("platform_status", "state").distinct()
        assert list(states) == [("awaiting_shipment", "approved")]
        assert Package.objects.count() == 20


def test_hints_from_many_sides_stay_one_mark(seller, shop, together):
    def mark() -> None:
        with scoping.scope(sellers=[seller.pk]):
            cursors.mark_for_pull(shop_id=shop.pk, platform_order_ids={"1", "2", "3"}, now=NOW)

    results = together([mark] * 4)

    assert not [one for one in results if isinstance(one, BaseException)]
    with scoping.scope(sellers=[seller.pk]):
        assert OrderPull.objects.count() == 3


def test_one_worker_walks_a_shop(seller, shop, together):
    def claim() -> bool:
        with scoping.scope(sellers=[seller.pk]):
            return cursors._claim_cursor(shop_id=shop.pk, now=NOW) is not None

    results = together([claim] * 4)

    assert sorted(results) == [False, False, False, True]
    with scoping.scope(sellers=[seller.pk]):
        assert PollCursor.objects.count() == 1
