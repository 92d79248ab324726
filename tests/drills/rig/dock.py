"""Somebody at the dock: receives, sends over, counts, scan by scan. Killed and started again, this person repeats the scan
whose answer never came, as a phone does: `python -m tests.drills.rig.dock SELLER ANSWERS`."""

import sys
from pathlib import Path

import django

django.setup()

from core import clock  # noqa: E402 - the program must be set up before its modules are
from tenancy import scoping  # noqa: E402
from tenancy.actors import Actor  # noqa: E402
from tenancy.models import Seller  # noqa: E402
from warehouse import blind_counts, deliveries, transfers  # noqa: E402
from warehouse.models import CountTask, Delivery, DeliveryLine, DeliveryState  # noqa: E402

ADA = Actor(kind="user", label="Ada")
FOUND = 3  # units that lie in every bin that is counted


class Answers:
    """Which scans were answered, as the phone remembers it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.known = set(file.read_text().split()) if file.exists() else set()

    def once(self, key: str, act) -> None:
        if key not in self.known:
            act(key)
            with self.file.open("a") as out:
                out.write(f"{key}\n")


def send(transfer: Delivery) -> None:
    if transfer.state == DeliveryState.DRAFT:
        transfers.send(transfer_id=transfer.pk, actor=ADA, now=clock.now())


def receive(delivery: Delivery, answers: Answers) -> None:
    """One unit a scan, then the delivery is closed."""
    for line in DeliveryLine.objects.filter(delivery=delivery).select_related("sku").order_by("pk"):
        for number in range(line.expected):
            answers.once(
                f"{line.pk}-{number}",
                lambda key, code=line.sku.seller_sku: deliveries.receive(
                    delivery_id=delivery.pk, code=code, units=1, key=key, actor=ADA, now=clock.now()
                ),
            )
    deliveries.close(delivery_id=delivery.pk, actor=ADA, now=clock.now())


def count(task: CountTask, answers: Answers) -> None:
    for number in range(FOUND):
        answers.once(
            f"count-{task.pk}-{number}",
            lambda key: blind_counts.enter(
                task_id=task.pk, code=task.sku.seller_sku, key=key, actor=ADA, now=clock.now()
            ),
        )
    blind_counts.finish(task_id=task.pk, actor=ADA, now=clock.now())


def main(*, slug: str, file: Path) -> None:
    answers = Answers(file)
    with scoping.scope(sellers=[Seller.objects.get(slug=slug).pk]):
        for transfer in Delivery.objects.filter(origin__isnull=False).order_by("pk"):
            send(transfer)
        waiting = Delivery.objects.filter(state__in=deliveries.OPEN).order_by("pk")
        tasks = CountTask.objects.filter(done_at__isnull=True, sku__isnull=False).select_related("sku")
        for delivery, task in zip(waiting, tasks.order_by("pk"), strict=False):
            receive(delivery, answers)
            count(task, answers)
        for delivery in waiting.all():
            receive(delivery, answers)
        for task in tasks.all():
            count(task, answers)


if __name__ == "__main__":
    main(slug=sys.argv[1], file=Path(sys.argv[2]))
