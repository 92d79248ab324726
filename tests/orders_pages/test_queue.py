"""The queue: order, counts that are rows, tiles, search, pages by keyset."""

import pytest

from orders.models import HoldReason
from tenancy import scoping
from tests import make, make_orders

URL = "/s/cedar/orders/"


def ids(response) -> list[str]:
    return [row.order.platform_order_id[-4:] for row in response.context["rows"]]


def test_the_most_pressing_is_on_top_and_an_overdue_one_above_all(page, order_due):
    for number, hours in ((1, 30), (2, 3), (3, -2), (4, -9)):
        order_due(number, hours)

    response = page.get(URL)

    assert response.status_code == 200
    assert ids(response) == ["0004", "0003", "0002", "0001"]
    assert ids(page.get(URL, {"tile": "overdue"})) == ["0004", "0003"]


@pytest.mark.parametrize(
    ("tile", "rows"), [("overdue", 1), ("h4", 1), ("h12", 2), ("h24", 3), ("auto_cancel", 0)]
)
def test_a_tile_counts_the_rows_that_it_shows(page, order_due, tile, rows):
    for number, hours in ((1, -1), (2, 3), (3, 11), (4, 23), (5, 40)):
        order_due(number, hours)

    response = page.get(URL, {"tile": tile})

    counts = {entry["href"]: entry["count"] for entry in response.context["tiles"]}
    chosen = next(entry for entry in response.context["tiles"] if entry["current"])
    assert (chosen["count"], len(response.context["rows"])) == (rows, rows)
    assert sum(counts.values()) == 1 + 1 + 2 + 3


def test_a_paused_order_is_not_late(page, order_due):
    order_due(1, -5, status="on_hold")

    response = page.get(URL)

    assert [entry["count"] for entry in response.context["tiles"]] == [0] * 7
    assert ids(response) == ["0001"]
    assert b"data-clock-text" not in response.content
    assert b"on hold by the platform" in response.content


def test_tab_counts_are_the_rows_behind_them(page, order_due):
    order_due(1)
    order_due(2, is_buyer_cancel_requested=True)
    order_due(3, status="on_hold")
    order_due(4, status="cancelled")

    tabs = page.get(URL).context["tabs"]

    for tab in tabs:
        assert len(page.get(URL + tab["href"]).context["rows"]) == tab["count"]
    assert {str(tab["label"]): tab["count"] for tab in tabs if tab["count"]} == {
        "All open": 3,
        "On hold": 2,
        "To pick": 1,
        "Cancelled": 1,
        "All": 4,
    }


def test_held_orders_are_split_by_reason(page, order_due):
    order_due(1, is_buyer_cancel_requested=True)
    order_due(2, status="on_hold")

    response = page.get(URL, {"tab": "hold", "reason": HoldReason.CANCEL_REQUESTED})

    assert ids(response) == ["0001"]
    assert [(str(tab["label"]), tab["count"]) for tab in response.context["sub_tabs"]] == [
        ("All reasons", 2),
        ("first hour: the platform holds it", 1),
        ("buyer asks to cancel", 1),
    ]


def test_a_hundred_pasted_ids_are_found_and_the_missing_named(page, order_due, cedar, cedar_shop):
    for number in range(1, 4):
        order_due(number)
    with scoping.scope(sellers=[cedar.pk]):
        make_orders.make_order(shop=cedar_shop, platform_order_id="999", lines=(make_orders.line("KF-LAMP"),))
    pasted = "\n".join(
        ["576461413038780001", "576461413038780002,KF-LAMP;nowhere"] + [f"X{n}" for n in range(100)]
    )

    response = page.get(URL, {"q": pasted})

    assert sorted(ids(response)) == ["0001", "0002", "999"]
    assert response.context["missing"][:2] == ("nowhere", "X0")
    assert len(response.context["missing"]) == 101
    assert b"101 were not found" in response.content


def test_search_looks_behind_every_tab(page, order_due):
    order_due(1, status="cancelled")

    assert ids(page.get(URL, {"q": "576461413038780001"})) == ["0001"]


