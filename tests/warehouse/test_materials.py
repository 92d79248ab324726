"""Packing materials are stock: used up by packing, warned of when they run low, never in the packer's way."""

from datetime import timedelta

import pytest
from django.urls import reverse

from catalog import skus
from catalog.models import Listing, Sku
from console import attention
from tenancy import access, scoping
from tests import make, make_orders
from tests.make_orders import NOW
from tests.make_warehouse import MAI, level, make_site, make_stock, packed, picked
from warehouse import ledger, ledger_check, materials, packing, receiving, selectors
from warehouse.materials import BadCarton, CartonFacts
from warehouse.models import Carton, CartonUse, StockMovement

FACTS = CartonFacts("3", "Box S", 200, 150, 100, 90, 30_000)


def material(code, kind, units=0) -> Sku:
    sku = make_orders.make_sku(code, name=code.title(), material=kind)
    if units:
        wanted = receiving.Adjustment(sku_id=sku.pk, quantity=units, reason="received", key=f"test:{code}")
        receiving.adjust(wanted=wanted, actor=MAI, now=NOW)
    return sku


def save_box(**uses: int) -> Carton:
    box = Carton.objects.get(code="3")
    wanted = {code.replace("_", "-"): units for code, units in uses.items()}
    return materials.save_carton(carton_id=box.pk, facts=FACTS, uses=wanted, actor=MAI, now=NOW)


@pytest.fixture
def kept(site):
    """Five small boxes and two meters of tape; a box takes 80 cm."""
    box, tape = material("BOX-S", "carton", 5), material("TAPE", "tape", 200)
    save_box(BOX_S=1, TAPE=80)
    return box, tape


def used(package) -> dict[str, int]:
    rows = StockMovement.objects.filter(reason="used", reference=package.public_id)
    return {row.sku.seller_sku: -row.quantity for row in rows.select_related("sku")}


def test_packing_uses_up_what_the_carton_says(site, cedar_shop, kept):
    make_stock("MUG", 5)
    package = packed(shop=cedar_shop, warehouse=site)
    assert used(package) == {"BOX-S": 1, "TAPE": 80}
    assert [level(sku) for sku in kept] == [(4, 0), (120, 0)]
    assert ledger_check.check_ledger() == []


def test_a_packer_is_not_stopped_by_what_the_books_lack(site, cedar_shop, kept):
    make_stock("MUG", 9)
    box, tape = kept
    for number, expected in ((1, 80), (2, 80), (3, 40), (4, None)):
        package = packed(shop=cedar_shop, warehouse=site, number=number)
        assert used(package).get("TAPE") == expected
    assert [level(box), level(tape)] == [(1, 0), (0, 0)]
    assert ledger_check.check_ledger() == []


def test_a_material_that_was_never_received_is_not_kept_stock_of(site, cedar_shop):
    material("BOX-S", "carton")
    save_box(BOX_S=1)
    make_stock("MUG", 5)
    package = packed(shop=cedar_shop, warehouse=site)
    assert used(package) == {}


def test_a_refused_closing_uses_nothing_up(site, cedar_shop, kept):
    make_stock("MUG", 5, weight_g=200)
    package = picked(shop=cedar_shop, warehouse=site)
    packing.scan_item(package_id=package.pk, code="MUG", actor=MAI, now=NOW)
    with pytest.raises(packing.WeightOutOfBand):
        packing.finish(package_id=package.pk, carton_code="3", weight_g=900, actor=MAI, now=NOW)
    assert (used(package), level(kept[0])) == ({}, (5, 0))


def test_opening_it_again_and_packing_anew_takes_a_second_carton(site, cedar_shop, kept):
    make_stock("MUG", 5)
    package = packed(shop=cedar_shop, warehouse=site)
    packing.unpack(package_id=package.pk, reason="", actor=MAI, now=NOW)
    packing.scan_item(package_id=package.pk, code="MUG", actor=MAI, now=NOW)
    later = NOW + timedelta(minutes=1)
    packing.finish(package_id=package.pk, carton_code="3", weight_g=500, actor=MAI, now=later)
    assert [level(sku) for sku in kept] == [(3, 0), (40, 0)]


def test_what_runs_low_is_told(site, cedar, cedar_shop, kept):
    box, _tape = kept
    ledger.set_safety_stock(warehouse_id=site.pk, sku_id=box.pk, units=5, now=NOW)
    assert selectors.low_materials() == []
    make_stock("MUG", 5)
    packed(shop=cedar_shop, warehouse=site)
    assert [row.sku.seller_sku for row in selectors.low_materials()] == ["BOX-S"]
    rows = {row.level.sku.seller_sku: row for row in selectors.material_rows(now=NOW)}
    assert (rows["BOX-S"].is_low, rows["BOX-S"].used, rows["BOX-S"].days_left) == (True, 1, 56)
    assert rows["TAPE"].is_low is False
    owner = make.make_member(seller=cedar)
    found = access.access_to(user=owner, seller_slug="cedar", now=NOW)
    troubles = attention.attention(access=found, shop_id=None, shop_slug="", now=NOW).troubles
    counts = {str(need.label): need.count for need in troubles}
    assert counts["Packing materials run low"] == 1


