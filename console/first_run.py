"""The first steps of a new seller, each with its real state."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.models import Sku
from console import nav
from marketing.models import AdAccount
from tenancy.models import Seller, Shop, User
from warehouse.models import Bin, BinKind, StockLevel


@dataclass(frozen=True)
class Step:
    label: str | Promise
    hint: str | Promise
    is_done: bool
    href: str


def steps(*, seller: Seller, user: User) -> list[Step]:
    """Inside the seller's scope."""

    def at(name: str) -> str:
        return nav.address(name, seller.slug)

    tested = user.preferences.get("tested", {})
    return [
        Step(
            _("Connect a shop"),
            _("or add one and give it files from Seller Center"),
            Shop.objects.exists(),
            at("console:connections"),
        ),
        Step(
            _("Set up the warehouse"),
            _("shelves in walk order"),
            Bin.objects.exclude(kind=BinKind.RECEIVING).filter(is_active=True).exists(),
            at("warehouse:bins"),
        ),
        Step(
            _("Make SKUs"),
            _("and say which listings sell them"),
            Sku.objects.exists(),
            at("catalog:listings"),
        ),
        Step(
            _("Count the stock"),
            _("until then ads are never paused, only advised"),
            StockLevel.objects.filter(first_counted_at__isnull=False).exists(),
            at("warehouse:stock"),
        ),
        Step(_("Test the printer"), _("a label of 100 × 150 mm"), "printer" in tested, at("console:try_out")),
        Step(
            _("Test the scanner"),
            _("scan the label that you printed"),
            "scanner" in tested,
            at("console:try_out"),
        ),
        Step(
            _("Connect an ad account"),
            _("so that ads pause when stock runs low"),
            AdAccount.objects.exists(),
            at("console:connections"),
        ),
    ]
