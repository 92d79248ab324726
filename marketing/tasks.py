"""Sweeps of the ad link: what an event missed, a sweep finds."""

from celery import shared_task

from core import clock
from marketing import ad_accounts, decisions, facts
from marketing.models import AdAccount, AdLink
from tenancy import scoping
from tenancy.tasks import SellerTask


class CallsOut(SellerTask):
    """These tasks bind the scope around each step, because they call the ad platform."""

    outside_scope = True


@shared_task(queue="ads")
def sweep_stock_rules(**_: object) -> None:
    """Apply the rules to every linked vehicle of every seller that has any."""
    with scoping.unscoped("sweep: which sellers have ad links"):
        sellers = sorted(set(AdLink.objects.order_by().values_list("seller_id", flat=True).distinct()))
    for seller_id in sellers:
        with scoping.scope(sellers=[seller_id]):
            decisions.apply_rules(vehicle_ids=facts.linked_vehicles(), now=clock.now())


@shared_task(base=SellerTask, queue="ads")
def look_again(*, seller_id: int, vehicle_id: int, **_: object) -> None:
    """A change of this vehicle is done: what became low or recovered meanwhile waited for it."""
    decisions.apply_rules(vehicle_ids=[vehicle_id], now=clock.now())


@shared_task(queue="ads")
def sync_ad_accounts(**_: object) -> None:
    """Read every connected account again, each in a task of its own."""
    with scoping.unscoped("sweep: which ad accounts there are"):
        pairs = list(AdAccount.objects.order_by("pk").values_list("seller_id", "pk"))
    for seller_id, account_id in pairs:
        sync_account.apply_async(
            kwargs={"seller_id": seller_id, "account_id": account_id}, queue="ads", expires=110
        )


@shared_task(base=CallsOut, queue="ads")
def sync_account(*, seller_id: int, account_id: int, **_: object) -> None:
    ad_accounts.sync_account(seller_id=seller_id, account_id=account_id)
