"""Both walls, one at a time and together."""

import pytest
from django.db import IntegrityError, connection, transaction

from catalog.models import Barcode, Sku
from tenancy import scoping
from tenancy.models import Shop
from tests import make


def test_reading_without_a_scope_raises(cedar):
    with pytest.raises(scoping.ScopeRequired):
        Sku.objects.exists()
    with pytest.raises(scoping.ScopeRequired):
        Sku.objects.create(seller=cedar, seller_sku="A", name="a")


def test_a_foreign_row_is_invisible_and_unwritable(cedar, north):
    with scoping.scope(sellers=[north.pk]):
        theirs = Sku.objects.create(seller_sku="N-1", name="theirs")
    with scoping.scope(sellers=[cedar.pk]):
        assert not Sku.objects.filter(pk=theirs.pk).exists()
        assert Sku.objects.update(name="stolen") == 0
        with pytest.raises(scoping.WrongSeller):
            Sku(seller=north, seller_sku="X", name="x").save()
        with pytest.raises(scoping.WrongSeller):
            Sku.objects.bulk_create([Sku(seller=north, seller_sku="X", name="x")])
        with pytest.raises(scoping.WrongSeller):
            Sku.objects.update(seller=north)
        theirs.name = "stolen"
        with pytest.raises(scoping.WrongSeller):
            theirs.save()
    with scoping.scope(sellers=[north.pk]):
        assert Sku.objects.get(pk=theirs.pk).name == "theirs"


def test_the_database_holds_the_wall_alone(cedar, north):
    with scoping.scope(sellers=[north.pk]):
        Sku.objects.create(seller_sku="N-1", name="theirs")
    with scoping.scope(sellers=[cedar.pk]), connection.cursor() as cursor:
        cursor.execute("select count(*) from catalog_sku")
        assert cursor.fetchone() == (0,)
        cursor.execute("update catalog_sku set name = 'stolen'")
        assert cursor.rowcount == 0
        with pytest.raises(Exception, match="row-level security"), transaction.atomic():
            cursor.execute(
                "insert into catalog_sku (seller_id, seller_sku, name, variation, image_url, is_bundle, is_active, created_at) "
                "values (%s, 'X', 'x', '', '', false, true, now())",
                [north.pk],
            )


def test_a_reference_cannot_join_two_sellers(cedar, north):
    with scoping.scope(sellers=[north.pk]):
        theirs = Sku.objects.create(seller_sku="N-1", name="theirs")
    with pytest.raises(IntegrityError), scoping.scope(sellers=[cedar.pk]):
        Barcode.objects.create(sku_id=theirs.pk, code="8930001")
        connection.cursor().execute("set constraints all immediate")


def test_the_setting_ends_with_the_scope_and_comes_back(cedar, north):
    def bound_sellers() -> str:
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('app.sellers', true)")
            return cursor.fetchone()[0]

    with scoping.scope(sellers=[cedar.pk]):
        with scoping.scope(sellers=[north.pk]):
            assert bound_sellers() == f"{{{north.pk}}}"
        assert bound_sellers() == f"{{{cedar.pk}}}"
        with pytest.raises(ValueError, match="stop"), scoping.scope(sellers=[north.pk]):
            raise ValueError("stop")
        assert bound_sellers() == f"{{{cedar.pk}}}"
    assert bound_sellers() == "{}"
    assert not scoping.has_scope()


def test_a_shop_limit_holds_in_both_walls(cedar, cedar_shop):
    other = make.make_shop(seller=cedar, slug="cedar-th", region="TH", platform_shop_id="1")
    with scoping.scope(sellers=[cedar.pk], shops=[other.pk]), connection.cursor() as cursor:
        cursor.execute("select slug from tenancy_shop")
        assert cursor.fetchall() == [("cedar-th",)]
        cursor.execute("select count(*) from orders_order where shop_id = %s", [cedar_shop.pk])
        assert cursor.fetchone() == (0,)


def test_unscoped_sees_every_seller(cedar, north, cedar_shop, north_shop):
    with scoping.unscoped("test: both shops"):
        assert sorted(Shop.objects.values_list("slug", flat=True)) == ["cedar-vn", "north-us"]
