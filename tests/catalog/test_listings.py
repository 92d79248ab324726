"""Listings: what the shop sells, and which of our goods it means."""

from datetime import timedelta
from decimal import Decimal

import pytest

from catalog import listings, selectors
from catalog.models import Listing, Sku
from integrations.ports import PlatformSku
from relay.models import OutboxEvent
from tenancy.actors import Actor
from tenancy.models import AuditEntry
from tests.make_orders import NOW, line, make_listing, make_sku

MAI = Actor(kind="user", label="Mai", id=1)


def platform_sku(number: str, seller_sku: str = "", **values) -> PlatformSku:
    return PlatformSku(
        **{
            "platform_product_id": f"P{number}",
            "platform_sku_id": number,
            "title": "Pebble enamel mug",
            "seller_sku": seller_sku,
            "price": Decimal("89000"),
            "currency": "VND",
            "quantities": {"6966": 10},
            **values,
        }
    )


def mapped_events() -> list[tuple[int, int | None]]:
    rows = OutboxEvent.objects.filter(name="listing.mapped").order_by("pk")
    return [(row.payload["listing_id"], row.payload["sku_id"]) for row in rows]


def test_a_page_of_products_becomes_listings_mapped_by_seller_sku(cedar_shop, in_cedar):
    mug = make_sku("KF-MUG-SEA")
    page = [platform_sku("1", "KF-MUG-SEA"), platform_sku("2", "KF-UNKNOWN"), platform_sku("3")]
    listings.store(shop=cedar_shop, skus=page, now=NOW)
    rows = Listing.objects.order_by("platform_sku_id")
    assert list(rows.values_list("platform_sku_id", "sku_id")) == [("1", mug.pk), ("2", None), ("3", None)]
    assert rows[0].platform_warehouse_ids == ["6966"]
    assert mapped_events() == [(rows[0].pk, mug.pk)]
    assert selectors.unmapped_count() == 2


def test_another_walk_keeps_a_person_s_mapping_and_takes_the_news(cedar_shop, in_cedar):
    mug, tote = make_sku("KF-MUG-SEA"), make_sku("KF-TOTE-L")
    listings.store(shop=cedar_shop, skus=[platform_sku("1", "KF-MUG-SEA")], now=NOW)
    listing = Listing.objects.get()
    listings.map_listing(listing_id=listing.pk, sku_id=tote.pk, actor=MAI, now=NOW)
    later = NOW + timedelta(hours=1)
    news = platform_sku("1", "KF-MUG-SEA", status="inactive", title="Mug, large")
    listings.store(shop=cedar_shop, skus=[news], now=later)
    listing.refresh_from_db()
    assert (listing.sku_id, listing.title, listing.state) == (tote.pk, "Mug, large", "inactive")
    assert listing.updated_at == later
    assert mapped_events() == [(listing.pk, mug.pk), (listing.pk, tote.pk)]


def test_mapping_by_hand_is_kept_in_the_audit_and_can_be_taken_back(cedar_shop, in_cedar):
    mug = make_sku()
    listing = make_listing(shop=cedar_shop, platform_sku_id="1")
    listings.map_listing(listing_id=listing.pk, sku_id=mug.pk, actor=MAI, now=NOW)
    listings.map_listing(listing_id=listing.pk, sku_id=mug.pk, actor=MAI, now=NOW)
    listings.map_listing(listing_id=listing.pk, sku_id=None, actor=MAI, now=NOW)
    listing.refresh_from_db()
    assert (listing.sku_id, listing.is_mapped_by_hand) == (None, False)
    assert mapped_events() == [(listing.pk, mug.pk), (listing.pk, None)]
    assert AuditEntry.objects.filter(action="listing.mapped").count() == 2


def test_a_sku_out_of_use_is_refused(cedar_shop, in_cedar):
    old = make_sku("OLD", is_active=False)
    listing = make_listing(shop=cedar_shop, platform_sku_id="1")
    with pytest.raises(listings.SkuUnusable):
        listings.map_listing(listing_id=listing.pk, sku_id=old.pk, actor=MAI, now=NOW)
    listing.refresh_from_db()
    assert listing.sku_id is None


def test_a_new_sku_finds_its_listings(cedar_shop, in_cedar):
    make_listing(shop=cedar_shop, platform_sku_id="1", seller_sku="KF-LAMP-01")
    make_listing(shop=cedar_shop, platform_sku_id="2", seller_sku="")
    lamp = make_sku("KF-LAMP-01")
    assert listings.auto_map(sku_ids=[lamp.pk]) == 1
    assert Listing.objects.get(platform_sku_id="1").sku_id == lamp.pk
    assert listings.auto_map() == 0


def test_skus_are_made_of_listings_that_have_a_code(cedar_shop, in_cedar):
    for number, code in (("1", "KF-A"), ("2", "KF-A"), ("3", "")):
        make_listing(shop=cedar_shop, platform_sku_id=number, seller_sku=code, title="Lamp")
    listings.create_skus(listings=list(Listing.objects.order_by("pk")))
    assert list(Sku.objects.values_list("seller_sku", "name")) == [("KF-A", "Lamp")]
    assert Listing.objects.filter(sku__isnull=True).count() == 1


def test_listings_that_a_whole_walk_did_not_meet_are_gone(cedar_shop, in_cedar):
    listings.store(shop=cedar_shop, skus=[platform_sku("1"), platform_sku("2")], now=NOW)
    by_file = make_listing(shop=cedar_shop, platform_sku_id="9", platform_product_id="")
    later = NOW + timedelta(hours=1)
    listings.store(shop=cedar_shop, skus=[platform_sku("2")], now=later)
    assert listings.forget_unseen(shop=cedar_shop, since=later) == 1
    assert Listing.objects.get(platform_sku_id="1").state == "deleted"
    by_file.refresh_from_db()
    assert by_file.state == "active"


def test_an_order_names_a_listing_before_any_walk_met_it(cedar_shop, in_cedar):
    mug = make_sku()
    known = listings.for_lines(shop=cedar_shop, lines=[line("KF-MUG-SEA"), line("KF-NEW")], now=NOW)
    assert Listing.objects.count() == 2
    assert {one.sku_id for one in known.values()} == {mug.pk, None}
    assert listings.for_lines(shop=cedar_shop, lines=[line("KF-MUG-SEA"), line("KF-NEW")], now=NOW) == known
