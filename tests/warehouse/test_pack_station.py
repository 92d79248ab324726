"""Refusals of the pack station, each with its sentence and its sound; the fast lane of single items; photos."""

import io
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from PIL import Image

from catalog.models import Barcode
from orders import review
from orders.models import OrderHistory, Package, PackageState
from tenancy import scoping
from tenancy.models import Role
from tests import make, make_orders, make_warehouse
from tests.make_orders import NOW
from tests.make_warehouse import KIM, MAI, allocated, make_site, make_stock, picked, released_list, walk
from warehouse import packing, photos, station
from warehouse.models import PackPhoto, PackRecord, QualityCheck


@pytest.fixture
def client(client, cedar):
    """Logged in as a packer of cedar."""
    client.force_login(make.make_member(seller=cedar, role=Role.PACKER))
    return client


@pytest.fixture
def two_orders(inside, cedar_shop):
    """In one tote: two mugs for the first order, a cup for the second."""

    def make_them():
        site = make_site()
        make_stock("MUG", 9, weight_g=200)
        make_stock("CUP", 9, at="A-02-1", weight_g=100)
        make_stock("JAR", 9, at="A-03-1")
        first = make_warehouse.order_package(
            shop=cedar_shop, number=1, lines={"MUG": 2}, due_in=timedelta(hours=2)
        )
        second = make_warehouse.order_package(
            shop=cedar_shop, number=2, lines={"CUP": 1}, due_in=timedelta(hours=4)
        )
        make_warehouse.deliver()
        walk(released_list(site))
        wanted = Package.objects.select_related("order", "seller").order_by("pk")
        return tuple(wanted.filter(pk__in=[first.pk, second.pk]))

    return inside(make_them)


def url(name, **kwargs):
    return reverse(f"warehouse:{name}", kwargs={"seller": "cedar", **kwargs})


def scan(client, package, code):
    address = url("pack_scan", public_id=package.public_id)
    return client.post(address, {"code": code}, headers={"HX-Request": "true"})


def heard(answer) -> tuple[int, str]:
    """The status, and the sound that the browser makes."""
    trigger = answer.headers["HX-Trigger"]
    return answer.status_code, trigger.partition('"kind": "')[2].partition('"')[0]


@pytest.fixture
def foreign_code(north):
    """A barcode that only the other seller knows."""
    with scoping.scope(sellers=[north.pk]):
        Barcode.objects.create(sku=make_orders.make_sku("NORTH-SECRET"), code="4006381333931")
    return "4006381333931"


def test_an_unknown_barcode_says_so_and_changes_nothing(client, two_orders, inside):
    answer = scan(client, two_orders[0], "8930001112223")
    assert heard(answer) == (422, "unknown_code")
    assert (
        "Unknown barcode 8930001112223: none of your items has it, expected MUG. Put it aside."
        in answer.content.decode()
    )
    assert not inside(QualityCheck.objects.exists)


def test_another_sellers_barcode_is_as_unknown_as_any(client, two_orders, inside, foreign_code):
    answer = scan(client, two_orders[0], foreign_code)
    assert heard(answer) == (422, "unknown_code")
    text = answer.content.decode()
    assert f"Unknown barcode {foreign_code}: none of your items has it, expected MUG." in text
    assert "NORTH-SECRET" not in text
    assert not inside(QualityCheck.objects.exists)
    opened = client.post(url("pack_open"), {"code": foreign_code}, headers={"HX-Request": "true"})
    assert f"No package to pack fits “{foreign_code}”." in opened.content.decode()


def test_an_item_of_another_order_is_sent_where_it_belongs(client, two_orders, inside):
    first, second = two_orders
    answer = scan(client, first, "BC-CUP")
    assert heard(answer) == (422, "other_order")
    number = second.order.platform_order_id
    assert (
        f"Wrong item: CUP is of order {number} (CART-01-2), expected MUG. Put it there."
        in answer.content.decode()
    )
    assert not inside(QualityCheck.objects.exists)


