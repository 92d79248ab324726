"""The catalog pages: what they show, what a click does, who may click, and that long lists ask no more queries."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Barcode, BundleItem, Listing, Sku
from core import clock
from orders.models import Order, OrderState
from relay import outbox
from tenancy import scoping
from tenancy.models import Role
from tests import make, make_orders, make_warehouse
from tests.make_orders import make_listing, make_sku

SKUS, LISTINGS = "/s/cedar/catalog/skus/", "/s/cedar/catalog/listings/"


def logged_in(seller, role: str = Role.OWNER, **user) -> Client:
    client = Client()
    client.force_login(make.make_member(seller=seller, role=role, **user))
    return client


@pytest.fixture
def page(cedar) -> Client:
    """Cedar's owner in a browser."""
    return logged_in(cedar)


@pytest.fixture
def goods(cedar, cedar_shop):
    """Two stocked SKUs (the mug below its line), a bundle of both, one out of use, and a listing of each kind."""
    with scoping.scope(sellers=[cedar.pk]):
        warehouse = make_warehouse.make_site()
        mug = make_warehouse.make_stock("KF-MUG", 4, weight_g=300)
        tote = make_warehouse.make_stock("KF-TOTE", 9, at="A-02-1")
        mug.levels.filter(warehouse=warehouse).update(safety_stock=10)
        pack = make_sku("KF-SET", name="Picnic set", is_bundle=True)
        BundleItem.objects.create(bundle=pack, component=mug, quantity=2)
        BundleItem.objects.create(bundle=pack, component=tote, quantity=1)
        make_sku("KF-OLD", name="Old lamp", is_active=False)
        make_listing(shop=cedar_shop, platform_sku_id="1", sku=mug)
        make_listing(shop=cedar_shop, platform_sku_id="2", seller_sku="kf tote", title="Linen tote")
        make_listing(shop=cedar_shop, platform_sku_id="3", seller_sku="KF-NEW", title="Bamboo brush")
    return {"mug": mug, "tote": tote, "pack": pack}


def in_scope(cedar, call):
    with scoping.scope(sellers=[cedar.pk]):
        return call()


def listing_of(cedar, number: str) -> Listing:
    return in_scope(cedar, lambda: Listing.objects.select_related("sku").get(platform_sku_id=number))


def codes(response) -> list[str]:
    return [sku.seller_sku for sku in response.context["page"]]


def numbers(response) -> list[str]:
    return [listing.platform_sku_id for listing in response.context["page"]]


def test_the_list_shows_each_sku_with_its_stock(page, goods):
    response = page.get(SKUS)

    own = response.context["figures"][goods["mug"].pk]
    assert codes(response) == ["KF-MUG", "KF-SET", "KF-TOTE"]
    assert (own.on_hand, own.reserved, own.available, own.safety_stock, own.is_low) == (4, 0, 4, 10, True)
    assert response.context["figures"][goods["pack"].pk].available == 2
    assert response.context["listing_counts"] == {goods["mug"].pk: 1}


@pytest.mark.parametrize(
    "asked,found",
    [
        ({"q": "kf-t"}, ["KF-TOTE"]),
        ({"q": "picnic"}, ["KF-SET"]),
        ({"q": "BC-KF-MUG"}, ["KF-MUG"]),
        ({"tab": "low"}, ["KF-MUG"]),
        ({"tab": "bundles"}, ["KF-SET"]),
        ({"tab": "weightless"}, ["KF-TOTE"]),
        ({"tab": "unused"}, ["KF-OLD"]),
        ({"shop": "cedar-vn"}, ["KF-MUG"]),
        ({"q": "nothing like it"}, []),
    ],
)
def test_the_list_is_narrowed_and_its_tabs_count_what_is_behind_them(page, goods, asked, found):
    response = page.get(SKUS, asked)
    assert codes(response) == found
    for tab in response.context["tabs"]:
        assert page.get(SKUS + tab["href"]).context["page"].paginator.count == tab["count"]


def test_longer_lists_ask_no_more_queries(cedar, cedar_shop, page, goods):
    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            page.get(address)
        return len(asked)

    page.get(SKUS)
    before = count(SKUS), count(LISTINGS), count(f"{LISTINGS}?tab=all")
    with scoping.scope(sellers=[cedar.pk]):
        for number in range(12):
            sku = make_warehouse.make_stock(f"KF-MORE-{number}", 3)
            make_listing(shop=cedar_shop, platform_sku_id=f"5{number}", sku=sku)
            make_listing(shop=cedar_shop, platform_sku_id=f"6{number}", seller_sku=f"kf more {number}")
    assert (count(SKUS), count(LISTINGS), count(f"{LISTINGS}?tab=all")) == before


