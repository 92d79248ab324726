"""The put-away station over HTTP: scan by scan, refusals with 422, without script, and who may open it."""

import re

import pytest
from django.urls import reverse

from tenancy.models import Role
from tests import make
from tests.make_warehouse import in_bin, make_site, make_stock
from warehouse.models import Bin


@pytest.fixture
def mug(client, cedar, inside):
    """9 MUG stand at cedar's dock; a picker is at the station."""
    client.force_login(make.make_member(seller=cedar, role=Role.PICKER))
    inside(make_site)
    inside(make_stock, "HAT", 2, at="A-01-1")
    return inside(make_stock, "MUG", 9, at="RECEIVING")


def url(name: str, seller: str = "cedar") -> str:
    return reverse(f"warehouse:{name}", kwargs={"seller": seller})


def fields(response) -> dict[str, str]:
    """What the form of the answer would send."""
    form = response.content.decode().split("data-scan", 1)[1].split("</form>")[0]
    found = re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', form)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def send(client, before, code: str, **given):
    return client.post(
        url("put_away_scan"), {**fields(before), "code": code, **given}, headers={"HX-Request": "true"}
    )


def test_item_then_bin_then_undo(client, mug, inside):
    page = client.get(url("put_away"))
    assert "At the dock" in page.content.decode()
    hand = send(client, page, "BC-MUG")
    assert (hand.status_code, "data-advised>A-02-1<" in hand.content.decode()) == (200, True)
    assert fields(hand)["quantity"] == "9"
    done = send(client, hand, "A-02-1", quantity="4")
    assert "4 × MUG lie in A-02-1." in done.content.decode()
    assert '"ok": true' in done.headers["HX-Trigger"]
    assert inside(in_bin, "A-02-1", mug) == 4
    key = fields(hand)["key"]
    undone = client.post(url("put_away_undo"), {"undo": key}, headers={"HX-Request": "true"})
    assert "Undone: 4 × MUG stand at RECEIVING again." in undone.content.decode()
    assert inside(in_bin, "RECEIVING", mug) == 9


def test_the_same_bin_once_more_lays_goods_beside_others(client, mug, inside):
    hand = send(client, client.get(url("put_away")), "BC-MUG")
    first = send(client, hand, "A-01-1")
    assert (first.status_code, inside(in_bin, "A-01-1", mug)) == (422, 0)
    assert '"kind": "bin_has_others"' in first.headers["HX-Trigger"]
    assert fields(first)["again"] == "A-01-1"
    elsewhere = send(client, first, "B-99-1")
    assert (elsewhere.status_code, fields(elsewhere)["again"]) == (422, "")
    again = send(client, first, "A-01-1")
    assert (again.status_code, inside(in_bin, "A-01-1", mug)) == (200, 9)


@pytest.mark.parametrize("given", [{"quantity": "0"}, {"quantity": "x"}, {"quantity": "10"}, {"dock": "0"}])
def test_nonsense_is_refused_and_moves_nothing(client, mug, inside, given):
    hand = send(client, client.get(url("put_away")), "BC-MUG")
    answer = send(client, hand, "A-02-1", **given)
    expected = 200 if "dock" in given else 422  # without a dock the goods are found again
    assert answer.status_code == expected
    assert inside(in_bin, "A-02-1", mug) == (9 if expected == 200 else 0)


def test_goods_that_somebody_else_put_away_are_gone(client, mug, inside):
    hand = send(client, client.get(url("put_away")), "BC-MUG")
    assert send(client, hand, "A-02-1").status_code == 200
    late = send(client, hand, "A-03-1", key="another")
    assert (late.status_code, "Somebody has put this away already." in late.content.decode()) == (422, True)
    assert inside(in_bin, "A-03-1", mug) == 0


def test_it_works_without_script(client, mug, inside):
    page = client.post(url("put_away_scan"), {"code": "BC-MUG"})
    assert "<h1" in page.content.decode()
    client.post(url("put_away_scan"), {**fields(page), "code": "A-02-1"})
    assert inside(in_bin, "A-02-1", mug) == 9


def test_a_clear_dock_says_so_and_viewers_stay_out(client, cedar, north, inside):
    client.force_login(make.make_member(seller=cedar, role=Role.PICKER))
    inside(make_site)
    assert "The dock is clear" in client.get(url("put_away")).content.decode()
    assert client.get(url("put_away", "north")).status_code == 404
    client.force_login(make.make_member(seller=cedar, role=Role.VIEWER, email="v@cedar.example"))
    assert client.get(url("put_away")).status_code == 403
    assert client.post(url("put_away_scan"), {"code": "A-01-1"}).status_code == 403


def test_the_list_asks_as_much_for_one_sku_as_for_ten(client, mug, inside, django_assert_max_num_queries):
    with django_assert_max_num_queries(40) as one:
        client.get(url("put_away"))
    for number in range(9):
        inside(make_stock, f"SKU-{number}", 1, at="RECEIVING")
    with django_assert_max_num_queries(len(one)):
        client.get(url("put_away"))
    assert inside(Bin.objects.count) == 7
