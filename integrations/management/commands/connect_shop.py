"""manage.py connect_shop --seller SLUG --auth-code CODE"""

from django.core.management.base import BaseCommand, CommandError

from core import clock
from core.errors import RuleViolation
from integrations import connections
from relay import outbox
from tenancy import command_line
from tenancy.actors import Actor


class Command(BaseCommand):
    help = "Connect the shops that a TikTok Shop authorization covers to a seller."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--seller", required=True, help="the seller's slug")
        parser.add_argument("--auth-code", required=True, help="the code of the consent page")

    def handle(self, *args, **options) -> None:
        seller = command_line.seller_named(options["seller"], must_be_active=True)
        actor = Actor(kind="user", label="command line")
        try:
            shops = connections.connect_shops(
                seller=seller, auth_code=options["auth_code"], actor=actor, now=clock.now()
            )
        except RuleViolation as error:
            raise CommandError(str(error)) from error
        for shop in shops:
            self.stdout.write(f"{shop.slug}: {shop.name} ({shop.region})")
        # Workers read warehouses, listings and orders now; without workers the next start does.
        outbox.deliver_due(seller_id=seller.pk)
        self.stdout.write("Warehouses, listings and orders are being read.")
