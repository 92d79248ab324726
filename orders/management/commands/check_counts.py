"""`manage.py check_counts [--seller SLUG]`: exit status 1 when a count of the queue is not the number of rows behind it."""

from django.core.management.base import BaseCommand, CommandError

from orders import queue_counts
from tenancy import command_line, scoping


class Command(BaseCommand):
    help = "Count the queue's orders one by one and report every count that differs."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--seller", help="slug of one seller; all sellers when left out")

    def handle(self, *args, seller: str | None = None, **options) -> None:
        sellers = command_line.sellers_named(seller)
        found = 0
        for one in sellers:
            with scoping.scope(sellers=[one.pk]):
                differences = queue_counts.wrong()
            for (shop_id, name, hour), (kept, counted) in sorted(differences.items()):
                self.stdout.write(
                    f"{one.slug}: shop {shop_id}, {name} {hour:%Y-%m-%d %H:00}: {kept} kept, {counted} counted"
                )
            found += len(differences)
        if found:
            raise CommandError(f"{found} differences.", returncode=1)
        self.stdout.write(f"The counts are right: {len(sellers)} sellers checked, no difference.")
