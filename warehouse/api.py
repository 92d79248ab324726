"""REST: stock and live shows to read, goods received or corrected to write."""

import hashlib

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import Sku
from tenancy.rest import SellerView
from warehouse import receiving, selectors, show_lists, stock_lists
from warehouse.models import Bin, Show, ShowState, StockLevel, Warehouse


class LotOut(serializers.Serializer):
    """Units of one lot of a SKU that is kept by lot; the first to expire first."""

    lot = serializers.CharField()
    expires_on = serializers.DateField(allow_null=True)
    on_hand = serializers.IntegerField()
    is_sellable = serializers.BooleanField()


class StockOut(serializers.Serializer):
    seller_sku = serializers.CharField(source="sku.seller_sku")
    name = serializers.CharField(source="sku.name")
    warehouse = serializers.CharField(source="warehouse.code")
    on_hand = serializers.IntegerField()
    reserved = serializers.IntegerField()
    available = serializers.IntegerField()
    withheld = serializers.IntegerField(
        help_text="Units of lots past their sell-by date, not in `available`."
    )
    safety_stock = serializers.IntegerField()
    lots = serializers.SerializerMethodField()
    is_counted = serializers.SerializerMethodField()
    changed_at = serializers.DateTimeField()

    def get_is_counted(self, level: StockLevel) -> bool:
        return level.first_counted_at is not None

    @extend_schema_field(LotOut(many=True))
    def get_lots(self, level: StockLevel) -> list[dict[str, object]]:
        found = self.context.get("lots", {}).get((level.warehouse_id, level.sku_id), [])
        return LotOut(found, many=True).data


class StockFilter(serializers.Serializer):
    """Query parameters; one that is wrong is refused, not ignored."""

    seller_sku = serializers.CharField(required=False)
    warehouse = serializers.CharField(required=False)
    changed_from = serializers.DateTimeField(required=False)
    is_low = serializers.BooleanField(required=False, allow_null=True)


class AdjustmentIn(serializers.Serializer):
    """Goods received (positive) or corrected (signed). Without a bin they come to the dock."""

    sku = serializers.CharField(max_length=80)
    quantity = serializers.IntegerField()
    reason = serializers.ChoiceField(choices=[reason.value for reason in receiving.REASONS])
    reference = serializers.CharField(max_length=80)
    warehouse = serializers.CharField(max_length=20, required=False)
    bin = serializers.CharField(max_length=30, required=False)
    lot = serializers.CharField(max_length=40, required=False, default="", help_text="For goods kept by lot.")
    expires_on = serializers.DateField(required=False, allow_null=True, default=None)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")

    def validate_sku(self, code: str) -> Sku:
        return _known(Sku.objects.filter(seller_sku=code), _("There is no SKU “%(code)s”."), code)

    def validate_warehouse(self, code: str) -> Warehouse:
        return _known(
            Warehouse.objects.filter(code=code, is_active=True), _("There is no warehouse “%(code)s”."), code
        )

    def validate(self, data: dict) -> dict:
        if code := data.get("bin"):
            bins = Bin.objects.filter(code__iexact=code, is_active=True)
            if "warehouse" in data:
                bins = bins.filter(warehouse=data["warehouse"])
            if len(found := list(bins[:2])) != 1:
                text = (
                    _("There is no bin “%(code)s”.")
                    if not found
                    else _("Name the warehouse of this bin too.")
                )
                raise serializers.ValidationError({"bin": text % {"code": code} if not found else text})
            data["bin"] = found[0]
        return data


def _known(rows: QuerySet, sentence: str, code: str):
    found = rows.first()
    if found is None:
        raise serializers.ValidationError(sentence % {"code": code})
    return found


class AdjustmentOut(serializers.Serializer):
    """What was written, and what it left."""

    sku = serializers.CharField()
    warehouse = serializers.CharField()
    quantity = serializers.IntegerField()
    reason = serializers.CharField()
    reference = serializers.CharField()
    on_hand = serializers.IntegerField()
    reserved = serializers.IntegerField()
    available = serializers.IntegerField()


