"""The other yardstick: the same rows once more as a plain Django program stores them, `update_or_create` one by one.

Into a copy of the same database, one transaction an order, durable, with every key, check and wall of the tables.
"""

import time
from collections import defaultdict
from collections.abc import Callable

from django.apps import apps
from django.db import connections, models, transaction

from config import env
from tenancy import scoping
from tests.bench.ground import Ground

ALIAS = "row_by_row"
# In the order of their references; how each row leads to its order.
TABLES: tuple[tuple[str, str], ...] = (
    ("orders.Order", "pk"),
    ("orders.OrderLine", "order_id"),
    ("orders.BuyerContact", "order_id"),
    ("orders.SlaClock", "order_id"),
    ("orders.Package", "order_id"),
    ("orders.PackageLine", "package__order_id"),
    ("orders.OrderHistory", "order_id"),
    ("warehouse.Reservation", "package__order_id"),
)


class RowByRow:
    """Stores what our rounds left behind, order by order."""

    def __init__(self, *, ground: Ground, seller_id: int) -> None:
        name = f"{ground.database}_rows"
        ground.cluster.drop_database(name)
        ground.cluster.create_database(name, template=ground.database)
        databases = connections.databases
        databases[ALIAS] = {**databases["default"], **env.database("", ground.cluster.dsn("owner", name))}
        self.seller_id = seller_id

    def store(self, order_ids: list[int]) -> float:
        """Orders a second."""
        rows = self._rows_of(order_ids)
        begun = time.perf_counter()
        for order_id in order_ids:
            with scoping.scope(sellers=[self.seller_id]), transaction.atomic(using=ALIAS):
                with connections[ALIAS].cursor() as cursor:
                    cursor.execute("select set_config('app.sellers', %s, true)", [f"{{{self.seller_id}}}"])
                for save in rows[order_id]:
                    save()
        return len(order_ids) / (time.perf_counter() - begun)

    def count(self) -> int:
        """Orders in the copy."""
        with scoping.scope(sellers=[self.seller_id]), transaction.atomic(using=ALIAS):
            with connections[ALIAS].cursor() as cursor:
                cursor.execute("select set_config('app.sellers', %s, true)", [f"{{{self.seller_id}}}"])
            return apps.get_model("orders.Order").objects.using(ALIAS).count()

    def _rows_of(self, order_ids: list[int]) -> dict[int, list[Callable[[], object]]]:
        found: dict[int, list[Callable[[], object]]] = defaultdict(list)
        with scoping.scope(sellers=[self.seller_id]):
            for label, path in TABLES:
                model = apps.get_model(label)
                query = model.objects.filter(**{f"{path}__in": order_ids}).annotate(of_order=models.F(path))
                for row in query.order_by("pk"):
                    found[row.of_order].append(_saving(model, row))
        return found


def _saving(model: type[models.Model], row: models.Model) -> Callable[[], object]:
    values = {
        field.attname: getattr(row, field.attname)
        for field in model._meta.local_concrete_fields
        if not field.primary_key
    }
    return lambda: model.objects.using(ALIAS).update_or_create(pk=row.pk, defaults=values)
