"""The simulated crew carries back what was stopped, and lets no stopped parcel leave."""

from console.autopilot import Crew
from orders import cancellation
from orders.models import Order, Package
from tenancy import scoping
from tenancy.actors import PLATFORM
from tests import make_logistics, make_warehouse
from tests.make_orders import NOW
from tests.make_warehouse import in_bin, make_site, make_stock
from warehouse import ledger_check, put_walls
from warehouse.models import PackRecord, PickList, PutBackTask


def test_what_was_picked_for_a_cancelled_order_is_on_its_shelf_again(cedar, cedar_shop):
    with scoping.scope(sellers=[cedar.pk]):
        make_logistics.carrier("jt")
        site = make_site()
        sku = make_stock("MUG", 5)
        package = make_warehouse.picked(shop=cedar_shop, warehouse=site, lines={"MUG": 2})
        order = Order.objects.lock().get(pk=package.order_id)
        assert cancellation.cancel(order)
        order.save(update_fields=["state"])
        cancellation.follow(orders=[order], actor=PLATFORM, now=NOW)
        make_warehouse.deliver()
        assert in_bin("CART-01", sku) == 2
    Crew(seller_id=cedar.pk).work_once()
    with scoping.scope(sellers=[cedar.pk]):
        assert not PutBackTask.objects.filter(done_at__isnull=True).exists()
        assert (in_bin("A-01-1", sku), Package.objects.get().state) == (5, "cancelled")


def test_the_crew_sorts_on_the_wall_and_leaves_no_tote_behind(cedar, cedar_shop):
    with scoping.scope(sellers=[cedar.pk]):
        make_logistics.carrier("jt")
        site = make_site()
        sku = make_stock("MUG", 9)
        put_walls.make_wall(
            warehouse_id=site.pk, slots=2
        )  # fewer than packages: full ones are packed in between
        for number in (1, 2, 3):
            make_warehouse.allocated(shop=cedar_shop, number=number, lines={"MUG": 2})
    crew = Crew(seller_id=cedar.pk)
    for _pass in range(3):
        crew.work_once()
        with scoping.scope(sellers=[cedar.pk]):
            make_warehouse.deliver()
    with scoping.scope(sellers=[cedar.pk]):
        assert set(PickList.objects.values_list("mode", flat=True)) == {"batch"}
        assert PackRecord.objects.count() == 3
        assert crew.done["sort scan"] == 6
        assert (in_bin("CART-01", sku), in_bin("A-01-1", sku)) == (0, 3)
        assert ledger_check.check_ledger() == []
