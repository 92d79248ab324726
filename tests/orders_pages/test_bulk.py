"""Many orders at once, the review page, and files."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from orders.models import Order, OrderImport
from tenancy import scoping
from tests import make_orders

SAMPLE = Path(__file__).parent.parent / "data" / "seller-center-sample.xlsx"


def states(cedar) -> dict[str, str]:
    with scoping.scope(sellers=[cedar.pk]):
        return {
            number[-1]: state
            for number, state in Order.objects.order_by("pk").values_list("platform_order_id", "state")
        }


def test_each_row_is_done_skipped_or_failed_and_good_ones_are_not_held_back(page, cedar, order_due):
    asks, fine, held = (
        order_due(1, is_buyer_cancel_requested=True),
        order_due(2),
        order_due(3, status="on_hold"),
    )
    chosen = [asks.public_id, fine.public_id, held.public_id]

    response = page.post(
        "/s/cedar/orders/bulk/", {"act": "approve", "ids": chosen, "note": "agreed", "query": "tab=hold"}
    )

    rows = {row["result"].platform_order_id[-1]: row["result"] for row in response.context["rows"]}
    assert {number: row.outcome for number, row in rows.items()} == {
        "1": "done",
        "2": "skipped",
        "3": "failed",
    }
    assert "cannot be decided away" in rows["3"].reason
    assert states(cedar) == {"1": "approved", "2": "approved", "3": "on_hold"}
    assert [row["public_id"] for row in response.context["failed"]] == [held.public_id]
    assert response.context["back"] == "/s/cedar/orders/?tab=hold"


def test_the_whole_filter_means_its_rows_and_no_others(page, cedar, order_due):
    for number, hours in ((1, 3), (2, 3.5), (3, 30)):
        order_due(number, hours)

    page.post("/s/cedar/orders/bulk/", {"act": "hold", "all": "1", "query": "tile=h4", "tab": "open"})

    assert states(cedar) == {"1": "on_hold", "2": "on_hold", "3": "approved"}


def test_choosing_nothing_says_so(page, cedar, order_due):
    order_due(1)

    response = page.post("/s/cedar/orders/bulk/", {"act": "hold", "query": ""}, follow=True)

    assert b"Choose at least one order first." in response.content
    assert states(cedar) == {"1": "approved"}


def test_an_order_of_another_seller_is_not_touched(page, north, north_shop, now):
    with scoping.scope(sellers=[north.pk]):
        order = make_orders.make_order(shop=north_shop, platform_order_id="1", now=now)

    page.post("/s/cedar/orders/bulk/", {"act": "hold", "ids": [order.public_id]})

    assert states(north) == {"1": "approved"}


def test_review_lists_held_orders_by_reason_with_the_fix(page, order_due):
    order_due(1, is_buyer_cancel_requested=True)
    order_due(2, status="on_hold")
    order_due(3)

    response = page.get("/s/cedar/orders/review/", {"reason": "cancel_requested"})

    assert [item["row"].order.platform_order_id[-1] for item in response.context["rows"]] == ["1"]
    assert [(tab["label"], tab["count"]) for tab in response.context["sub_tabs"]][0] == ("All reasons", 2)
    assert b"Keep the order" in response.content


def test_a_fix_on_the_review_page_comes_back_to_it(page, cedar, order_due):
    order = order_due(1, is_buyer_cancel_requested=True)

    response = page.post(
        f"/s/cedar/orders/{order.public_id}/act/",
        {
            "act": "release",
            "reason": "cancel_requested",
            "page": "review",
            "query": "reason=cancel_requested",
        },
    )

    assert response.url == "/s/cedar/orders/review/?reason=cancel_requested"
    assert states(cedar) == {"1": "approved"}


def test_the_sample_file_comes_in_by_the_page(page, cedar, cedar_shop):
    upload = SimpleUploadedFile("export.xlsx", SAMPLE.read_bytes())

    response = page.post("/s/cedar/orders/import/", {"shop": cedar_shop.pk, "file": upload}, follow=True)

    assert response.status_code == 200
    assert response.context["record"].new_count == 29
    assert "29" in response.content.decode()
    assert page.get("/s/cedar/orders/import/").context["page"].paginator.count == 1


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("notes.csv", b"a,b\n1,2\n", "No header row"),
        ("empty.xlsx", b"", "The file is empty."),
        ("broken.xlsx", b"PK\x03\x04 not a workbook", ""),
    ],
)
def test_a_file_that_is_no_use_is_a_422_that_changes_nothing_but_leaves_a_trace(
    page, cedar, cedar_shop, name, content, sentence
):
    upload = SimpleUploadedFile(name, content)

    response = page.post("/s/cedar/orders/import/", {"shop": cedar_shop.pk, "file": upload})

    assert response.status_code == 422
    assert sentence in response.content.decode()
    with scoping.scope(sellers=[cedar.pk]):
        assert not Order.objects.exists()
        assert OrderImport.objects.get().state == "refused"


def test_no_file_and_a_foreign_shop_are_refused_by_the_form(page, cedar, cedar_shop, north_shop):
    assert page.post("/s/cedar/orders/import/", {"shop": cedar_shop.pk}).status_code == 422
    upload = SimpleUploadedFile("export.xlsx", SAMPLE.read_bytes())

    response = page.post("/s/cedar/orders/import/", {"shop": north_shop.pk, "file": upload})

    assert response.status_code == 422
    with scoping.scope(sellers=[cedar.pk]):
        assert not OrderImport.objects.exists()


def test_review_asks_as_much_for_one_order_as_for_ten(page, order_due, django_assert_max_num_queries):
    order_due(1, is_buyer_cancel_requested=True)
    page.get("/s/cedar/orders/review/")
    with django_assert_max_num_queries(40) as one:
        page.get("/s/cedar/orders/review/")
    for number in range(2, 11):
        order_due(number, is_buyer_cancel_requested=True)

    with django_assert_max_num_queries(40) as ten:
        response = page.get("/s/cedar/orders/review/")

    assert len(response.context["rows"]) == 10
    assert len(ten) == len(one)
