"""Keeps authorizations alive."""

from celery import shared_task

from core import clock
from integrations import connections
from tenancy import scoping
from tenancy.tasks import each_seller


@shared_task(queue="housekeeping")
def refresh_tokens(**_: object) -> None:
    """Refresh, a day ahead, every token that would run out, and say which authorizations end. Idle shops stay connected this way."""
    with scoping.unscoped("sweep: tokens that run out soon, over all sellers"):
        due = connections.refresh_soon(now=clock.now())
    for seller_id, connection_id, token in due:
        connections.refresh(seller_id=seller_id, connection_id=connection_id, stale=token)
    for seller_id in each_seller():
        with scoping.scope(sellers=[seller_id]):
            connections.note_endings(now=clock.now())
