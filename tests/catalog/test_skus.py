"""SKUs: made, changed, out of use; a code means one SKU; bundles; listings decided on by a person."""

import pytest

from catalog import bundles, mapping, skus
from catalog.models import Barcode, BundleItem, Listing, Sku
from catalog.skus import SkuFacts
from relay.models import OutboxEvent
from tenancy.actors import Actor
from tenancy.models import AuditEntry
from tests.make_orders import NOW, make_listing, make_sku

MAI = Actor(kind="user", label="Mai", id=1)


def save(sku: Sku | None = None, *, barcodes=(), components=None, units_on_hand=0, listing_id=None, **facts):
    known = {"seller_sku": sku.seller_sku, "name": sku.name} if sku else {"name": "Moon lamp"}
    return skus.save(
        sku_id=sku.pk if sku else None,
        facts=SkuFacts(**{**known, **facts}),
        barcodes=barcodes,
        components=components or {},
        units_on_hand=units_on_hand,
        listing_id=listing_id,
        actor=MAI,
        now=NOW,
    )


def make(code: str = "KF-LAMP-01", **values) -> Sku:
    return save(seller_sku=code, **values)


def audited() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_a_new_sku_maps_the_listings_with_its_code_and_the_one_it_was_made_for(cedar_shop, in_cedar):
    same = make_listing(shop=cedar_shop, platform_sku_id="1", seller_sku="KF-LAMP-01")
    other = make_listing(shop=cedar_shop, platform_sku_id="2", seller_sku="")

    sku = make(weight_g=420, barcodes=["8935001"], listing_id=other.pk)

    assert {listing.sku_id for listing in Listing.objects.filter(pk__in=[same.pk, other.pk])} == {sku.pk}
    assert sku.weight_g == 420
    assert Barcode.objects.get().code == "8935001"
    assert audited() == ["sku.made", "listing.mapped"]


@pytest.mark.parametrize("code", ["KF-LAMP-01", "kf-lamp-01", "8935001"])
def test_a_code_that_means_another_sku_is_refused_by_name(in_cedar, code):
    make(barcodes=["8935001"])

    with pytest.raises(skus.CodeTaken, match="KF-LAMP-01.*Moon lamp"):
        make(code, name="Other lamp")

    assert Sku.objects.count() == 1


@pytest.mark.parametrize("code", ["", "   ", "A\nB", "X" * 81])
def test_a_code_that_no_scanner_reads_is_refused(in_cedar, code):
    with pytest.raises(skus.BadSku):
        make(code)
    assert not Sku.objects.exists()


def test_a_change_keeps_what_was_and_what_is(in_cedar):
    sku = make(weight_g=420)

    for _twice in range(2):
        save(sku, name="Moon lamp, large", weight_g=500)

    entry = AuditEntry.objects.get(action="sku.saved")
    assert entry.detail["changes"] == {"name": ["Moon lamp", "Moon lamp, large"], "weight_g": [420, 500]}


def test_a_sku_keeps_its_code_and_may_not_take_another_s(in_cedar):
    lamp, _mug = make(), make("KF-MUG")
    save(lamp, seller_sku="kf-lamp-01")
    with pytest.raises(skus.CodeTaken):
        save(Sku.objects.get(pk=lamp.pk), seller_sku="KF-MUG")
    assert Sku.objects.get(pk=lamp.pk).seller_sku == "kf-lamp-01"


def test_a_barcode_means_one_sku(in_cedar):
    lamp, mug = make(), make("KF-MUG", name="Mug")
    save(lamp, barcodes=[" 8935001 ", "8935001"])

    for taken in ("8935001", "KF-LAMP-01"):
        with pytest.raises(skus.CodeTaken, match="means the SKU KF-LAMP-01"):
            save(mug, barcodes=["8935002", taken])

    assert list(Barcode.objects.values_list("sku_id", "code")) == [(lamp.pk, "8935001")]
    save(lamp, barcodes=["8935003"])
    assert [barcode.code for barcode in Barcode.objects.all()] == ["8935003"]
    detail = AuditEntry.objects.filter(action="sku.saved").latest("pk").detail
    assert (detail["barcodes_added"], detail["barcodes_removed"]) == (["8935003"], ["8935001"])


def test_a_sku_that_is_still_sold_or_contained_stays_in_use(cedar_shop, in_cedar):
    lamp, mug, pack = make(), make("KF-MUG"), make("KF-SET")
    make_listing(shop=cedar_shop, platform_sku_id="1", sku=lamp)
    save(pack, components={"KF-MUG": 2})

    for sku, words in ((lamp, "still sells it"), (mug, "bundle KF-SET contains it")):
        with pytest.raises(skus.SkuInUse, match=words):
            save(sku, is_active=False)

    assert Sku.objects.filter(is_active=True).count() == 3
    Listing.objects.update(state="inactive")
    assert save(lamp, is_active=False).is_active is False


