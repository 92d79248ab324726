"""The pick station and the put wall over HTTP: keys, refusals, taking over, and pages without script."""

import pytest
from django.urls import reverse

from orders import review
from tenancy import actors, scoping
from tenancy.models import Role
from tests import make
from tests.make_orders import NOW
from tests.make_warehouse import MAI, allocated, batch_list, deliver, make_site, make_stock, planned_wave
from tests.make_warehouse import walk as walk_through
from warehouse import picking, waves
from warehouse.models import Bin, PickList, PickTask, StationScan


@pytest.fixture
def owner(client, cedar):
    person = make.make_member(seller=cedar, name="Mai")
    client.force_login(person)
    return person


@pytest.fixture
def site(cedar, cedar_shop, inside):
    def lay():
        site = make_site()
        make_stock("MUG", 9)
        return site

    return inside(lay)


@pytest.fixture
def pick_list(site, owner, cedar_shop, inside):
    """Two packages of 2 MUG; the owner walks it."""

    def lay():
        for number in (1, 2):
            allocated(shop=cedar_shop, number=number, lines={"MUG": 2})
        wave = planned_wave(site)
        waves.release_wave(wave_id=wave.pk, actor=MAI, now=NOW)
        return picking.claim(pick_list_id=PickList.objects.get().pk, actor=actors.of_user(owner), now=NOW)

    return inside(lay)


def url(name, **kwargs):
    return reverse(f"warehouse:{name}", kwargs={"seller": "cedar", **kwargs})


def send(client, name, pick_list, **data):
    address = url(name, public_id=pick_list.public_id)
    return client.post(address, data, headers={"HX-Request": "true"})


def units(inside):
    return inside(lambda: list(PickTask.objects.order_by("pk").values_list("picked_quantity", flat=True)))


def test_a_key_that_comes_twice_counts_once(client, pick_list, inside):
    send(client, "walk_scan", pick_list, code="A-01-1", key="a")
    first = send(client, "walk_scan", pick_list, code="BC-MUG", key="b")
    again = send(client, "walk_scan", pick_list, code="BC-MUG", key="b")
    assert [(one.status_code, "MUG into slot 1: 1 of 2." in one.content.decode()) for one in (first, again)] == [
        (200, True), (200, True),
    ]  # fmt: skip
    assert units(inside) == [1, 0]
    other = send(client, "walk_scan", pick_list, code="A-01-1", key="b")
    assert (other.status_code, other.headers["HX-Reswap"]) == (422, "none")


def test_typed_counts_and_short_picks_have_keys_too(client, pick_list, inside):
    for code in ("A-01-1", "BC-MUG"):
        send(client, "walk_scan", pick_list, code=code)
    for _time in range(2):
        answer = send(client, "walk_take", pick_list, quantity="1", key="t")
    assert "MUG complete: 2 into slot 1." in answer.content.decode()
    for _time in range(2):
        answer = send(client, "walk_short", pick_list, reason="not_found", key="s")
        assert answer.status_code == 200
    states = inside(lambda: list(PickTask.objects.order_by("pk").values_list("state", flat=True)))
    assert (units(inside), states[0]) == ([2, 0], "picked")


def test_a_walk_of_somebody_else_is_told_and_taken_over_with_a_reason(client, pick_list, cedar, inside):
    kim = make.make_member(seller=cedar, role=Role.PICKER, email="kim@cedar.example", name="Kim")
    client.force_login(kim)
    page = client.get(url("walk", public_id=pick_list.public_id)).content.decode()
    assert "Mai is picking this list." in page
    refused = send(client, "walk_scan", pick_list, code="A-01-1")
    assert (refused.status_code, '"kind": "not_your_walk"' in refused.headers["HX-Trigger"]) == (422, True)
    wrong = client.post(url("walk_claim", public_id=pick_list.public_id), {"why": "because"})
    assert "Say why you take the list over: went home or on a break" in wrong.content.decode()
    assert inside(lambda: PickList.objects.get().picker_id) != kim.pk
    taken = client.post(url("walk_claim", public_id=pick_list.public_id), {"why": "went_away"})
    assert (taken.status_code, inside(lambda: PickList.objects.get().picker_id)) == (302, kim.pk)


def test_two_people_of_one_name_are_two(client, pick_list, cedar):
    client.force_login(make.make_member(seller=cedar, email="other@cedar.example", name="Mai"))
    assert send(client, "walk_scan", pick_list, code="A-01-1").status_code == 422


