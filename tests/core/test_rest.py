"""REST: scopes, one error shape, cursor pages, writes that do nothing twice."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.test import RequestFactory
from django.urls import path
from rest_framework import serializers
from rest_framework.response import Response

from catalog.models import Sku
from config.urls import *  # noqa: F403 - the views below stand beside the real ones
from config.urls import urlpatterns as real_urls
from core.errors import RuleViolation
from core.rest import server_error
from orders.models import Order, OrderHold
from tenancy import keys, scoping
from tenancy.models import IdempotentAnswer
from tenancy.rest import PerKeyThrottle, SellerView

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


class SkuIn(serializers.Serializer):
    code = serializers.CharField()


class SkuWrites(SellerView):
    """A write for these tests: makes a SKU, refuses one code."""

    scope_read = scope_write = "stock:write"
    serializer_class = SkuIn

    def post(self, request):
        given = SkuIn(data=request.data)
        given.is_valid(raise_exception=True)
        sku = Sku.objects.create(seller_sku=given.validated_data["code"], name="made")
        if sku.seller_sku == "NO":
            raise RuleViolation("NO is not a code.", code="bad_code")
        return Response({"id": sku.pk}, status=201)


urlpatterns = [*real_urls, path("api/v1/test-skus/", SkuWrites.as_view())]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def call(client, cedar):
    """Calls the API as cedar's program; `key=None` as nobody."""
    _key, text = keys.create(seller=cedar, name="ERP", scopes=["all"])

    def send(method, address, body=None, *, key=text, **headers):
        if key:
            headers["Authorization"] = f"Api-Key {key}"
        data = body if isinstance(body, str) else json.dumps(body)
        sent = {"data": data, "content_type": "application/json"} if body is not None else {}
        return getattr(client, method)(f"/api/v1/{address}", headers=headers, **sent)

    return send


def make_order(*, shop, number: str) -> Order:
    with scoping.scope(sellers=[shop.seller_id]):
        return Order.objects.create(
            seller_id=shop.seller_id,
            shop=shop,
            platform_order_id=number,
            platform_status="awaiting_shipment",
            platform_updated_at=NOW,
            shipping_type="platform",
            currency="VND",
            total_amount=Decimal("250000"),
            placed_at=NOW,
            first_seen_at=NOW,
        )


def error_of(response) -> dict:
    error = response.json()["error"]
    assert set(error) <= {"code", "message", "fields", "request_id"}
    assert error["request_id"]
    return error


def test_orders_come_in_cursor_pages(call, cedar_shop, north_shop):
    for number in ("1001", "1002", "1003"):
        make_order(shop=cedar_shop, number=number)
    make_order(shop=north_shop, number="9001")
    first = call("get", "orders/?page_size=2").json()
    assert [order["platform_order_id"] for order in first["results"]] == ["1003", "1002"]
    assert first["results"][0]["shop"] == "cedar-vn"
    assert first["results"][0]["state"] == "pending_review"
    assert first["results"][0]["due_at"] is None
    second = call("get", first["next"].split("/api/v1/")[1]).json()
    assert [order["platform_order_id"] for order in second["results"]] == ["1001"]
    assert second["next"] is None


def test_an_order_says_what_holds_it_and_what_review_warns_of(call, cedar, cedar_shop):
    held, warned = make_order(shop=cedar_shop, number="1001"), make_order(shop=cedar_shop, number="1002")
    make_order(shop=cedar_shop, number="1003")
    with scoping.scope(sellers=[cedar.pk]):
        OrderHold.objects.create(
            shop=cedar_shop, order=held, reason="manual", detail="looks odd", raised_at=NOW, raised_by="Mai"
        )
        Order.objects.filter(pk=warned.pk).update(warnings={"high_value": "VND 9,000,000"})

    (only,) = call("get", "orders/?has_warnings=true").json()["results"]
    assert (only["platform_order_id"], only["holds"]) == ("1002", [])
    assert only["warnings"] == [{"reason": "high_value", "detail": "VND 9,000,000"}]
    others = call("get", "orders/?has_warnings=false").json()["results"]
    assert {one["platform_order_id"]: one["holds"] for one in others} == {
        "1001": [{"reason": "manual", "detail": "looks odd", "raised_at": "2026-11-23T08:00:00Z"}],
        "1003": [],
    }


def test_the_number_of_queries_does_not_grow_with_orders(call, cedar_shop, django_assert_max_num_queries):
    for number in range(12):
        make_order(shop=cedar_shop, number=str(number))
    with django_assert_max_num_queries(14):
        assert len(call("get", "orders/").json()["results"]) == 12


