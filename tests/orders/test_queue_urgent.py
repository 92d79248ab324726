"""The nearest deadlines over many shops are those that sorting everything gives."""

from datetime import timedelta
from itertools import product

import pytest

from core import clock
from orders import queue_urgent
from orders.models import SlaClock
from tenancy import scoping
from tests import make, make_orders


@pytest.fixture
def sellers(cedar, cedar_shop, north, north_shop):
    """One shop of cedar has the nine nearest deadlines, another one three, north's shop four late ones."""
    now = clock.now()
    busy = make.make_shop(seller=cedar, slug="busy", platform_shop_id="74960000000000009")
    plan = {cedar_shop: (30, 31, 60), busy: range(1, 10), north_shop: (20, 21, 22, 90)}
    for shop, hours in plan.items():
        with scoping.scope(sellers=[shop.seller_id]):
            for number, due in enumerate(hours):
                order = make_orders.make_order(
                    shop=shop, platform_order_id=f"57646141303880{shop.pk % 100:02d}{number:02d}", now=now
                )
                SlaClock.objects.filter(order=order).update(due_at=now + timedelta(hours=due))
    return [cedar.pk, north.pk]


def test_it_is_what_sorting_everything_gives(sellers, monkeypatch):
    """For each size of the answer, and however many are read in the first step."""
    with scoping.scope(sellers=sellers):
        wanted = list(
            SlaClock.objects.filter(is_open=True).order_by("due_at", "id").values_list("pk", flat=True)
        )
        for first_step, size in product([1, 2, 6], [1, 5, 7, 8, 12, 16, 50]):
            monkeypatch.setattr(queue_urgent, "FIRST_STEP", first_step)
            found = [pk for _due_at, pk, _shop_id in queue_urgent.nearest(size=size)]

            assert found == wanted[:size], (first_step, size)


def test_a_neighbor_and_closed_or_undated_work_are_left_out(sellers):
    cedar = sellers[0]
    with scoping.scope(sellers=[cedar]):
        first, second = SlaClock.objects.order_by("due_at")[:2]
        SlaClock.objects.filter(pk=first.pk).update(is_open=False, tab="done")
        SlaClock.objects.filter(pk=second.pk).update(due_at=None)

        assert len(queue_urgent.nearest(size=50)) == 10
