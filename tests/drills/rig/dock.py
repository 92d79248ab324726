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


class Dock:
    """Each act is a request of its own: one scope, one transaction. What was answered is remembered as a phone does."""

    def __init__(self, *, seller_id: int, file: Path) -> None:
        self.seller_id = seller_id
        self.file = file
        self.known = set(file.read_text().split()) if file.exists() else set()

    def ask(self, question):
        with scoping.scope(sellers=[self.seller_id]):
            return question()

    def once(self, key: str, act) -> None:
        if key not in self.known:
            self.ask(lambda: act(key))
            with self.file.open("a") as out:
                out.write(f"{key}\n")

    def send(self, transfer_id: int) -> None:
        self.ask(lambda: transfers.send(transfer_id=transfer_id, actor=ADA, now=clock.now()))

    def receive(self, delivery_id: int) -> None:
        """One unit a scan, then the delivery is closed."""
        for line_id, code, units in self.ask(lambda: self.lines(delivery_id)):
            for number in range(units):
                self.once(
                    f"{line_id}-{number}",
                    lambda key, code=code: deliveries.receive(
                        delivery_id=delivery_id, code=code, units=1, key=key, actor=ADA, now=clock.now()
                    ),
                )
        self.ask(lambda: deliveries.close(delivery_id=delivery_id, actor=ADA, now=clock.now()))

    def count(self, task_id: int, code: str) -> None:
        for number in range(FOUND):
            self.once(
                f"count-{task_id}-{number}",
                lambda key: blind_counts.enter(
                    task_id=task_id, code=code, key=key, actor=ADA, now=clock.now()
                ),
            )
        self.ask(lambda: blind_counts.finish(task_id=task_id, actor=ADA, now=clock.now()))

    def lines(self, delivery_id: int) -> list[tuple[int, str, int]]:
        rows = DeliveryLine.objects.filter(delivery_id=delivery_id).order_by("pk")
        return list(rows.values_list("pk", "sku__seller_sku", "expected"))

    def drafts(self) -> list[int]:
        rows = Delivery.objects.filter(state=DeliveryState.DRAFT).order_by("pk")
        return list(rows.values_list("pk", flat=True))

    def waiting(self) -> list[int]:
        rows = Delivery.objects.filter(state__in=deliveries.OPEN).order_by("pk")
        return list(rows.values_list("pk", flat=True))

    def tasks(self) -> list[tuple[int, str]]:
        rows = CountTask.objects.filter(done_at__isnull=True, bin__code__startswith="CHECK-").order_by("pk")
        return list(rows.values_list("pk", "sku__seller_sku"))


def main(*, slug: str, file: Path) -> None:
    """By turns, so that death comes in the middle of each."""
    dock = Dock(seller_id=Seller.objects.get(slug=slug).pk, file=file)
    while (drafts := dock.ask(dock.drafts)) or dock.ask(dock.waiting) or dock.ask(dock.tasks):
        for transfer_id in drafts[:1]:
            dock.send(transfer_id)
        for delivery_id in dock.ask(dock.waiting)[:1]:
            dock.receive(delivery_id)
        for task_id, code in dock.ask(dock.tasks)[:1]:
            dock.count(task_id, code)


if __name__ == "__main__":
    main(slug=sys.argv[1], file=Path(sys.argv[2]))
