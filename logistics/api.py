"""REST: shipments to read, tracking numbers in."""

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from logistics import labels, selectors
from logistics.models import Carrier, Shipment, ShipmentState, TrackingStatus
from tenancy.rest import SellerView


class ShipmentOut(serializers.Serializer):
    id = serializers.CharField(source="public_id")
    platform_order_id = serializers.CharField(source="package.order.platform_order_id")
    order = serializers.CharField(source="package.order.public_id")
    package = serializers.CharField(source="package.public_id")
    shop = serializers.CharField(source="shop.slug")
    state = serializers.ChoiceField(choices=ShipmentState.choices)
    tracking_number = serializers.CharField()
    carrier = serializers.CharField(source="carrier.code", default=None, allow_null=True)
    carrier_name = serializers.CharField()
    is_platform_label = serializers.BooleanField()
    is_number_proven = serializers.BooleanField()
    weight_g = serializers.IntegerField(allow_null=True)
    labelled_at = serializers.DateTimeField(allow_null=True)
    handed_over_at = serializers.DateTimeField(source="docked_at", allow_null=True)
    picked_up_at = serializers.DateTimeField(allow_null=True)
    delivered_at = serializers.DateTimeField(allow_null=True)
    uploaded_at = serializers.DateTimeField(allow_null=True)
    last_event_at = serializers.DateTimeField(allow_null=True)
    last_event_text = serializers.CharField()


class TrackingEventOut(serializers.Serializer):
    happened_at = serializers.DateTimeField()
    status = serializers.ChoiceField(choices=TrackingStatus.choices)
    exception = serializers.CharField()
    text = serializers.CharField()
    place = serializers.CharField()
    source = serializers.CharField()


class ShipmentDetailOut(ShipmentOut):
    events = TrackingEventOut(many=True)


class ShipmentFilter(serializers.Serializer):
    """Query parameters; one that is wrong is refused, not ignored."""

    state = serializers.ChoiceField(choices=ShipmentState.choices, required=False)
    shop = serializers.SlugField(required=False)
    carrier = serializers.CharField(required=False)
    tracking_number = serializers.CharField(required=False)
    platform_order_id = serializers.CharField(required=False)
    created_from = serializers.DateTimeField(required=False)


LOOKUPS = {
    "state": "state",
    "shop": "shop__slug",
    "carrier": "carrier__code",
    "tracking_number": "tracking_number",
    "platform_order_id": "package__order__platform_order_id",
    "created_from": "created_at__gte",
}


class TrackingNumberIn(serializers.Serializer):
    """A number for a packed parcel, named by its package or by its order."""

    package = serializers.CharField(required=False, max_length=28)
    platform_order_id = serializers.CharField(required=False, max_length=40)
    shop = serializers.SlugField(required=False)
    carrier = serializers.CharField(max_length=80)
    tracking_number = serializers.CharField(max_length=80)

    def validate_carrier(self, text: str) -> Carrier:
        found = selectors.carrier_called(text)
        if found is None:
            raise serializers.ValidationError(_("There is no carrier “%(code)s”.") % {"code": text})
        return found

    def validate(self, data: dict) -> dict:
        rows = Shipment.objects.exclude(state=ShipmentState.CANCELLED)
        if data.get("package"):
            rows = rows.filter(package__public_id=data["package"])
        elif data.get("platform_order_id"):
            rows = rows.filter(package__order__platform_order_id=data["platform_order_id"])
        else:
            raise serializers.ValidationError(
                {"package": _("Name the parcel by `package` or by `platform_order_id`.")}
            )
        if data.get("shop"):
            rows = rows.filter(shop__slug=data["shop"])
        found = list(rows[:2])
        field = "package" if data.get("package") else "platform_order_id"
        if not found:
            raise serializers.ValidationError({field: _("No packed parcel waits under this id.")})
        if len(found) > 1:
            raise serializers.ValidationError({field: _("Several parcels have this id: name the package.")})
        return {**data, "shipment": found[0]}


class TrackingNumberOut(ShipmentOut):
    """The shipment with its number, and what deserves a second look."""

    warning = serializers.CharField()


@extend_schema_view(get=extend_schema(operation_id="list_shipments", parameters=[ShipmentFilter]))
class ShipmentList(ListModelMixin, SellerView):
    """Shipments, newest first."""

    scope_read = scope_write = "shipments:read"
    serializer_class = ShipmentOut

    def get_queryset(self) -> QuerySet[Shipment]:
        wanted = ShipmentFilter(data=self.request.query_params)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        return selectors.shipments().filter(**{LOOKUPS[name]: value for name, value in values.items()})

    def get(self, request: Request) -> Response:
        return self.list(request)


class ShipmentDetail(SellerView):
    """One shipment with what its carrier said, oldest first."""

    scope_read = scope_write = "shipments:read"
    serializer_class = ShipmentDetailOut

    @extend_schema(operation_id="get_shipment")
    def get(self, request: Request, public_id: str) -> Response:
        rows = selectors.shipments().prefetch_related(selectors.events_in_order())
        return Response(ShipmentDetailOut(get_object_or_404(rows, public_id=public_id)).data)


class TrackingNumbers(SellerView):
    """Put a number on a packed parcel. It climbs the same ladder as one typed at the station."""

    scope_read = scope_write = "shipments:write"
    serializer_class = TrackingNumberIn

    @extend_schema(
        operation_id="give_tracking_number", request=TrackingNumberIn, responses={201: TrackingNumberOut}
    )
    def post(self, request: Request) -> Response:
        given = TrackingNumberIn(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        labelled = labels.give_number(
            shipment_id=values["shipment"].pk,
            carrier=values["carrier"],
            number=values["tracking_number"],
            source="api",
            actor=self.actor,
            now=self.now,
        )
        shipment = selectors.shipments().get(pk=labelled.shipment.pk)
        shipment.warning = labelled.warning
        return Response(TrackingNumberOut(shipment).data, status=201)


@extend_schema(exclude=True)
class TrackingNumbersWithSlash(TrackingNumbers):
    """The same with a slash at the end, which a POST cannot be redirected to."""


urlpatterns = [
    path("shipments/", ShipmentList.as_view(), name="api_shipments"),
    path("shipments/<str:public_id>/", ShipmentDetail.as_view(), name="api_shipment"),
    path("tracking_numbers", TrackingNumbers.as_view(), name="api_tracking_numbers"),
    path("tracking_numbers/", TrackingNumbersWithSlash.as_view(), name="api_tracking_numbers_slash"),
]