def test_a_carton_that_ran_out_is_advised_only_when_no_other_takes_the_goods(site, cedar_shop, kept):
    box, tape = kept
    make_orders.make_sku("MUG", length_mm=90, width_mm=90, height_mm=90)
    make_stock("MUG", 5)
    parcel = packing.load(package_id=picked(shop=cedar_shop, warehouse=site).pk)
    choice = packing.cartons()

    def advised():
        left = materials.left_by_carton(cartons=choice, warehouse_id=site.pk)
        return packing.advise(parcel=parcel, choice=choice, left=left).carton.name, left

    small = Carton.objects.get(code="3")
    assert advised() == ("Box S", {small.pk: 2})  # the tape is enough for two
    gone = receiving.Adjustment(sku_id=tape.pk, quantity=-200, reason="damaged", key="test:gone")
    receiving.adjust(wanted=gone, actor=MAI, now=NOW)
    assert advised() == ("Box M", {small.pk: 0})


def test_goods_without_a_size_get_no_advice(site, cedar_shop):
    make_stock("MUG", 5)
    parcel = packing.load(package_id=picked(shop=cedar_shop, warehouse=site).pk)
    advice = packing.advise(parcel=parcel, choice=packing.cartons(), left={})
    assert (advice.carton, advice.text) == (None, "No carton is advised: the size of MUG is not known.")


@pytest.mark.parametrize(
    ("facts", "uses", "sentence"),
    [
        ({}, {"MUG": 1}, "“MUG” is not a packing material. Make it one first."),
        ({}, {"BOX-S": 0}, "BOX-S: say how much of it, from 1 to 10000."),
        ({"height_mm": 0}, {}, "Inner measures are millimeters from 1 to 5000."),
        ({"tare_g": 500, "max_weight_g": 500}, {}, "An empty carton weighs less than it may weigh full."),
        ({"code": "4"}, {}, "Another carton has the key “4”."),
    ],
)
def test_a_carton_that_cannot_be(site, kept, facts, uses, sentence):
    make_orders.make_sku("MUG")
    box = Carton.objects.get(code="3")
    wanted = CartonFacts(**{**FACTS.__dict__, **facts})
    with pytest.raises(BadCarton) as refused:
        materials.save_carton(carton_id=box.pk, facts=wanted, uses=uses, actor=MAI, now=NOW)
    assert str(refused.value) == sentence
    assert CartonUse.objects.filter(carton=box).count() == 2


def test_what_is_sold_is_no_packing_material(site, cedar_shop):
    sku = make_orders.make_sku("MUG")
    make_orders.make_listing(shop=cedar_shop, platform_sku_id="1", sku=sku)
    assert Listing.objects.count() == 1
    with pytest.raises(skus.SkuInUse) as refused:
        skus.save(
            sku_id=sku.pk,
            facts=skus.SkuFacts("MUG", "Pebble enamel mug", material="carton"),
            barcodes=[],
            components={},
            actor=MAI,
            now=NOW,
        )
    assert str(refused.value) == "A listing sells it: it cannot be a packing material."


def test_materials_and_cartons_are_kept_on_their_page(client, cedar):
    with scoping.scope(sellers=[cedar.pk]):
        site = make_site()
        box = material("BOX-S", "carton")
    client.force_login(make.make_member(seller=cedar))
    page = reverse("warehouse:materials", kwargs={"seller": "cedar"})
    assert "No material is kept stock of yet" in client.get(page).content.decode()

    sent = {"material": box.pk, "quantity": 40, "warehouse": site.pk, "reference": "", "key": "once"}
    receive = reverse("warehouse:materials_receive", kwargs={"seller": "cedar"})
    assert client.post(receive, sent).status_code == 302
    assert client.post(receive, sent).status_code == 302  # a double click
    assert client.post(receive, {**sent, "quantity": 0}).status_code == 422
    with scoping.scope(sellers=[cedar.pk]):
        assert level(box) == (40, 0)
        small = Carton.objects.get(code="3")

    address = reverse("warehouse:carton", kwargs={"seller": "cedar", "carton_id": small.pk})
    values = {**FACTS.__dict__, "uses": "BOX-S × 1", "is_active": "on"}
    assert client.post(address, {**values, "uses": "GLUE"}).status_code == 422
    assert client.post(address, values).status_code == 302
    text = client.get(page).content.decode()
    assert "1 × BOX-S" in text
    assert "40" in text
    new = {**values, "code": "7", "name": "Tube", "uses": ""}
    assert client.post(reverse("warehouse:carton_new", kwargs={"seller": "cedar"}), new).status_code == 302
    assert "Tube" in client.get(page).content.decode()