def test_a_bundle_is_set_as_a_whole_and_its_listings_get_another_figure(cedar_shop, in_cedar):
    pack, _mug, _tote = make("KF-SET"), make("KF-MUG", barcodes=["893"]), make("KF-TOTE")
    listing = make_listing(shop=cedar_shop, platform_sku_id="1", sku=pack)

    save(pack, components={"893": 1, "KF-TOTE": 2, "KF-MUG": 1})

    rows = BundleItem.objects.order_by("component__seller_sku")
    assert list(rows.values_list("component__seller_sku", "quantity")) == [("KF-MUG", 2), ("KF-TOTE", 2)]
    assert Sku.objects.get(pk=pack.pk).is_bundle
    events = OutboxEvent.objects.filter(name="listing.terms_changed")
    assert [event.payload["listing_id"] for event in events] == [listing.pk]
    assert save(pack).is_bundle is False
    assert not BundleItem.objects.exists()


@pytest.mark.parametrize(
    "wanted,words",
    [
        ({"KF-MUG": 1, "KF-SET": 1}, "cannot contain itself"),
        ({"KF-MUG": 1, "KF-OTHER-SET": 1}, "is a bundle itself"),
        ({"KF-MUG": 1, "KF-OLD": 1}, "not in use"),
        ({"KF-MUG": 1, "KF-NONE": 1}, "no SKU with the code"),
        ({"KF-MUG": 0}, "how many of KF-MUG"),
    ],
)
def test_a_bundle_that_makes_no_sense_is_refused(in_cedar, wanted, words):
    pack, other, _mug = make("KF-SET"), make("KF-OTHER-SET"), make("KF-MUG")
    make_sku("KF-OLD", is_active=False)
    save(other, components={"KF-MUG": 2})

    with pytest.raises(bundles.BadBundle, match=words):
        save(pack, components=wanted)

    assert not Sku.objects.get(pk=pack.pk).is_bundle
    assert not BundleItem.objects.filter(bundle=pack).exists()


def test_what_is_in_a_bundle_or_on_a_shelf_becomes_no_bundle(in_cedar):
    pack, mug, _tote = make("KF-SET"), make("KF-MUG"), make("KF-TOTE")
    save(pack, components={"KF-MUG": 2})
    with pytest.raises(bundles.BadBundle, match="part of the bundle KF-SET"):
        save(mug, components={"KF-TOTE": 1})
    with pytest.raises(bundles.BadBundle, match="12 units lie in the warehouse"):
        save(make("KF-BOX"), components={"KF-TOTE": 1}, units_on_hand=12)
    assert BundleItem.objects.count() == 1


def test_many_listings_are_mapped_at_once_and_the_others_say_why_not(cedar_shop, in_cedar):
    lamp, mug, old = make(), make("KF-MUG"), make_sku("KF-OLD", is_active=False)
    one, two, three = (make_listing(shop=cedar_shop, platform_sku_id=number) for number in "123")
    Listing.objects.filter(pk=two.pk).update(sku=mug)

    wanted = {one.pk: lamp.pk, two.pk: lamp.pk, three.pk: old.pk}
    results = mapping.map_many(wanted=wanted, actor=MAI, now=NOW)

    assert [(row.listing.pk, row.is_done) for row in results] == [
        (one.pk, True),
        (two.pk, False),
        (three.pk, False),
    ]
    assert list(Listing.objects.order_by("pk").values_list("sku_id", "is_mapped_by_hand")) == [
        (lamp.pk, True),
        (mug.pk, False),
        (None, False),
    ]
    assert AuditEntry.objects.filter(action="listing.mapped").count() == 1


def test_skus_are_made_of_many_listings_and_the_audit_names_each(cedar_shop, in_cedar):
    make_sku("KF-OLD", is_active=False)
    rows = [
        make_listing(shop=cedar_shop, platform_sku_id=number, seller_sku=code)
        for number, code in (("1", "KF-A"), ("2", "KF-A"), ("3", ""), ("4", "KF-OLD"))
    ]

    results = mapping.make_skus(listing_ids=[row.pk for row in rows], actor=MAI, now=NOW)

    assert [row.is_done for row in results] == [True, True, False, False]
    made = Sku.objects.get(seller_sku="KF-A")
    assert list(Listing.objects.order_by("pk").values_list("sku_id", flat=True)) == [
        made.pk,
        made.pk,
        None,
        None,
    ]
    assert AuditEntry.objects.get(action="sku.made").subject_id == str(made.pk)


def test_a_buffer_is_kept_announced_and_bounded(cedar_shop, in_cedar):
    listing = make_listing(shop=cedar_shop, platform_sku_id="1", sku=make())
    for _twice in range(2):
        mapping.set_terms(listing_id=listing.pk, buffer=3, is_stock_pushed=False, actor=MAI, now=NOW)
    with pytest.raises(mapping.BadBuffer):
        mapping.set_terms(listing_id=listing.pk, buffer=-1, is_stock_pushed=True, actor=MAI, now=NOW)
    listing.refresh_from_db()
    assert (listing.buffer, listing.is_stock_pushed) == (3, False)
    assert AuditEntry.objects.filter(action="listing.terms_changed").count() == 1
    assert OutboxEvent.objects.filter(name="listing.terms_changed").count() == 1
