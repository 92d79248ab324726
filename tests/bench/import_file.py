"""A new user's first file: the export of Seller Center uploaded on the page, until its orders stand in the queue.

The seller has its SKUs and nothing else. Counted from the request with the file to the first page of the queue that
shows the orders, by the program's own pages in this process; then what follows (events, reservations) until all is quiet.
"""

import os
import time

from django.test import Client

from catalog.models import Sku
from core import clock
from orders.models import Order, OrderImport
from relay import outbox
from relay.models import DeliveryState, EventDelivery
from tenancy import scoping, shops
from tenancy.actors import Actor
from tests import make, seller_center_file
from tests.bench import registry
from tests.bench.ground import Ground
from tests.bench.registry import Figure

ROWS = int(os.environ.get("BENCH_ROWS", 5000))
GOODS = 40
MAI = Actor(kind="user", label="Mai", id=1)


@registry.case
def importing(ground: Ground) -> list[Figure]:
    seller = make.make_seller()
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(make.make_member(seller=seller))
    with scoping.scope(sellers=[seller.pk]):
        shop = shops.add_shop(seller=seller, name="Cedar by file", region="VN", actor=MAI, now=clock.now())
        for number in range(GOODS):
            Sku.objects.create(seller_sku=f"KF-{number:03d}", name=f"Thing {number}")
    rows = seller_center_file.big(ROWS)
    target = ground.run / "import.xlsx"
    target.write_bytes(seller_center_file.as_xlsx(rows))
    wanted = len({row["Order ID"] for row in rows})
    browser.get("/s/cedar/orders/import/")  # warm: code and templates
    begun = time.perf_counter()
    with target.open("rb") as file:
        answer = browser.post("/s/cedar/orders/import/", {"shop": shop.pk, "file": file})
    page = browser.get("/s/cedar/orders/")
    to_queue = time.perf_counter() - begun
    while outbox.deliver_due(seller_id=seller.pk):
        pass
    to_quiet = time.perf_counter() - begun
    correct = answer.status_code == 302 and page.status_code == 200 and _is_right(seller.pk, wanted)
    what = f"{ROWS} rows ({wanted} orders) of a Seller Center file"
    return [
        Figure(metric=f"{what} to the queue", unit="s", ours=to_queue, correct=correct),
        Figure(metric=f"{what} until all is quiet", unit="s", ours=to_quiet, correct=correct),
    ]


def _is_right(seller_id: int, wanted: int) -> bool:
    with scoping.scope(sellers=[seller_id]):
        record = OrderImport.objects.get()
        waiting = EventDelivery.objects.exclude(state=DeliveryState.DONE).count()
        return (
            record.state,
            record.row_count,
            record.new_count,
            record.problem_count,
            Order.objects.count(),
            waiting,
        ) == ("done", ROWS, wanted, 0, wanted, 0)