def test_an_item_that_no_order_wants_is_put_aside(client, two_orders):
    answer = scan(client, two_orders[0], "BC-JAR")
    assert heard(answer) == (422, "wrong_item")
    assert "Wrong item: JAR is not in this package, expected MUG. Put it aside." in answer.content.decode()


def test_the_same_item_once_too_often(client, two_orders, inside):
    for _unit in range(2):
        answer = scan(client, two_orders[0], "BC-MUG")
    assert heard(answer) == (200, "verified")
    surplus = scan(client, two_orders[0], "BC-MUG")
    assert heard(surplus) == (422, "too_many")
    assert "Too many: MUG belongs in 2 times, 2 were scanned already." in surplus.content.decode()
    assert list(inside(lambda: QualityCheck.objects.get().scanned).values()) == [2]


def test_an_order_that_is_stopped_while_it_is_packed(client, two_orders, inside):
    first, _second = two_orders
    scan(client, first, "BC-MUG")
    inside(review.hold, order_id=first.order_id, note="", actor=MAI, now=NOW)
    answer = scan(client, first, "BC-MUG")
    assert heard(answer) == (422, "package_stopped")
    assert "Put its goods aside; do not pack it." in answer.content.decode()
    assert list(inside(lambda: QualityCheck.objects.get().scanned).values()) == [1]


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        ({"weight": "0"}, "weight_zero"),
        ({"weight": "-12", "source": "serial", "readings": "-12,-12,-12"}, "weight_negative"),
        ({"weight": "490", "source": "serial", "readings": "0,488,490"}, "weight_moving"),
        ({"weight": "900"}, "weight_out_of_band"),
        ({"weight": "heavy"}, "weight"),
    ],
)
def test_each_bad_weight_has_its_sound(client, two_orders, inside, sent, kind):
    scan(client, two_orders[0], "BC-MUG")
    scan(client, two_orders[0], "BC-MUG")
    address = url("pack_close", public_id=two_orders[0].public_id)
    answer = client.post(address, {"carton": "3", **sent}, headers={"HX-Request": "true"})
    assert heard(answer) == (422, kind)
    assert not inside(PackRecord.objects.exists)


def test_a_scales_weight_is_new_for_each_parcel(client, two_orders, inside):
    first, second = two_orders
    for package, codes in ((first, ["BC-MUG", "BC-MUG"]), (second, ["BC-CUP"])):
        for code in codes:
            scan(client, package, code)

    def close(package, readings):
        data = {"carton": "3", "weight": "490", "source": "keyed", "readings": readings}
        address = url("pack_close", public_id=package.public_id)
        return client.post(address, data, headers={"HX-Request": "true"})

    assert close(first, "490,490,490").status_code == 200
    refused = close(second, "490,490,490")
    assert heard(refused) == (422, "weight_not_new")
    assert heard(close(second, "0,490,490,490")) == (422, "weight_out_of_band")  # believed, and then judged


def test_a_scanned_item_opens_its_most_urgent_single_and_counts(site, cedar_shop):
    make_stock("MUG", 9)
    allocated(shop=cedar_shop, number=1, due_in=timedelta(hours=9))
    urgent = allocated(shop=cedar_shop, number=2, due_in=timedelta(hours=1))
    walk(released_list(site))
    parcel, answer = packing.open(code="BC-MUG", actor=MAI, now=NOW)
    assert (parcel.package.pk, parcel.is_verified, answer.kind) == (urgent.pk, True, "verified")


def test_two_packers_who_scan_the_same_item_get_two_packages(site, cedar_shop):
    make_stock("MUG", 9)
    allocated(shop=cedar_shop, number=1)
    allocated(shop=cedar_shop, number=2)
    walk(released_list(site))
    opened = [packing.open(code="BC-MUG", actor=who, now=NOW)[0].package.pk for who in (MAI, KIM)]
    assert len(set(opened)) == 2
    with pytest.raises(station.NothingFound) as refused:
        third = make_warehouse.Actor(kind="user", label="Lan")
        packing.open(code="BC-MUG", actor=third, now=NOW)
    assert str(refused.value) == "Every package of MUG alone is on somebody's table. Scan its tote slot."
    again, _answer = packing.open(code="BC-MUG", actor=MAI, now=NOW)
    assert again.package.pk == opened[0]
    later, _answer = packing.open(code="BC-MUG", actor=third, now=NOW + timedelta(minutes=16))
    assert later.package.pk in opened


