"""manage.py create_seller --slug SLUG --name NAME [--owner EMAIL] [--time-zone ZONE]"""

from django.core.management.base import BaseCommand, CommandError

from console import onboarding
from core import clock
from core.errors import RuleViolation
from tenancy.actors import AUTO


class Command(BaseCommand):
    help = "Make a seller with its warehouse, carriers and policies, and an owner who can log in."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--slug", required=True, help="its address: small letters, digits, dashes")
        parser.add_argument("--name", required=True)
        parser.add_argument("--owner", default="", metavar="EMAIL")
        parser.add_argument("--time-zone", default="UTC")

    def handle(self, *args, slug: str, name: str, owner: str, time_zone: str, **options) -> None:
        try:
            made = onboarding.create_seller(
                slug=slug, name=name, owner=owner, time_zone=time_zone, actor=AUTO, now=clock.now()
            )
        except RuleViolation as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Seller {made.seller.slug} ({made.seller.name}) is ready.")
        if made.password:
            self.stdout.write(f"Owner {made.owner.email}, one-time password: {made.password}")
            self.stdout.write("Please change it after the first login.")
        elif made.owner:
            self.stdout.write(f"Owner {made.owner.email} logs in with the password they have.")
