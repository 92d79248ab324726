"""`manage.py check_ledger [--seller SLUG]`: exit status 1 when any stored figure is not what its rows add up to."""

from django.core.management.base import BaseCommand, CommandError

from tenancy import command_line, scoping
from warehouse import ledger_check


class Command(BaseCommand):
    help = "Rebuild the stock levels from the movements and report every difference."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--seller", help="slug of one seller; all sellers when left out")

    def handle(self, *args, seller: str | None = None, **options) -> None:
        sellers = command_line.sellers_named(seller)
        found = 0
        for one in sellers:
            with scoping.scope(sellers=[one.pk]):
                differences = ledger_check.check_ledger()
            for difference in differences:
                self.stdout.write(f"{one.slug}: {difference}")
            found += len(differences)
        if found:
            raise CommandError(f"{found} differences.", returncode=1)
        self.stdout.write(f"The ledger is clean: {len(sellers)} sellers checked, no difference.")