def test_a_package_stopped_while_picking_is_shown_at_the_step(client, pick_list, inside):
    for code in ("A-01-1", "BC-MUG"):
        send(client, "walk_scan", pick_list, code=code)

    def hold():
        package = PickTask.objects.order_by("pk").first().package
        review.hold(order_id=package.order_id, note="", actor=MAI, now=NOW)
        deliver()
        return package.public_id

    stopped = inside(hold)
    page = client.get(url("walk", public_id=pick_list.public_id)).content.decode()
    assert f"{stopped} was stopped" in page
    assert "leave its 1 unit in slot 1, it goes back by the put-back list." in page


@pytest.mark.parametrize(
    ("code", "kind", "text"),
    [
        ("CART-09", "wrong_tote", "Wrong tote: CART-09, expected CART-01. Nothing was moved."),
        ("CART-01-2", "wrong_tote", "Wrong tote: CART-01-2, expected CART-01-1. Nothing was moved."),
        ("B-01-1", "wrong_bin", "B-01-1 is a bin: first scan the item, expected MUG."),
        ("0000", "unknown_code", "Unknown barcode: 0000, expected MUG. Scan the code of the item itself."),
        ("BC-NORTH", "unknown_code", "Unknown barcode: BC-NORTH, expected MUG."),
    ],
)
def test_each_mistake_has_its_sentence_and_its_sound(
    client, pick_list, site, north, inside, code, kind, text
):
    with scoping.scope(sellers=[north.pk]):
        make_site()
        make_stock("NORTH", 1)
    inside(lambda: Bin.objects.create(warehouse=site, code="CART-09", kind="tote"))
    for right in ("A-01-1", "BC-MUG", "cart-01", "CART-01-1"):
        assert send(client, "walk_scan", pick_list, code=right).status_code == 200
    answer = send(client, "walk_scan", pick_list, code=code)
    assert (answer.status_code, f'"kind": "{kind}"' in answer.headers["HX-Trigger"]) == (422, True)
    assert text in answer.content.decode()
    assert units(inside) == [1, 0]


def test_an_empty_tote_is_taken_before_anything_lies_in_it(client, pick_list, site, inside):
    inside(lambda: Bin.objects.create(warehouse=site, code="CART-09", kind="tote"))
    answer = send(client, "walk_scan", pick_list, code="cart-09")
    assert "This list goes into tote CART-09 now." in answer.content.decode()
    assert inside(lambda: PickList.objects.get().tote_code) == "CART-09"


def test_the_put_wall_by_hand(client, owner, site, cedar_shop, inside):
    def lay():
        for number in (1, 2):
            allocated(shop=cedar_shop, number=number, lines={"MUG": 1})
        found = batch_list(site)
        walk_through(found)
        return found

    empty = client.get(url("sort")).content.decode()
    assert "Nothing to sort" in empty
    assert "There is no put wall here yet." in empty
    made = client.post(url("sort_wall_make"), {"warehouse": site.pk, "slots": "2"})
    assert (made.status_code, made.url) == (302, url("sort"))
    found = inside(lay)
    wrong = client.post(url("sort_find"), {"code": "CART-77"}, headers={"HX-Request": "true"})
    assert (wrong.status_code, '"kind": "wrong_tote"' in wrong.headers["HX-Trigger"]) == (422, True)
    opened = client.post(url("sort_find"), {"code": "cart-01"})
    assert opened.url == url("sort_list", public_id=found.public_id)
    for _time in range(2):
        answer = send(client, "sort_scan", found, code="BC-MUG", key="one")
    assert "MUG into slot WALL-1-1: full, to pack." in answer.content.decode()
    last = send(client, "sort_scan", found, code="BC-MUG", key="two").content.decode()
    assert "Nothing is left to sort in tote CART-01." in last
    wall = client.get(url("sort_wall", public_id=found.public_id)).content.decode()
    assert wall.count("is-full") == 2
    assert inside(lambda: StationScan.objects.filter(station="sort").count()) == 2


def test_a_picker_may_sort_but_not_make_walls(client, cedar, site):
    client.force_login(make.make_member(seller=cedar, role=Role.PICKER))
    assert client.get(url("sort")).status_code == 200
    assert client.post(url("sort_wall_make"), {"warehouse": site.pk, "slots": "2"}).status_code == 403