def test_the_shop_filter_is_a_chip_that_can_be_taken_off(page, order_due, cedar, cedar_shop):
    order_due(1)

    response = page.get(URL, {"shop": cedar_shop.slug, "tile": "h4"})

    chips = {str(chip["label"]): chip["href"] for chip in response.context["chips"]}
    assert chips == {
        f"Shop: {cedar_shop.name}": "?tile=h4",
        "Due in 4 h": f"?shop={cedar_shop.slug}",
    }
    assert page.get(URL, {"shop": "nobody"}).status_code == 404


def test_pages_walk_forward_and_back_without_losing_a_row(page, order_due, monkeypatch):
    monkeypatch.setattr("orders.views.queue.PAGE_SIZE", 2)
    for number in range(1, 6):
        order_due(number, 10)  # equal deadlines: the row number decides

    first = page.get(URL)
    second = page.get(URL + first.context["pager"]["next"])
    third = page.get(URL + second.context["pager"]["next"])
    back = page.get(URL + third.context["pager"]["previous"])

    assert [ids(response) for response in (first, second, third, back)] == [
        ["0001", "0002"],
        ["0003", "0004"],
        ["0005"],
        ["0003", "0004"],
    ]
    assert (third.context["pager"]["first"], third.context["pager"]["last"]) == (5, 5)
    assert third.context["pager"]["next"] == ""
    assert ids(page.get(URL + back.context["pager"]["previous"])) == ["0001", "0002"]


def test_the_number_of_queries_does_not_grow_with_the_rows(page, order_due, django_assert_max_num_queries):
    order_due(1)
    page.get(URL)
    with django_assert_max_num_queries(40) as one:
        page.get(URL)
    for number in range(2, 12):
        order_due(number, is_buyer_cancel_requested=number % 2 == 0)

    with django_assert_max_num_queries(40) as eleven:
        response = page.get(URL)

    assert len(response.context["rows"]) == 11
    assert len(eleven) == len(one)


def test_live_counts_are_the_fragment_of_the_page(page, order_due):
    order_due(1, 3)

    response = page.get(f"{URL}counts/", {"tile": "h4"})

    assert response.content.startswith(b'<div id="queue-counts"')
    assert page.get(URL, {"tile": "h4"}).content.count(response.content.strip()) == 1


def test_a_viewer_sees_the_queue_without_means_to_change_it(client, cedar, order_due):
    order_due(1)
    client.force_login(make.make_member(seller=cedar, role="viewer", email="see@cedar.example"))

    response = client.get(URL)

    assert ids(response) == ["0001"]
    assert b"data-row-select" not in response.content
    assert client.post(f"{URL}bulk/", {"act": "approve"}).status_code == 403


@pytest.mark.parametrize("query", ["after=x", "after=~9", "after=2026~7", "at=-1", "tab=no", "tile=no"])
def test_an_odd_address_is_read_as_far_as_it_makes_sense(page, order_due, query):
    order_due(1)

    assert page.get(f"{URL}?{query}").status_code == 200


def test_the_list_of_everything_walks_from_the_newest_too(page, order_due, monkeypatch):
    monkeypatch.setattr("orders.views.queue.PAGE_SIZE", 2)
    for number, hours in ((1, 3), (2, 50), (3, 9)):
        order_due(number, hours)

    first = page.get(URL, {"tab": "any"})
    second = page.get(URL + first.context["pager"]["next"])

    assert (ids(first), ids(second)) == (["0003", "0002"], ["0001"])
    assert ids(page.get(URL + second.context["pager"]["previous"])) == ["0003", "0002"]


def test_what_is_over_is_counted_up_to_a_limit_in_a_search(page, order_due, monkeypatch):
    monkeypatch.setattr("orders.queue_figures.MOST_COUNTED", 1)
    order_due(1)
    order_due(2, status="cancelled")
    order_due(3, status="cancelled")

    wanted = " ".join(f"57646141303878{number:04d}" for number in (1, 2, 3))
    response = page.get(URL, {"tab": "cancelled", "q": wanted})

    counts = {str(tab["label"]): tab["count"] for tab in response.context["tabs"]}
    assert (counts["All open"], counts["Cancelled"], counts["All"]) == (1, None, None)
    assert len(response.context["rows"]) == 2
    assert "1–2 of very many" in response.content.decode()