def picture(kind="JPEG", size=(1200, 900), mode="RGB", **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "orange").save(out, kind, **options)
    return out.getvalue()


@pytest.fixture
def media(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)
    return tmp_path


def test_a_photo_is_kept_small_without_what_the_camera_wrote(site, cedar, cedar_shop, media):
    make_stock("MUG", 5)
    package = picked(shop=cedar_shop, warehouse=site)
    exif = Image.Exif()
    exif[0x010F] = "A camera that knows where you live"
    content = picture(size=(4000, 3000), exif=exif.tobytes())
    photo = photos.add(package_id=package.pk, content=content, actor=MAI, now=NOW)
    assert photo.path == f"parcels/{cedar.pk}/{photo.public_id}.jpg"
    kept = Image.open(media / photo.path)
    assert (kept.format, kept.size, len(kept.getexif())) == ("JPEG", (1600, 1200), 0)
    assert OrderHistory.objects.filter(action="package.photo").count() == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is no picture (JPEG, PNG or WebP)."),
        (b"%PDF-1.7 not a picture", "This file is no picture (JPEG, PNG or WebP)."),
        (picture("GIF"), "This file is no picture (JPEG, PNG or WebP)."),
        (picture()[:300], "This file is no picture (JPEG, PNG or WebP)."),
        (picture("PNG", size=(9000, 9000), mode="1"), "This picture has too many pixels."),
        (b"x" * (photos.BYTES_AT_MOST + 1), "A photo has at most 12 MB."),
    ],
    ids=["empty", "another file", "another kind", "cut off", "too many pixels", "too many bytes"],
)
def test_what_is_no_photo_is_refused(site, cedar_shop, media, content, sentence):
    make_stock("MUG", 5)
    package = picked(shop=cedar_shop, warehouse=site)
    with pytest.raises(photos.BadPhoto) as refused:
        photos.add(package_id=package.pk, content=content, actor=MAI, now=NOW)
    assert str(refused.value) == sentence
    assert (PackPhoto.objects.exists(), list(media.rglob("*.jpg"))) == (False, [])


def test_a_photo_is_seen_on_the_order_page_and_by_nobody_else(client, north, two_orders, inside, media):
    package = two_orders[0]
    file = io.BytesIO(picture())
    file.name = "parcel.jpg"
    address = url("pack_photo", public_id=package.public_id)
    answer = client.post(address, {"photo": file}, headers={"HX-Request": "true"})
    assert (answer.status_code, "The photo is kept with the parcel." in answer.content.decode()) == (
        200,
        True,
    )
    photo = inside(PackPhoto.objects.get)
    here = url("photo", public_id=photo.public_id)
    page = client.get(
        reverse("orders:order", kwargs={"seller": "cedar", "public_id": package.order.public_id})
    )
    assert here in page.content.decode()
    seen = client.get(here)
    assert (seen.status_code, seen["Content-Type"], seen["X-Content-Type-Options"]) == (
        200,
        "image/jpeg",
        "nosniff",
    )
    client.force_login(make.make_member(seller=north, email="n@north.example"))
    assert client.get(here).status_code == 404
    theirs = reverse("warehouse:photo", kwargs={"seller": "north", "public_id": photo.public_id})
    assert client.get(theirs).status_code == 404
    (media / photo.path).unlink()
    client.force_login(make.make_member(seller=two_orders[0].seller, email="late@cedar.example"))
    assert client.get(here).status_code == 404


def test_a_packed_parcel_takes_no_more_photos(site, cedar_shop, media):
    make_stock("MUG", 5)
    package = make_warehouse.packed(shop=cedar_shop, warehouse=site)
    with pytest.raises(packing.quality.NotAtStation):
        photos.add(package_id=package.pk, content=picture(), actor=MAI, now=NOW)
    package.refresh_from_db()
    assert package.state == PackageState.PACKED
