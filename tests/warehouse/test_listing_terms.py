"""A listing whose buffer or bundle changes asks for another figure, though no stock moved."""

from catalog import mapping, skus
from catalog.skus import SkuFacts
from tenancy import scoping
from tests.make_orders import NOW, make_listing, make_sku
from tests.make_warehouse import MAI, deliver, make_site, make_stock
from tests.warehouse.test_stock_push import shop  # noqa: F401
from warehouse.models import StockPush


def wanted(listing) -> int:
    deliver()
    return StockPush.objects.get(listing=listing).wanted


def test_a_buffer_is_told_to_the_shop(shop, cedar):  # noqa: F811
    with scoping.scope(sellers=[cedar.pk]):
        listing = make_listing(shop=shop, platform_sku_id="1", sku=make_stock("MUG", 9))
        assert wanted(listing) == 9
        mapping.set_terms(listing_id=listing.pk, buffer=4, is_stock_pushed=True, actor=MAI, now=NOW)
        assert wanted(listing) == 5


def test_another_bundle_is_another_figure(shop, cedar):  # noqa: F811
    with scoping.scope(sellers=[cedar.pk]):
        make_site()
        make_stock("MUG", 9)
        pack = make_sku("SET", name="Set")
        listing = make_listing(shop=shop, platform_sku_id="1", sku=pack)
        for units, figure in ((2, 4), (3, 3)):
            skus.save(
                sku_id=pack.pk,
                facts=SkuFacts(seller_sku="SET", name="Set"),
                barcodes=[],
                components={"MUG": units},
                actor=MAI,
                now=NOW,
            )
            assert wanted(listing) == figure
