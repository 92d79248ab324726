"""Pages of cancel requests, returns and parcels: they answer, refuse with 422, and do not ask more for more rows."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orders.models import (
    CancelAnswer,
    CancelRequest,
    OrderHold,
    Package,
    ReturnAnswer,
    ReturnCase,
    ReturnLine,
)
from tenancy import scoping
from tenancy.models import Role
from tests import make
from tests.make_orders import line


def url(name: str, **kwargs) -> str:
    return reverse(f"orders:{name}", kwargs={"seller": "cedar", **kwargs})


@pytest.fixture
def asked(cedar, order_due, now):
    """Orders whose buyers ask to cancel."""

    def make_one(number: int) -> CancelRequest:
        order = order_due(number, is_buyer_cancel_requested=True, cancel_requested_at=now)
        with scoping.scope(sellers=[cedar.pk]):
            return CancelRequest.objects.create(
                shop_id=order.shop_id,
                order=order,
                cancel_id=f"40352250000{number:04d}",
                state="pending",
                is_buyer_request=True,
                reason="Ordered twice",
                respond_by=now + timedelta(hours=5),
                first_seen_at=now,
            )

    return make_one


@pytest.fixture
def returned(cedar, order_due, now):
    """Returns that wait for a decision."""

    def make_one(number: int, **columns) -> ReturnCase:
        order = order_due(number)
        values = {
            "kind": "return_and_refund",
            "stage": "to_decide",
            "platform_status": "return_or_refund_request_pending",
            "wanted_answer": "return",
            "respond_by": now + timedelta(hours=30),
            "reason": "It does not fit",
            "currency": "VND",
            "asked_at": now,
        }
        with scoping.scope(sellers=[cedar.pk]):
            case = ReturnCase.objects.create(
                shop_id=order.shop_id, order=order, return_id=f"4035226{number:04d}", **{**values, **columns}
            )
            for one in order.lines.all():
                ReturnLine.objects.create(
                    shop_id=order.shop_id, case=case, order_line=one, sku=one.sku, quantity=one.quantity
                )
        return case

    return make_one


@pytest.mark.parametrize("tab", ["open", "settled"])
def test_the_list_answers_full_and_empty(page, asked, tab):
    assert page.get(url("cancels") + f"?tab={tab}").status_code == 200
    asked(1)
    text = page.get(url("cancels") + f"?tab={tab}").content.decode()
    assert ("Ordered twice" in text) == (tab == "open")


@pytest.mark.parametrize("stage", ["to_decide", "on_its_way", "to_inspect", "to_settle", "done", "nonsense"])
def test_returns_answer_full_and_empty(page, returned, stage):
    assert page.get(url("returns") + f"?tab={stage}").status_code == 200
    returned(1, stage=stage if stage != "nonsense" else "to_decide")
    assert "It does not fit" in page.get(url("returns") + f"?tab={stage}").content.decode()


def test_letting_a_buyer_go_from_the_list(page, asked, cedar):
    request = asked(1)
    answer = page.post(url("cancel_approve", pk=request.pk))
    assert (answer.status_code, answer.url) == (302, url("cancels"))
    with scoping.scope(sellers=[cedar.pk]):
        row = CancelAnswer.objects.get()
        assert (row.act, row.effect_state, row.by_label) == ("approve", "waiting", "Mai")
    assert page.post(url("cancel_approve", pk=request.pk)).status_code == 409


def test_keeping_an_order_without_a_reason_is_refused(page, asked, cedar):
    request = asked(1)
    answer = page.post(url("cancel_reject", pk=request.pk), {"reason": ""})
    assert answer.status_code == 422
    assert "Choose why the order is kept" in answer.content.decode()
    with scoping.scope(sellers=[cedar.pk]):
        assert not CancelAnswer.objects.exists()
        assert OrderHold.objects.filter(reason="cancel_requested", lifted_at__isnull=True).count() == 1


def test_a_return_is_decided_from_its_page(page, returned, cedar):
    case = returned(1)
    assert "send the goods back" in page.get(url("return", public_id=case.public_id)).content.decode()
    answer = page.post(url("return_decide", public_id=case.public_id), {"act": "approve"})
    assert answer.status_code == 302
    with scoping.scope(sellers=[cedar.pk]):
        assert ReturnAnswer.objects.get().act == "approve"
    again = page.post(url("return_decide", public_id=case.public_id), {"act": "approve"})
    assert again.status_code == 422


def test_an_order_is_split_from_its_page(page, order_due, cedar):
    lines = (line("MUG", platform_package_ids=("PK1",)), line("CUP", platform_package_ids=("PK1",)))
    order = order_due(1, lines=lines)
    address = url("parcels", public_id=order.public_id)
    assert page.get(address).status_code == 200
    with scoping.scope(sellers=[cedar.pk]):
        first, second = order.lines.order_by("pk")
    together = {f"line-{first.pk}": "1", f"line-{second.pk}": "1"}
    assert page.post(url("split", public_id=order.public_id), together).status_code == 422
    apart = {f"line-{first.pk}": "1", f"line-{second.pk}": "2"}
    assert page.post(url("split", public_id=order.public_id), apart).status_code == 302
    assert "split" in page.get(address).content.decode()


def test_what_is_being_picked_cannot_be_split_and_the_page_says_so(page, order_due, cedar):
    order = order_due(1)
    with scoping.scope(sellers=[cedar.pk]):
        Package.objects.update(state="picking")
    text = page.get(url("parcels", public_id=order.public_id)).content.decode()
    assert "Picking has begun" in text
    assert "<select" not in text.split('id="content"')[1]


def test_two_orders_of_one_buyer_are_offered_together(page, order_due):
    first, second = order_due(1), order_due(2)
    assert second.platform_order_id in page.get(url("parcels", public_id=first.public_id)).content.decode()
    answer = page.post(url("combine", public_id=first.public_id), {"ids": [second.public_id]})
    assert answer.status_code == 302


def test_the_order_page_shows_what_the_buyer_wants(page, asked, returned):
    request, case = asked(1), returned(2)
    text = page.get(url("order", public_id=request.order.public_id)).content.decode()
    assert url("cancel_approve", pk=request.pk) in text
    assert case.return_id in page.get(url("order", public_id=case.order.public_id)).content.decode()


def test_a_disconnected_shop_names_no_reasons(page, order_due):
    order = order_due(1)
    answer = page.get(url("cancel_order", public_id=order.public_id))
    assert (answer.status_code, b"Seller Center" in answer.content) == (200, True)


@pytest.mark.parametrize("name", ["cancels", "returns"])
def test_lists_do_not_ask_more_for_more_rows(page, asked, returned, name):
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert page.get(url(name)).status_code == 200
        return len(caught)

    for number in (1, 2):
        asked(number)
        returned(number + 100)
    queries()
    few = queries()
    for number in range(3, 9):
        asked(number)
        returned(number + 100)
    assert queries() == few


def test_a_viewer_sees_but_does_not_decide(client, cedar, asked, returned):
    client.force_login(make.make_member(seller=cedar, role=Role.VIEWER, email="view@cedar.example"))
    request, case = asked(1), returned(2)
    assert client.get(url("cancels")).status_code == 200
    assert client.get(url("return", public_id=case.public_id)).status_code == 200
    assert client.post(url("cancel_approve", pk=request.pk)).status_code == 403
    assert client.post(url("return_decide", public_id=case.public_id), {"act": "approve"}).status_code == 403
