"""Pages of live shows: they answer, refuse with a sentence, and need no more queries for more products."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from orders.models import PackageState
from tenancy import keys, scoping
from tenancy.models import Role
from tests import make, make_shows
from tests.make_shows import make_zone, mug_show, product, sized, tasks
from tests.make_warehouse import MAI, allocated, in_bin, make_site, make_stock
from warehouse import show_book, show_lane, shows
from warehouse.models import Show, ShowState, ShowTask, Zone
from warehouse.show_book import Wanted

TOMORROW = timedelta(days=1)


@pytest.fixture
def owner(client, cedar):
    person = make.make_member(seller=cedar)
    client.force_login(person)
    return person


@pytest.fixture
def site(cedar, cedar_shop):
    with scoping.scope(sellers=[cedar.pk]):
        return make_site()


@pytest.fixture
def soon(cedar, cedar_shop, site):
    """A booked show of tomorrow, by the real clock, as pages read it."""
    now = clock.now()
    with scoping.scope(sellers=[cedar.pk]):
        make_zone(site)
        return mug_show(
            site,
            cedar_shop,
            starts_at=now + TOMORROW,
            ends_at=now + TOMORROW + timedelta(hours=2),
            now=now,
        )


def url(name, **kwargs):
    return reverse(f"warehouse:{name}", kwargs={"seller": "cedar", **kwargs})


def page(show):
    return url("show", public_id=show.public_id)


def set_show(show, **columns) -> None:
    Show.objects.filter(pk=show.pk).update(**columns)


def do(client, show, what):
    return client.post(url("show_do", public_id=show.public_id, what=what))


def text(response) -> str:
    return response.content.decode()


def test_without_shows_the_page_says_what_to_do(client, owner, site):
    answer = text(client.get(url("shows")))
    assert "No show is booked" in answer
    assert "There is no forward zone yet" in answer


def test_a_show_is_booked_by_its_form(client, owner, site, cedar_shop, inside):
    inside(make_stock, "MUG", 30)
    at = clock.now() + TOMORROW
    form = {
        "title": "Mug night",
        "host": "Linh",
        "shop": cedar_shop.pk,
        "warehouse": site.pk,
        "starts_at": f"{at:%Y-%m-%dT20:00}",
        "ends_at": f"{at:%Y-%m-%dT22:00}",
        "lines": "bc-mug, 20, 5\n",
    }
    refused = client.post(url("show_new"), form)
    assert refused.status_code == 422
    assert "Line 1: there is no SKU “bc-mug”." in text(refused)
    response = client.post(url("show_new"), {**form, "lines": "BC-MUG, 20, 5"})
    show = inside(Show.objects.get)
    assert (response.status_code, response["Location"]) == (302, page(show))
    assert f"{clock.local(show.starts_at, zone=cedar_shop.time_zone):%H:%M}" == "20:00"
    answer = text(client.get(page(show)))
    assert "There is no forward bin left for MUG." in answer
    assert "dry run: nothing is moved" in answer


def test_a_show_that_ends_first_is_refused(client, owner, site, cedar_shop, inside):
    form = {
        "title": "Mug night",
        "shop": cedar_shop.pk,
        "warehouse": site.pk,
        "starts_at": "2099-01-02T20:00",
        "ends_at": "2099-01-02T19:00",
    }
    response = client.post(url("show_new"), form)
    assert response.status_code == 422
    assert "A show ends after it has begun." in text(response)
    assert not inside(Show.objects.exists)


def test_a_forward_zone_is_made_and_no_longer_one(client, owner, site, inside):
    form = {"warehouse": site.pk, "code": "live", "bins": 2, "liters": 50}
    assert client.post(url("forward_zone"), form).status_code == 302
    zone = inside(Zone.objects.get, code="LIVE")
    answer = text(client.get(url("forward_zone")))
    assert "LIVE-01" in answer and "LIVE-02" in answer and ">50<" in answer
    client.post(url("forward_zone_change", zone_id=zone.pk), {"do": "stop"})
    assert inside(Zone.objects.get, code="LIVE").is_forward is False
    bad = client.post(url("forward_zone"), {**form, "code": "a b"})
    assert bad.status_code == 422
    assert "is no code for a zone" in text(bad)


def test_the_plan_is_changed_and_carried_out(client, owner, soon, inside):
    one = inside(product, soon)
    address = url("show_product", public_id=soon.public_id, product_id=one.pk)
    prefix = f"p{one.pk}"
    values = {
        f"{prefix}-expected": 8,
        f"{prefix}-prepack": 2,
        f"{prefix}-bin": "LIVE-02",
        f"{prefix}-carton": "4",
    }
    assert client.post(address, values).status_code == 302
    one = inside(product, soon)
    assert (one.expected_units, one.prepack_wish, one.bin_wish_id is not None) == (8, 2, True)
    assert do(client, soon, "prepare").status_code == 302
    assert inside(Show.objects.get).state == ShowState.PREPARING
    assert [task.target.code for task in inside(tasks, soon, "bring")] == ["LIVE-02"]
    assert "units brought" in text(client.get(page(soon)))
    assert do(client, soon, "take-back").status_code == 302
    assert inside(Show.objects.get).state == ShowState.PLANNED
    again = do(client, soon, "close")
    assert again.status_code == 409


def test_products_are_found_and_added(client, owner, soon, inside):
    inside(make_stock, "CUP-RED", 5)
    answer = text(client.get(page(soon) + "?find=cup"))
    assert "CUP-RED" in answer.split('id="show-found"')[1]
    assert "No product matches" in text(client.get(page(soon) + "?find=BC-MUG"))
    address = url("show_products", public_id=soon.public_id)
    refused = client.post(address, {"code": "CUP-RED", "expected": "", "prepack": ""})
    assert refused.status_code == 422
    assert "No past show sold CUP-RED: type how many units you expect." in text(refused)
    assert client.post(address, {"code": "CUP-RED", "expected": "6", "prepack": "0"}).status_code == 302
    one = inside(product, soon, "CUP-RED")
    assert (one.expected_units, one.prepack_wish) == (6, 0)


def test_goods_are_brought_and_prepacked_at_their_stations(client, owner, soon, inside):
    inside(shows.prepare, show_id=soon.pk, actor=MAI, now=clock.now())
    (bring,) = inside(tasks, soon, "bring")
    (pack,) = inside(tasks, soon, "pack")
    assert "B-03-1" in text(client.get(url("show_bring", public_id=soon.public_id)))
    address = url("show_bring_scan", public_id=soon.public_id, task_id=bring.pk)

    def scan(code, **given):
        return client.post(address, {"code": code, **given}, headers={"HX-Request": "true"})

    wrong = scan("A-01-1")
    assert (wrong.status_code, "expected B-03-1" in text(wrong)) == (422, True)
    assert "Take 10 × MUG" in text(scan("B-03-1"))
    assert "scan that bin" in text(scan("BC-MUG", source="B-03-1"))
    done = scan("LIVE-01", source="B-03-1", item="MUG", quantity="10")
    assert "10 × MUG lie in LIVE-01." in text(done)
    assert "Everything is brought" in text(done)
    packing = url("show_prepack_scan", public_id=soon.public_id, task_id=pack.pk)
    assert "Box S" in text(client.get(url("show_prepack", public_id=soon.public_id)))
    answer = client.post(packing, {"code": "BC-MUG", "quantity": "4"}, headers={"HX-Request": "true"})
    assert "MUG: 4 of 4 pre-packed." in text(answer)
    assert inside(lambda: in_bin("LIVE-01", product(soon).sku)) == 10


def test_a_live_show_counts_and_its_parcels_need_one_scan(client, owner, soon, cedar_shop, inside):
    inside(make_shows.ready, soon)
    inside(shows.start, show_id=soon.pk, actor=MAI, now=clock.now())
    package = inside(allocated, shop=cedar_shop, lines={"MUG": 1})
    inside(show_lane.feed, show_id=soon.pk, now=clock.now())
    counts = text(client.get(page(soon), headers={"HX-Request": "true"}))
    assert counts.startswith('<div id="show-counts"')
    assert "wait on the lane, of 1" in counts
    answer = client.post(url("pack_open"), {"code": "BC-MUG"}, headers={"HX-Request": "true"})
    assert "Pre-packed for the live show: weigh it and close." in text(answer)
    close = url("pack_close", public_id=package.public_id)
    client.post(close, {"carton": "3", "weight": "290"}, headers={"HX-Request": "true"})
    inside(package.refresh_from_db)
    assert package.state == PackageState.PACKED
    assert do(client, soon, "end").status_code == 302
    assert "units go back" in text(client.get(page(soon)))


def test_more_products_need_no_more_queries(client, owner, soon, inside):
    inside(make_shows.ready, soon)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(page(soon), headers={"HX-Request": "true"}).status_code == 200
        return len(found)

    few = queries()
    for number in range(5):
        sku = inside(lambda n=number: sized(make_stock(f"CUP-{n}", 5, at="A-01-1")))
        inside(set_show, soon, state=ShowState.PLANNED)
        inside(
            show_book.set_products,
            show_id=soon.pk,
            products=[Wanted(sku.pk, expected=3)],
            actor=MAI,
            now=clock.now(),
        )
    inside(set_show, soon, state=ShowState.PREPARING)
    assert queries() == few


def test_a_picker_may_bring_and_not_plan(client, cedar, soon):
    person = make.make_member(seller=cedar, email="duc@cedar.example", name="Duc", role=Role.PICKER)
    client.force_login(person)
    assert client.get(url("show_bring", public_id=soon.public_id)).status_code == 200
    assert client.get(page(soon)).status_code == 200
    assert do(client, soon, "prepare").status_code == 403


def test_another_sellers_show_is_not_there(client, north, soon):
    client.force_login(make.make_member(seller=north, email="dana@north.example"))
    assert client.get(page(soon)).status_code == 404


def test_late_goods_stand_on_the_home_page(client, owner, soon, inside):
    inside(shows.prepare, show_id=soon.pk, actor=MAI, now=clock.now())
    inside(set_show, soon, starts_at=clock.now() + timedelta(minutes=20))
    home = text(client.get(reverse("console:home", kwargs={"seller": "cedar"})))
    assert "Live shows whose goods are not in place" in home
    assert "Goods are not in place: 2 tasks are left." in text(client.get(page(soon)))
    assert inside(ShowTask.objects.count) == 2


def test_shows_are_read_over_rest(client, cedar, soon):
    with scoping.scope(sellers=[cedar.pk]):
        _key, secret = keys.create(seller=cedar, name="ERP", scopes=["all"])
    answer = client.get("/api/v1/shows/", headers={"Authorization": f"Api-Key {secret}"})
    (found,) = answer.json()["results"]
    assert (found["title"], found["state"], found["shop"]) == ("Mug night", "planned", "cedar-vn")
    assert found["products"][0] | {} == {
        "seller_sku": "MUG",
        "expected_units": 10,
        "sold_units": None,
        "bring_units": 0,
        "prepack_units": 0,
        "packed_units": 0,
        "sent_units": 0,
        "forward_bin": None,
    }
