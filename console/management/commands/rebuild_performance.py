"""Make a seller's performance figures anew from its orders, or check them against these."""

from django.core.management import BaseCommand, CommandError

from core import clock
from logistics import figures
from orders import daily_figures, performance
from tenancy import command_line, scoping
from tenancy.models import Seller


class Command(BaseCommand):
    help = "Work out every order's stages and sum all days again. --check compares and changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("--seller", required=True, help="the seller's short name, as in its address")
        parser.add_argument("--check", action="store_true", help="only say where sums and orders differ")

    def handle(self, *args, seller: str, check: bool, **options):
        found = command_line.seller_named(seller)
        if check:
            self._check(found)
            return
        done = 0
        for done in figures.rebuild(seller_id=found.pk, now=clock.now()):
            self.stderr.write(f"{done} orders", ending="\r")
        self.stdout.write(f"{done} orders worked out, all days summed again.")

    def _check(self, seller: Seller) -> None:
        with scoping.scope(sellers=[seller.pk]):
            as_of = performance.summed_at()
            wrong = daily_figures.differences(as_of=as_of) if as_of else []
        for line in wrong[:50]:
            self.stdout.write(line)
        if wrong:
            raise CommandError(f"{len(wrong)} sums differ from the orders.")
        self.stdout.write("Every sum is what the orders come to.")
