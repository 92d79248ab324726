"""Rows that travel as one document are the rows that `bulk_create` would have made, behind the same wall."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from catalog.models import Sku
from orders.models import BuyerContact, Order, OrderLine, Package
from tenancy import scoping
from tenancy.models import AuditEntry

NOW = datetime(2026, 11, 23, 8, 0, 0, 123456, tzinfo=UTC)


def order(shop, number: str, **columns) -> Order:
    return Order(
        **{
            "shop_id": shop.pk,
            "platform_order_id": number,
            "platform_status": "awaiting_shipment",
            "platform_updated_at": NOW,
            "shipping_type": "seller",
            "currency": "VND",
            "total_amount": Decimal("1234567.89"),
            "placed_at": NOW - timedelta(hours=1),
            "first_seen_at": NOW,
            "buyer_message": "quotes \" ' \\ % {} 你好 😀\n\ttab",
            "is_cod": True,
            **columns,
        }
    )


def test_every_value_arrives_as_it_was(cedar_shop, in_cedar):
    made = Order.objects.insert_many(order(cedar_shop, str(number)) for number in range(3))
    assert [one.pk for one in made] == sorted(one.pk for one in made)
    assert not any(one._state.adding for one in made)
    by_orm = Order.objects.bulk_create([order(cedar_shop, "9")])[0]
    columns = [field.attname for field in Order._meta.concrete_fields]
    for stored in Order.objects.filter(pk__in=[made[1].pk, by_orm.pk]):
        source = made[1] if stored.pk == made[1].pk else by_orm
        assert {name: getattr(stored, name) for name in columns} == {
            name: getattr(source, name) for name in columns
        }


def test_lists_documents_and_nothing(cedar_shop, in_cedar):
    (parent,) = Order.objects.insert_many([order(cedar_shop, "1")])
    OrderLine.objects.insert_many(
        [
            OrderLine(
                shop_id=cedar_shop.pk,
                order=parent,
                platform_sku_id="1",
                platform_line_ids=["a", 'b"c', "d,e"],
                components=[["901", "KF-POT", 2]],
                quantity=2,
                price_amount=Decimal("0.5"),
            )
        ]
    )
    line = OrderLine.objects.get()
    assert (line.platform_line_ids, line.components) == (["a", 'b"c', "d,e"], [["901", "KF-POT", 2]])
    assert (line.sku_id, line.price_amount, line.order_id) == (None, Decimal("0.50"), parent.pk)
    assert Order.objects.insert_many([]) == []


def test_sealed_columns_stay_sealed_and_automatic_times_are_set(cedar_shop, in_cedar):
    (parent,) = Order.objects.insert_many([order(cedar_shop, "1")])
    BuyerContact.objects.insert_many(
        [BuyerContact(shop_id=cedar_shop.pk, order=parent, sealed={"name": "Trần Minh Anh"})]
    )
    assert BuyerContact.objects.get().sealed == {"name": "Trần Minh Anh"}
    with connection.cursor() as cursor:
        cursor.execute("select sealed from orders_buyercontact")
        assert cursor.fetchone()[0].startswith("gAAAA")
    AuditEntry.objects.insert_many(
        [
            AuditEntry(
                at=NOW, actor_kind="auto", actor_label="auto", action="x", subject_type="y", subject_id="1"
            )
        ]
    )
    assert AuditEntry.objects.get().at == NOW


def test_values_alone_make_the_row_that_an_object_would(cedar_shop, in_cedar):
    """Defaults where nothing is given, each made anew where they are made; sealed columns sealed."""
    (parent,) = Order.objects.insert_many([order(cedar_shop, "1")])
    own = {"seller_id": parent.seller_id, "shop_id": parent.shop_id, "order_id": parent.pk}
    ids = Package.objects.insert_values(
        [{**own, "created_at": NOW}, {**own, "created_at": NOW, "weight_g": 5}]
    )
    first, second = Package.objects.order_by("pk")
    assert ([first.pk, second.pk], first.state, first.stop_reason) == (ids, "planned", "")
    assert (first.weight_g, second.weight_g, first.packed_at) == (None, 5, None)
    assert first.public_id.startswith("pkg_") and first.public_id != second.public_id
    BuyerContact.objects.insert_values([{**own, "sealed": {"name": "Trần Minh Anh"}}])
    assert BuyerContact.objects.get().sealed == {"name": "Trần Minh Anh"}
    with connection.cursor() as cursor:
        cursor.execute("select sealed from orders_buyercontact")
        assert cursor.fetchone()[0].startswith("gAAAA")


def test_values_name_columns_of_the_model_and_those_without_a_default(cedar, in_cedar):
    with pytest.raises(ValueError, match="columns of Package: .'mass_g'"):
        Package.objects.insert_values([{"seller_id": cedar.pk, "mass_g": 5}])
    with pytest.raises(ValueError, match="columns of Sku: .'created_at'"):
        Sku.objects.insert_values([{"seller_id": cedar.pk, "seller_sku": "KF-POT"}])


def test_constraints_and_lengths_hold(cedar_shop, in_cedar):
    with pytest.raises(IntegrityError, match="order_state_known"), transaction.atomic():
        Order.objects.insert_many([order(cedar_shop, "1", state="nonsense")])
    with pytest.raises(DataError), transaction.atomic():
        Order.objects.insert_many([order(cedar_shop, "1" * 41)])
    Order.objects.insert_many([order(cedar_shop, "1")])
    with pytest.raises(IntegrityError, match="order_once_per_shop"), transaction.atomic():
        Order.objects.insert_many([order(cedar_shop, "1")])
    assert Order.objects.count() == 1


def test_both_walls_hold(cedar, cedar_shop, north, north_shop):
    with scoping.scope(sellers=[cedar.pk]):
        with pytest.raises(scoping.WrongSeller):
            Order.objects.insert_many([order(north_shop, "1", seller_id=north.pk)])
        foreign = order(north_shop, "1", seller_id=north.pk)
        with pytest.raises(Exception, match="row-level security"), transaction.atomic():
            scoping.rows.insert(objs=[foreign], using="default")
    with scoping.scope(sellers=[north.pk]):
        assert not Order.objects.exists()
