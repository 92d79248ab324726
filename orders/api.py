"""REST: orders and packages, to read."""

from django.db.models import Prefetch, QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from orders.models import HoldReason, Order, OrderHold, OrderState, Package, PackageState
from tenancy.rest import SellerView


class OrderLineOut(serializers.Serializer):
    platform_sku_id = serializers.CharField()
    seller_sku = serializers.CharField()
    sku = serializers.CharField(source="sku.seller_sku", default=None, allow_null=True)
    product_name = serializers.CharField()
    variation = serializers.CharField()
    quantity = serializers.IntegerField()
    cancelled_quantity = serializers.IntegerField()
    price_amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    is_gift = serializers.BooleanField()


class OrderPackageOut(serializers.Serializer):
    id = serializers.CharField(source="public_id")
    state = serializers.ChoiceField(choices=PackageState.choices)
    platform_package_id = serializers.CharField()


class HoldOut(serializers.Serializer):
    """Why an order stands still."""

    reason = serializers.ChoiceField(choices=HoldReason.choices)
    detail = serializers.CharField()
    raised_at = serializers.DateTimeField()


class WarningOut(serializers.Serializer):
    """What review points out without stopping the order."""

    reason = serializers.ChoiceField(choices=HoldReason.choices)
    detail = serializers.CharField()


class OrderOut(serializers.Serializer):
    id = serializers.CharField(source="public_id")
    platform_order_id = serializers.CharField()
    shop = serializers.CharField(source="shop.slug")
    state = serializers.ChoiceField(choices=OrderState.choices)
    platform_status = serializers.CharField()
    shipping_type = serializers.CharField()
    placed_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(source="clock.due_at", default=None, allow_null=True)
    due_kind = serializers.CharField(source="clock.due_kind", default="")
    currency = serializers.CharField()
    total_amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    is_cod = serializers.BooleanField()
    lines = OrderLineOut(many=True)
    packages = OrderPackageOut(many=True)
    holds = HoldOut(many=True, source="open_holds")
    warnings = serializers.SerializerMethodField()

    @extend_schema_field(WarningOut(many=True))
    def get_warnings(self, order: Order) -> list[dict[str, str]]:
        return [{"reason": reason, "detail": detail} for reason, detail in sorted(order.warnings.items())]


class PackageLineOut(serializers.Serializer):
    sku = serializers.CharField(source="sku.seller_sku")
    quantity = serializers.IntegerField()


class PackageOut(serializers.Serializer):
    id = serializers.CharField(source="public_id")
    order = serializers.CharField(source="order.public_id")
    platform_order_id = serializers.CharField(source="order.platform_order_id")
    platform_package_id = serializers.CharField()
    shop = serializers.CharField(source="shop.slug")
    state = serializers.ChoiceField(choices=PackageState.choices)
    is_stopped = serializers.BooleanField()
    weight_g = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()
    packed_at = serializers.DateTimeField(allow_null=True)
    handed_over_at = serializers.DateTimeField(allow_null=True)
    picked_up_at = serializers.DateTimeField(allow_null=True)
    delivered_at = serializers.DateTimeField(allow_null=True)
    lines = PackageLineOut(many=True)


class OrderFilter(serializers.Serializer):
    """Query parameters; one that is wrong is refused, not ignored."""

    state = serializers.ChoiceField(choices=OrderState.choices, required=False)
    shop = serializers.SlugField(required=False)
    platform_order_id = serializers.CharField(required=False)
    placed_from = serializers.DateTimeField(required=False)
    placed_until = serializers.DateTimeField(required=False)
    has_warnings = serializers.BooleanField(required=False, allow_null=True, default=None)


class PackageFilter(serializers.Serializer):
    """Query parameters of packages."""

    state = serializers.ChoiceField(choices=PackageState.choices, required=False)
    shop = serializers.SlugField(required=False)
    platform_order_id = serializers.CharField(required=False)


LOOKUPS = {
    "state": "state",
    "shop": "shop__slug",
    "placed_from": "placed_at__gte",
    "placed_until": "placed_at__lt",
}


def _filtered(rows: QuerySet, wanted: serializers.Serializer, lookups: dict[str, str]) -> QuerySet:
    wanted.is_valid(raise_exception=True)
    given = wanted.validated_data.items()
    return rows.filter(**{lookups[name]: value for name, value in given if name in lookups})


def _orders() -> QuerySet:
    open_holds = OrderHold.objects.filter(lifted_at__isnull=True).order_by("pk")
    return Order.objects.select_related("shop").prefetch_related(
        "clock", "lines__sku", "packages", Prefetch("holds", queryset=open_holds, to_attr="open_holds")
    )


def _packages() -> QuerySet:
    return Package.objects.select_related("shop", "order").prefetch_related("lines__sku")


@extend_schema_view(get=extend_schema(operation_id="list_orders", parameters=[OrderFilter]))
class OrderList(ListModelMixin, SellerView):
    """Orders, newest first."""

    scope_read = scope_write = "orders:read"
    serializer_class = OrderOut

    def get_queryset(self) -> QuerySet:
        wanted = OrderFilter(data=self.request.query_params)
        rows = _filtered(_orders(), wanted, LOOKUPS | {"platform_order_id": "platform_order_id"})
        has_warnings = wanted.validated_data["has_warnings"]
        if has_warnings is None:
            return rows
        return rows.exclude(warnings={}) if has_warnings else rows.filter(warnings={})

    def get(self, request: Request) -> Response:
        return self.list(request)


class OrderDetail(SellerView):
    """One order."""

    scope_read = scope_write = "orders:read"
    serializer_class = OrderOut

    @extend_schema(operation_id="get_order")
    def get(self, request: Request, public_id: str) -> Response:
        return Response(OrderOut(get_object_or_404(_orders(), public_id=public_id)).data)


@extend_schema_view(get=extend_schema(operation_id="list_packages", parameters=[PackageFilter]))
class PackageList(ListModelMixin, SellerView):
    """Packages, newest first."""

    scope_read = scope_write = "packages:read"
    serializer_class = PackageOut

    def get_queryset(self) -> QuerySet:
        wanted = PackageFilter(data=self.request.query_params)
        return _filtered(_packages(), wanted, LOOKUPS | {"platform_order_id": "order__platform_order_id"})

    def get(self, request: Request) -> Response:
        return self.list(request)


class PackageDetail(SellerView):
    """One package."""

    scope_read = scope_write = "packages:read"
    serializer_class = PackageOut

    @extend_schema(operation_id="get_package")
    def get(self, request: Request, public_id: str) -> Response:
        return Response(PackageOut(get_object_or_404(_packages(), public_id=public_id)).data)


urlpatterns = [
    path("orders/", OrderList.as_view(), name="api_orders"),
    path("orders/<str:public_id>/", OrderDetail.as_view(), name="api_order"),
    path("packages/", PackageList.as_view(), name="api_packages"),
    path("packages/<str:public_id>/", PackageDetail.as_view(), name="api_package"),
]