def test_a_new_sku_comes_with_barcodes_and_components(cedar, page, goods):
    values = {
        "seller_sku": "KF-BOX",
        "name": "Gift box",
        "barcodes": "893600\n893601\n",
        "components": "KF-MUG × 2\nBC-KF-TOTE x 3",
        "is_active": "on",
    }
    response = page.post(f"{SKUS}new/", values)

    sku = in_scope(cedar, lambda: Sku.objects.get(seller_sku="KF-BOX"))
    assert response.headers["Location"] == f"{SKUS}{sku.pk}/"
    with scoping.scope(sellers=[cedar.pk]):
        assert list(sku.barcodes.order_by("pk").values_list("code", flat=True)) == ["893600", "893601"]
        parts = sku.components.order_by("pk").values_list("component__seller_sku", "quantity")
        assert sorted(parts) == [("KF-MUG", 2), ("KF-TOTE", 3)]
    text = page.get(f"{SKUS}{sku.pk}/").content.decode()
    assert "KF-MUG × 2" in text
    assert "The components still make <b>2</b> bundles." in text


@pytest.mark.parametrize(
    "changes,field,words",
    [
        ({"barcodes": "BC-KF-TOTE"}, "barcodes", "means the SKU KF-TOTE"),
        ({"seller_sku": "kf-tote"}, "seller_sku", "means the SKU KF-TOTE"),
        ({"components": "KF-TOTE"}, "components", "4 units lie in the warehouse"),
        ({"components": "KF-NONE × 2"}, "components", "no SKU with the code “KF-NONE”"),
        ({"is_active": ""}, "is_active", "bundle KF-SET contains it"),
        ({"weight_g": "-5"}, "weight_g", "greater than or equal to 1"),
    ],
)
def test_a_sku_that_cannot_be_kept_says_why_and_stays_as_it_was(cedar, page, goods, changes, field, words):
    mug = goods["mug"]
    values = {"seller_sku": "KF-MUG", "name": "Changed", "barcodes": "BC-KF-MUG", "is_active": "on"}

    response = page.post(f"{SKUS}{mug.pk}/", {**values, **changes})

    assert response.status_code == 422
    assert words in " ".join(response.context["form"].errors[field])
    with scoping.scope(sellers=[cedar.pk]):
        assert Sku.objects.get(pk=mug.pk).name == mug.name
        assert Barcode.objects.filter(sku=mug).count() == 1


def test_the_sku_page_leads_to_stock_listings_and_bundles(page, goods):
    text = page.get(f"{SKUS}{goods['mug'].pk}/").content.decode()
    for part in (
        "/warehouse/stock/?q=KF-MUG",
        "?tab=mapped&amp;q=1",
        f"/skus/{goods['pack'].pk}/",
        "A-01-1",
        "BC-KF-MUG",
    ):
        assert part in text


def test_codes_are_offered_while_typing(page, goods):
    text = page.get(f"{SKUS}options/", {"sku": "kf-"}).content.decode()
    assert 'value="KF-MUG"' in text
    assert "KF-OLD" not in text
    assert "option" not in page.get(f"{SKUS}options/").content.decode()


def test_unmapped_listings_come_first_with_a_suggestion(page, goods):
    response = page.get(LISTINGS)
    assert numbers(response) == ["3", "2"]
    offered = {pk: hint.candidate.seller_sku for pk, hint in response.context["suggested"].items()}
    assert list(offered.values()) == ["KF-TOTE"]
    assert [tab["count"] for tab in response.context["tabs"]] == [2, 1, 3]
    assert numbers(page.get(LISTINGS, {"q": "1"})) == ["1"]


def test_one_click_maps_and_the_order_that_waited_goes_on(cedar, cedar_shop, page, goods):
    with scoping.scope(sellers=[cedar.pk]):
        picture = make_orders.platform_order(
            now=clock.now(), lines=(make_orders.line("kf tote", platform_sku_id="2"),)
        )
        order = make_orders.take_in(cedar_shop, picture, now=clock.now())[0]
        assert order.state == OrderState.ON_HOLD
    response = page.get(LISTINGS)
    assert numbers(response)[0] == "2"
    listing = listing_of(cedar, "2")
    assert response.context["waiting"] == {listing.pk: 1}

    answer = page.post(
        f"{LISTINGS}{listing.pk}/map/?tab=unmapped", {"sku": "KF-TOTE"}, headers={"HX-Request": "true"}
    )
    outbox.deliver_due(seller_id=cedar.pk)

    assert numbers(answer) == ["3"]
    assert "KF-TOTE" in answer.headers["HX-Trigger"]
    assert listing_of(cedar, "2").sku == goods["tote"]
    assert in_scope(cedar, lambda: Order.objects.get(pk=order.pk).state) == OrderState.APPROVED
    assert page.get(LISTINGS).context["waiting"] == {}