@extend_schema_view(get=extend_schema(operation_id="list_stock", parameters=[StockFilter]))
class StockList(ListModelMixin, SellerView):
    """Stock per SKU and warehouse."""

    scope_read = scope_write = "stock:read"
    serializer_class = StockOut

    def get_queryset(self) -> QuerySet[StockLevel]:
        wanted = StockFilter(data=self.request.query_params)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        lookups = {
            "seller_sku": "sku__seller_sku",
            "warehouse": "warehouse__code",
            "changed_from": "changed_at__gte",
        }
        rows = selectors.stock_levels().filter(
            **{lookup: values[name] for name, lookup in lookups.items() if name in values}
        )
        if values.get("is_low") is not None:
            rows = rows.filter(selectors.LOW) if values["is_low"] else rows.exclude(selectors.LOW)
        return rows

    def get_serializer(self, *args, **kwargs) -> serializers.BaseSerializer:
        """A page of levels comes with the lots of those that are kept by lot, in one query more."""
        levels = args[0] if args else []
        skus = {level.sku_id for level in levels if level.sku.is_by_lot}
        context = {
            **self.get_serializer_context(),
            "lots": stock_lists.lots_by_sku(sku_ids=skus) if skus else {},
        }
        return super().get_serializer(*args, **{**kwargs, "context": context})

    def get(self, request: Request) -> Response:
        return self.list(request)


class Adjustments(SellerView):
    """Goods received or corrected. The same Idempotency-Key and reference never count twice."""

    scope_read = scope_write = "stock:write"
    serializer_class = AdjustmentIn

    @extend_schema(operation_id="adjust_stock", request=AdjustmentIn, responses={201: AdjustmentOut})
    def post(self, request: Request) -> Response:
        given = AdjustmentIn(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        wanted = receiving.Adjustment(
            sku_id=values["sku"].pk,
            quantity=values["quantity"],
            reason=values["reason"],
            key=_key(request, values["reference"]),
            reference=values["reference"],
            note=values["note"],
            warehouse_id=values["warehouse"].pk if "warehouse" in values else None,
            bin_id=values["bin"].pk if "bin" in values else None,
            lot=values["lot"],
            expires_on=values["expires_on"],
        )
        rows = receiving.adjust(wanted=wanted, actor=self.actor, now=self.now)
        level = StockLevel.objects.select_related("warehouse").get(
            sku=values["sku"], warehouse_id=rows[0].warehouse_id
        )
        answer = {
            "sku": values["sku"].seller_sku,
            "warehouse": level.warehouse.code,
            "quantity": sum(row.quantity for row in rows),
            "reason": rows[0].reason,
            "reference": rows[0].reference,
            "on_hand": level.on_hand,
            "reserved": level.reserved,
            "available": level.available,
        }
        return Response(AdjustmentOut(answer).data, status=201)


@extend_schema(exclude=True)
class AdjustmentsWithSlash(Adjustments):
    """The same with a slash at the end, which a POST cannot be redirected to."""


def _key(request: Request, reference: str) -> str:
    own = f"{reference}\n{request.headers.get('Idempotency-Key', '')}"
    return f"api:{request.auth.pk}:{hashlib.sha256(own.encode()).hexdigest()[:32]}"


class ShowProductOut(serializers.Serializer):
    seller_sku = serializers.CharField(source="sku.seller_sku")
    expected_units = serializers.IntegerField()
    sold_units = serializers.IntegerField(allow_null=True, help_text="Known once the show is closed.")
    bring_units = serializers.IntegerField()
    prepack_units = serializers.IntegerField()
    packed_units = serializers.IntegerField()
    sent_units = serializers.IntegerField()
    forward_bin = serializers.CharField(source="bin.code", allow_null=True, default=None)


class ShowOut(serializers.Serializer):
    """A live show: when, who, and its products with what the forward zone holds of them."""

    public_id = serializers.CharField()
    title = serializers.CharField()
    host = serializers.CharField()
    shop = serializers.CharField(source="shop.slug")
    warehouse = serializers.CharField(source="warehouse.code")
    state = serializers.ChoiceField(choices=ShowState.choices)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    products = ShowProductOut(many=True)
    result = serializers.DictField()


@extend_schema_view(get=extend_schema(operation_id="list_shows"))
class ShowList(ListModelMixin, SellerView):
    """Live shows, the newest first."""

    scope_read = scope_write = "stock:read"
    serializer_class = ShowOut

    def get_queryset(self) -> QuerySet[Show]:
        return show_lists.with_products()

    def get(self, request: Request) -> Response:
        return self.list(request)


urlpatterns = [
    path("shows/", ShowList.as_view(), name="api_shows"),
    path("stock/", StockList.as_view(), name="api_stock"),
    path("stock/adjustments", Adjustments.as_view(), name="api_stock_adjustments"),
    path("stock/adjustments/", AdjustmentsWithSlash.as_view(), name="api_stock_adjustments_slash"),
]
