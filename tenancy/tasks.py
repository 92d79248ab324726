"""The base of every task: it enters one seller's scope from `seller_id`."""

from datetime import timedelta

import structlog
from celery import Task, shared_task

from core import clock
from tenancy import scoping
from tenancy.models import IdempotentAnswer, Seller

log = structlog.get_logger(__name__)


class SellerTask(Task):
    """`@app.task(base=SellerTask)`; call with `seller_id=` first. The body runs inside the scope and its transaction.

    Set `outside_scope = True` on tasks that call other systems: they bind the scope themselves, around each step.
    """

    abstract = True
    outside_scope = False

    def __call__(self, *args, seller_id: int, **kwargs):
        with structlog.contextvars.bound_contextvars(seller_id=seller_id, task=self.name):
            if self.outside_scope:
                return super().__call__(*args, seller_id=seller_id, **kwargs)
            with scoping.scope(sellers=[seller_id]):
                return super().__call__(*args, seller_id=seller_id, **kwargs)


def each_seller() -> list[int]:
    """Ids of the active sellers, for sweeps that send or do one bound piece of work per seller."""
    return list(Seller.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True))


KEEP_ANSWERS = timedelta(days=7)


@shared_task(queue="housekeeping")
def forget_answers(**_: object) -> None:
    """Answers of the API that no partner repeats any more."""
    IdempotentAnswer.objects.filter(created_at__lt=clock.now() - KEEP_ANSWERS).delete()
