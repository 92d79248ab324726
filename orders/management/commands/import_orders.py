"""manage.py import_orders --shop SLUG FILE"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from core import clock
from orders import file_import
from orders.models import OrderImport
from orders.models.cursor import ImportState
from relay import outbox
from tenancy import scoping
from tenancy.actors import Actor
from tenancy.models import Shop


class Command(BaseCommand):
    help = "Import a Seller Center order export (xlsx, csv) into a shop."

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--shop", required=True, help="the shop's slug; seller/shop where several have it"
        )
        parser.add_argument("file", type=Path)

    def handle(self, *args, **options) -> None:
        shop = _find(options["shop"])
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        with scoping.scope(sellers=[shop.seller_id]):
            record = file_import.import_file(
                shop=shop,
                filename=options["file"].name,
                content=content,
                actor=Actor(kind="user", label="command line"),
                now=clock.now(),
            )
        if record.state == ImportState.REFUSED:
            raise CommandError(record.message)
        outbox.deliver_due(seller_id=shop.seller_id)
        self._report(record)

    def _report(self, record: OrderImport) -> None:
        for problem in record.problems:
            order = f" (order {problem['order_id']})" if problem["order_id"] else ""
            self.stdout.write(f"row {problem['row']}, {problem['column']}: {problem['message']}{order}")
        hidden = record.problem_count - len(record.problems)
        if hidden:
            self.stdout.write(f"… and {hidden} more")
        self.stdout.write(
            f"{record.row_count} rows, {record.order_count} orders taken: {record.new_count} new, "
            f"{record.changed_count} changed, {record.unchanged_count} unchanged; "
            f"{record.problem_count} problems"
        )


def _find(name: str) -> Shop:
    seller, _slash, slug = name.rpartition("/")
    with scoping.unscoped("import_orders: a shop named on the command line"):
        shops = Shop.objects.select_related("seller").filter(slug=slug)
        if seller:
            shops = shops.filter(seller__slug=seller)
        found = list(shops)
    if not found:
        raise CommandError(f"There is no shop “{name}”.")
    if len(found) > 1:
        names = ", ".join(sorted(f"{shop.seller.slug}/{shop.slug}" for shop in found))
        raise CommandError(f"Several sellers have a shop “{slug}”. Say which: {names}.")
    return found[0]