def test_another_sku_is_chosen_by_barcode_and_taken_away_again(cedar, page, goods):
    listing = listing_of(cedar, "1")
    address = f"{LISTINGS}{listing.pk}/map/?tab=mapped"
    assert page.post(address, {"sku": "BC-KF-TOTE"}).headers["Location"] == f"{LISTINGS}?tab=mapped"
    assert listing_of(cedar, "1").sku == goods["tote"]
    for wrong, words in (("KF-NONE", "There is no SKU"), ("KF-OLD", "not in use"), ("", "There is no SKU")):
        refused = page.post(address, {"sku": wrong})
        assert (refused.status_code, words in refused.content.decode()) == (422, True)
    assert listing_of(cedar, "1").sku == goods["tote"]
    page.post(address, {"sku": "KF-TOTE", "unmap": "1"})
    assert listing_of(cedar, "1").sku is None


def test_the_suggestions_that_were_shown_are_mapped(cedar, page, goods):
    two, three = listing_of(cedar, "2"), listing_of(cedar, "3")
    shown = [f"{two.pk}:{goods['tote'].pk}", f"{three.pk}:{goods['mug'].pk}", "x:1"]
    response = page.post(f"{LISTINGS}bulk/", {"act": "suggest", "ids": [two.pk], "shown": shown})
    assert response.status_code == 302
    assert (listing_of(cedar, "2").sku, listing_of(cedar, "3").sku) == (goods["tote"], None)
    again = page.post(f"{LISTINGS}bulk/", {"act": "suggest_all", "shown": shown})
    assert (again.status_code, again.context["done"], again.context["left"]) == (200, 1, 1)
    assert "Somebody mapped it in the meantime." in again.content.decode()


def test_skus_are_made_of_the_selected_listings_or_of_the_whole_filter(cedar, cedar_shop, page, goods):
    in_scope(cedar, lambda: make_listing(shop=cedar_shop, platform_sku_id="4", title="No code"))
    page.post(f"{LISTINGS}bulk/", {"act": "create", "ids": [listing_of(cedar, "3").pk]})
    assert listing_of(cedar, "3").sku.seller_sku == "KF-NEW"
    response = page.post(f"{LISTINGS}bulk/", {"act": "create", "all": "1"})
    assert (response.context["done"], response.context["left"]) == (1, 1)
    assert "has no seller SKU in the shop" in response.content.decode()
    assert listing_of(cedar, "2").sku.seller_sku == "kf tote"
    assert page.post(f"{LISTINGS}bulk/", {"act": "burn"}).status_code == 422


def test_a_listing_without_a_code_gets_a_sku_by_hand(cedar, cedar_shop, page, goods):
    listing = in_scope(cedar, lambda: make_listing(shop=cedar_shop, platform_sku_id="4", title="Sea lamp"))
    address = f"{SKUS}new/?listing={listing.pk}"
    assert page.get(address).context["form"].initial["name"] == "Sea lamp"
    page.post(address, {"seller_sku": "KF-SEA", "name": "Sea lamp", "is_active": "on"})
    assert listing_of(cedar, "4").sku.seller_sku == "KF-SEA"
    assert page.get(f"{SKUS}new/?listing=99999").status_code == 404


def test_a_listing_keeps_units_back_or_is_told_nothing(cedar, page, goods):
    listing = listing_of(cedar, "1")
    page.post(f"{LISTINGS}{listing.pk}/buffer/?tab=mapped", {"buffer": "3"})
    listing = listing_of(cedar, "1")
    assert (listing.buffer, listing.is_stock_pushed) == (3, False)
    for wrong in ("", "-1", "many"):
        assert page.post(f"{LISTINGS}{listing.pk}/buffer/", {"buffer": wrong}).status_code == 422
    assert listing_of(cedar, "1").buffer == 3


def test_a_viewer_looks_and_changes_nothing(cedar, goods):
    viewer, listing = logged_in(cedar, Role.VIEWER, email="eye@cedar.example"), listing_of(cedar, "3")
    for address in (SKUS, LISTINGS, f"{LISTINGS}?tab=all", f"{SKUS}{goods['mug'].pk}/"):
        assert viewer.get(address).status_code == 200
    for address in (
        f"{SKUS}new/",
        f"{SKUS}{goods['mug'].pk}/",
        f"{LISTINGS}bulk/",
        f"{LISTINGS}{listing.pk}/map/",
        f"{LISTINGS}{listing.pk}/buffer/",
    ):
        assert viewer.post(address, {"sku": "KF-MUG", "buffer": "1", "act": "create"}).status_code == 403
    assert listing_of(cedar, "3").sku is None


def test_another_seller_s_rows_are_not_there(north, goods, cedar):
    stranger = logged_in(north, email="sam@north.example")
    listing = listing_of(cedar, "3")
    assert stranger.get(f"/s/north/catalog/skus/{goods['mug'].pk}/").status_code == 404
    assert stranger.post(f"/s/north/catalog/listings/{listing.pk}/map/", {"sku": "KF-MUG"}).status_code == 404
    assert stranger.get(SKUS).status_code == 404
