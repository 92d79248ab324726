"""Wake-ups and sweeps of intake and review."""

from celery import shared_task

from core import clock
from integrations import connections
from orders import (
    cancel_requests,
    contacts,
    cursors,
    queue_counts,
    reconcile,
    returns,
    review_sweep,
    review_usual,
    sla_sweep,
)
from orders.models import OrderPull, QueueChange
from tenancy import scoping
from tenancy.tasks import SellerTask, each_seller


class CallingTask(SellerTask):
    """Work that calls the platform binds the scope around each of its steps."""

    abstract = True
    outside_scope = True


@shared_task(base=CallingTask, queue="intake")
def pull_marked(*, seller_id: int, shop_id: int, **_: object) -> None:
    cursors.pull_marked(seller_id=seller_id, shop_id=shop_id)


@shared_task(base=CallingTask, queue="intake")
def poll_shop(*, seller_id: int, shop_id: int, **_: object) -> None:
    cursors.poll_shop(seller_id=seller_id, shop_id=shop_id)


@shared_task(base=CallingTask, queue="intake")
def poll_cancellations(*, seller_id: int, shop_id: int, **_: object) -> None:
    if cancel_requests.poll(seller_id=seller_id, shop_id=shop_id):
        cursors.pull_marked(seller_id=seller_id, shop_id=shop_id)


@shared_task(base=CallingTask, queue="housekeeping")
def reconcile_shop(*, seller_id: int, shop_id: int, **_: object) -> None:
    reconcile.reconcile_shop(seller_id=seller_id, shop_id=shop_id)


@shared_task(queue="housekeeping")
def reconcile_all_shops(**_: object) -> None:
    """Our counts beside the platform's, shop by shop."""
    for seller_id in each_seller():
        for shop_id in connections.pollable_shops(seller_id=seller_id):
            reconcile_shop.apply_async(kwargs={"seller_id": seller_id, "shop_id": shop_id}, expires=600)


@shared_task(base=CallingTask, queue="intake")
def poll_returns(*, seller_id: int, shop_id: int, **_: object) -> None:
    if returns.poll(seller_id=seller_id, shop_id=shop_id):
        cursors.pull_marked(seller_id=seller_id, shop_id=shop_id)


@shared_task(queue="intake")
def sweep_pulls(**_: object) -> None:
    """Find marked orders whose wake-up was lost."""
    now = clock.now()
    with scoping.unscoped("sweep: which shops have orders marked for pulling"):
        due = OrderPull.objects.filter(not_before__lte=now).exclude(claimed_until__gte=now)
        shops = list(due.order_by().values_list("seller_id", "shop_id").distinct())
    for seller_id, shop_id in shops:
        pull_marked.apply_async(kwargs={"seller_id": seller_id, "shop_id": shop_id}, expires=30)


@shared_task(queue="intake")
def poll_all_shops(**_: object) -> None:
    """One bound task per shop that can be read."""
    for seller_id in each_seller():
        for shop_id in connections.pollable_shops(seller_id=seller_id):
            poll_shop.apply_async(kwargs={"seller_id": seller_id, "shop_id": shop_id}, expires=120)
            poll_cancellations.apply_async(kwargs={"seller_id": seller_id, "shop_id": shop_id}, expires=120)
            poll_returns.apply_async(kwargs={"seller_id": seller_id, "shop_id": shop_id}, expires=120)


@shared_task(queue="intake")
def sweep_holds(**_: object) -> None:
    """Lift what can be lifted although nobody said so."""
    now = clock.now()
    for seller_id in each_seller():
        with scoping.scope(sellers=[seller_id]):
            review_sweep.catch_up(now=now)


@shared_task(queue="housekeeping")
def follow_rulebook(**_: object) -> None:
    """Exemptions that begin, promises that were changed elsewhere."""
    now = clock.now()
    for seller_id in each_seller():
        with scoping.scope(sellers=[seller_id]):
            sla_sweep.follow(now=now)


@shared_task(queue="housekeeping")
def fold_counts(**_: object) -> None:
    """Add up what the queue's counters noted."""
    with scoping.unscoped("sweep: which sellers have notes of the queue's counters"):
        sellers = list(QueueChange.objects.order_by().values_list("seller_id", flat=True).distinct())
    for seller_id in sellers:
        with scoping.scope(sellers=[seller_id]):
            queue_counts.fold()


@shared_task(queue="housekeeping")
def erase_contacts(**_: object) -> None:
    """Forget buyers on schedule."""
    now = clock.now()
    for seller_id in each_seller():
        with scoping.scope(sellers=[seller_id]):
            contacts.erase(now=now)


@shared_task(queue="housekeeping")
def learn_usual_quantities(**_: object) -> None:
    """How many units of each SKU orders usually ask for."""
    now = clock.now()
    for seller_id in each_seller():
        with scoping.scope(sellers=[seller_id]):
            review_usual.learn(now=now)
