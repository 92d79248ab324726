"""Learns how many units of a SKU orders usually ask for, so that review sees what is far more."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Aggregate, Count, F, IntegerField

from orders.models import OrderLine, OrderState, UsualQuantity

LEARNED_FROM = timedelta(days=30)
FEWEST_ORDERS = 20  # fewer say nothing about what is usual


class Most(Aggregate):
    """What 95 of 100 values do not exceed."""

    function = "PERCENTILE_DISC"
    template = "%(function)s(0.95) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = IntegerField()


@transaction.atomic
def learn(*, now: datetime) -> int:
    """For each SKU of the seller in scope with enough orders in the last 30 days. Returns how many there are."""
    sold = OrderLine.objects.filter(
        sku__isnull=False, quantity__gt=F("cancelled_quantity"), order__placed_at__gte=now - LEARNED_FROM
    ).exclude(order__state=OrderState.CANCELLED)
    counted = (
        sold.order_by()
        .values("sku_id")
        .annotate(units=Most(F("quantity") - F("cancelled_quantity")), orders=Count("pk"))
    )
    rows = [
        UsualQuantity(sku_id=row["sku_id"], units=row["units"], orders=row["orders"], learned_at=now)
        for row in counted.filter(orders__gte=FEWEST_ORDERS)
    ]
    UsualQuantity.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["seller", "sku"],
        update_fields=["units", "orders", "learned_at"],
    )
    # What is hardly sold any more has no usual quantity.
    UsualQuantity.objects.exclude(sku_id__in=[row.sku_id for row in rows]).delete()
    return len(rows)
