"""The past of a shop: newest first, resumed where it stopped, quiet about what is over, aside for live orders."""

from datetime import timedelta

import pytest

from core import clock
from integrations import connections
from orders import backfill, broken_orders, cursors
from orders.models import Order, OrderHistory, Package, SlaClock
from relay import jobs, outbox
from relay.models import InboundMessage, Job
from tenancy import scoping
from tenancy.models import Seller
from tests import make
from tests.orders.conftest import BY_HAND
from warehouse.models import Reservation

DAY = 86_400


def begin(shop, days: int = 90) -> Job:
    return backfill.start(shop_id=shop.pk, days=days, actor=BY_HAND, now=clock.now())


def run(job: Job) -> Job:
    """Chunk after chunk, without the waits between them."""
    is_open = True
    while is_open:
        Job.objects.filter(pk=job.pk).update(not_before=clock.now())
        is_open = jobs.run_chunk(seller_id=job.seller_id, job_id=job.pk) is not None
    job.refresh_from_db()
    return job


def past(sandbox, status: str, *, days: int, count: int = 1) -> list[str]:
    made = sandbox("orders", region="VN", count=count, age_seconds=days * DAY, status=status)
    return made["order_ids"]


def test_what_is_over_keeps_its_times_and_asks_nothing_of_the_floor(connected_shop, sandbox):
    for place, status in enumerate(("DELIVERED", "COMPLETED", "IN_TRANSIT")):
        past(sandbox, status, days=40 + place)
    (gone,) = past(sandbox, "AWAITING_SHIPMENT", days=44)
    sandbox(f"orders/{gone}/cancel")
    job = run(begin(connected_shop))
    assert (job.state, job.total, job.done, job.failed) == ("done", 4, 4, 0)
    now = clock.now()
    for order in Order.objects.all():
        assert timedelta(days=39) < now - order.placed_at < timedelta(days=45)
    assert not SlaClock.objects.filter(is_open=True).exists()
    outbox.deliver_due(seller_id=connected_shop.seller_id)
    assert not Package.objects.exists()
    assert not Reservation.objects.exists()
    assert not OrderHistory.objects.filter(action__startswith="deadline.").exists()


def test_it_goes_on_where_it_was_killed(connected_shop, sandbox, monkeypatch):
    monkeypatch.setattr(backfill, "PAGE", 3)
    for day in range(10, 18):
        past(sandbox, "COMPLETED", days=day)
    job = begin(connected_shop)
    jobs.run_chunk(seller_id=job.seller_id, job_id=job.pk)
    seen = list(Order.objects.order_by("-placed_at").values_list("placed_at", flat=True))
    assert len(seen) == 3
    assert clock.now() - seen[0] < timedelta(days=11)  # the newest first
    job.refresh_from_db()
    mark = job.params["back_to"]
    # Nobody carried on: the page after the mark is all that is asked for next.
    jobs.run_chunk(seller_id=job.seller_id, job_id=job.pk)
    job.refresh_from_db()
    assert job.params["back_to"] < mark
    job = run(job)
    assert (job.state, job.done, job.total, Order.objects.count()) == ("done", 8, 8, 8)


def test_many_orders_of_one_second_do_not_stop_it(connected_shop, sandbox, monkeypatch):
    monkeypatch.setattr(backfill, "PAGE", 3)
    moment = clock.to_epoch(clock.now()) - 20 * DAY
    for _number in range(8):
        sandbox("orders", region="VN", count=1, created_at=moment, status="COMPLETED")
    job = run(begin(connected_shop))
    assert (job.state, job.done + job.skipped, Order.objects.count()) == ("done", 8, 8)


def test_only_the_days_asked_for(connected_shop, sandbox):
    past(sandbox, "COMPLETED", days=5)
    past(sandbox, "COMPLETED", days=50)
    assert run(begin(connected_shop, days=7)).done == 1


def test_live_orders_go_first(connected_shop, sandbox):
    past(sandbox, "COMPLETED", days=5)
    cursors.mark_for_pull(shop_id=connected_shop.pk, platform_order_ids=["57640000000001"], now=clock.now())
    job = begin(connected_shop)
    assert jobs.run_chunk(seller_id=job.seller_id, job_id=job.pk) == backfill.STEP_ASIDE_S
    assert not Order.objects.exists()
    assert run(job).done == 1  # it steps aside, but not for ever


def test_an_ended_authorization_is_waited_for_and_nothing_is_lost(connected_shop, sandbox):
    past(sandbox, "COMPLETED", days=5)
    job = begin(connected_shop)
    sandbox("shop/revoke", open_id="sb-cedar")
    wait = jobs.run_chunk(seller_id=job.seller_id, job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.params["why"]) == ("running", "ended")
    assert wait > 60
    _connect_again(connected_shop, sandbox)
    job.refresh_from_db()
    assert run(job).done == 1


def _connect_again(shop, sandbox) -> None:
    code = sandbox("shop/auth_codes", open_id="sb-cedar")["code"]
    seller = Seller.objects.get(pk=shop.seller_id)
    connections.connect_shops(seller=seller, auth_code=code, actor=BY_HAND, now=clock.now())
    outbox.deliver_due(seller_id=shop.seller_id)


def test_one_run_per_shop_and_only_for_connected_ones(connected_shop, cedar):
    by_files = make.make_shop(seller=cedar, slug="by-files", platform_shop_id="1")
    begin(connected_shop)
    with pytest.raises(backfill.CannotBackfill, match="already"):
        begin(connected_shop)
    with pytest.raises(backfill.CannotBackfill, match="works by files"):
        begin(by_files)
    with pytest.raises(backfill.CannotBackfill, match="between 1 and 90"):
        begin(connected_shop, days=91)


def test_a_broken_order_of_the_past_is_named_and_its_neighbors_are_taken(
    connected_shop, sandbox, sandbox_world
):
    good, bad = past(sandbox, "COMPLETED", days=5, count=2)
    sandbox_world.shop.orders[bad].payment["total_amount"] = "a lot"
    sandbox_world.shop.rendered.clear()
    job = run(begin(connected_shop))
    assert (job.state, job.done, job.failed) == ("done", 1, 1)
    assert Order.objects.get().platform_order_id == good
    stuck = InboundMessage.objects.get(source=broken_orders.SOURCE)
    assert stuck.last_error.startswith(f"Order {bad}: the field payment.total_amount is not an amount.")


def test_the_neighbor_sees_nothing_of_it(connected_shop, north):
    begin(connected_shop)
    with scoping.scope(sellers=[north.pk]):
        assert not Job.objects.exists()
