"""Connect an ad authorization from the shell."""

from django.core.management.base import BaseCommand, CommandError

from core.errors import RuleViolation
from marketing import ad_accounts, setup
from tenancy import command_line
from tenancy.actors import AUTO


class Command(BaseCommand):
    help = "Exchange an authorization code of TikTok Ads and read the ad accounts that it covers."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--seller", required=True)
        parser.add_argument("--auth-code", required=True)

    def handle(self, *, seller: str, auth_code: str, **options: object) -> None:
        found = command_line.seller_named(seller)
        setup.prepare_seller(found)
        try:
            accounts = ad_accounts.connect_ads(seller=found, auth_code=auth_code, actor=AUTO)
        except RuleViolation as error:
            raise CommandError(str(error)) from error
        for account in accounts:
            self.stdout.write(f"{account.advertiser_id}  {account.name}")
        self.stdout.write(f"Connected {len(accounts)} ad account(s) to {found.slug}.")