def test_a_foreign_order_is_not_there(call, north_shop):
    theirs = make_order(shop=north_shop, number="9001")
    response = call("get", f"orders/{theirs.public_id}/")
    assert response.status_code == 404
    assert error_of(response)["code"] == "not_found"


def test_a_key_limited_to_a_shop_sees_that_shop(call, cedar, cedar_shop):
    make_order(shop=cedar_shop, number="1001")
    _key, text = keys.create(seller=cedar, name="one shop", scopes=["all"], shop_ids=[cedar_shop.pk + 1000])
    assert call("get", "orders/", key=text).json()["results"] == []


def test_each_failure_has_the_one_shape(call, cedar, client):
    _key, reader = keys.create(seller=cedar, name="reader", scopes=["orders:read"])
    wanted = [
        (call("get", "orders/", key=None), 401, "not_authenticated"),
        (call("get", "orders/", key="kf_x.y"), 401, "invalid_key"),
        (call("get", "packages/", key=reader), 403, "permission_denied"),
        (call("get", "nothing/"), 404, "not_found"),
        (call("delete", "orders/", **{"Idempotency-Key": "d"}), 405, "method_not_allowed"),
        (call("get", "orders/?state=asleep"), 400, "invalid"),
        (call("get", "orders/?cursor=x"), 404, "not_found"),
        (call("post", "test-skus/", {"code": "A"}), 400, "idempotency_key_missing"),
        (call("post", "test-skus/", "{", **{"Idempotency-Key": "p"}), 400, "parse_error"),
        (call("post", "test-skus/", {"code": "NO"}, **{"Idempotency-Key": "r"}), 422, "bad_code"),
    ]
    for response, status, code in wanted:
        assert (response.status_code, error_of(response)["code"]) == (status, code)


def test_wrong_fields_are_named(call):
    response = call("post", "test-skus/", {}, **{"Idempotency-Key": "f"})
    assert response.status_code == 400
    assert error_of(response)["fields"] == {"code": ["This field is required."]}


def test_a_repeated_write_answers_the_same_and_does_nothing(call, cedar):
    first = call("post", "test-skus/", {"code": "A"}, **{"Idempotency-Key": "one"})
    again = call("post", "test-skus/", {"code": "A"}, **{"Idempotency-Key": "one"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    with scoping.scope(sellers=[cedar.pk]):
        assert Sku.objects.count() == 1


def test_the_same_key_with_another_body_is_a_conflict(call, cedar):
    call("post", "test-skus/", {"code": "A"}, **{"Idempotency-Key": "one"})
    response = call("post", "test-skus/", {"code": "B"}, **{"Idempotency-Key": "one"})
    assert response.status_code == 409
    assert error_of(response)["code"] == "idempotency_key_reused"
    with scoping.scope(sellers=[cedar.pk]):
        assert list(Sku.objects.values_list("seller_sku", flat=True)) == ["A"]


def test_a_refused_write_leaves_nothing_behind(call, cedar):
    call("post", "test-skus/", {"code": "NO"}, **{"Idempotency-Key": "one"})
    assert not IdempotentAnswer.objects.exists()
    with scoping.scope(sellers=[cedar.pk]):
        assert not Sku.objects.exists()


def test_the_schema_describes_every_address(client):
    schema = client.get("/api/v1/schema/?format=json").json()
    assert "/api/v1/orders/" in schema["paths"]
    for operations in schema["paths"].values():
        for operation in operations.values():
            assert operation["security"] == [{"ApiKey": []}]
            assert "default" in operation["responses"]


def test_the_documentation_is_served_from_here(client):
    page = client.get("/api/v1/docs/").content.decode()
    assert "swagger-ui-bundle.js" in page
    assert "//cdn" not in page


def test_each_key_has_a_budget(call, monkeypatch):
    cache.clear()
    monkeypatch.setattr(PerKeyThrottle, "rate", "2/min")
    answers = [call("get", "orders/") for _number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert error_of(answers[2])["code"] == "throttled"
    assert int(answers[2].headers["Retry-After"]) >= 1


@pytest.mark.parametrize("address", ["orders/%00/", "orders/?platform_order_id=%00", "orders/?shop=a%00"])
def test_a_nul_character_is_refused(call, address):
    response = call("get", address)
    assert response.status_code == 400
    assert error_of(response)["code"] == "bad_request"


def test_a_fault_of_ours_has_the_shape_and_says_nothing_inside(client, db):
    request = RequestFactory().get("/api/v1/orders/")
    answer = json.loads(server_error(request).content)["error"]
    assert answer["code"] == "server_error"
    assert "Nothing was changed" in answer["message"]
