"""Every table stands behind the wall: key, policy, references inside one seller, indexes that start with the seller."""

import json

import psycopg
import pytest
from django.apps import apps
from django.db import connection

from tenancy import scoping
from tenancy.scoping import SellerOwned
from tenancy.walls import composite_keys

OURS = (
    "tenancy",
    "relay",
    "integrations",
    "catalog",
    "orders",
    "warehouse",
    "logistics",
    "marketing",
    "console",
)
# Read before a scope exists, because they make it; or for the platform's operators alone.
GLOBAL = {
    "tenancy.User",
    "tenancy.Seller",
    "tenancy.Agency",
    "tenancy.AgencyMember",
    "tenancy.AgencyGrant",
    "tenancy.Membership",
    "tenancy.ApiKey",
    "tenancy.IdempotentAnswer",
    "tenancy.ShopRoute",
    "relay.UnroutedMessage",
}
MODELS = [model for model in apps.get_models() if model._meta.app_label in OURS]
WALLED = [model for model in MODELS if issubclass(model, SellerOwned)]
by_model = pytest.mark.parametrize("model", WALLED, ids=lambda model: model._meta.label)
pytestmark = pytest.mark.django_db


def rows(query: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def test_every_model_is_owned_by_a_seller_or_on_the_short_list():
    assert {model._meta.label for model in MODELS} - {model._meta.label for model in WALLED} == GLOBAL


@by_model
def test_the_policy_is_there_and_forced(model):
    table = model._meta.db_table
    assert rows("select relrowsecurity, relforcerowsecurity from pg_class where relname = %s", table) == [
        (True, True)
    ]
    policies = rows("select cmd, qual, with_check from pg_policies where tablename = %s", table)
    assert len(policies) == 1
    command, using, check = policies[0]
    assert (command, using) == ("ALL", check)
    assert "app.sellers" in using
    assert ("app.shops" in using) == (
        any(field.name == "shop" for field in model._meta.local_fields) or table == "tenancy_shop"
    )


@by_model
def test_the_key_starts_with_the_seller(model):
    assert columns_of_constraint(model, "p") == [["seller_id", "id"]]


@by_model
def test_references_stay_inside_one_seller(model):
    wanted = {column for _name, column, _target in composite_keys(model)}
    found = columns_of_constraint(model, "f")
    assert {columns[1] for columns in found if len(columns) == 2 and columns[0] == "seller_id"} == wanted
    plain = {columns[0] for columns in found if len(columns) == 1}
    assert not plain & wanted


@by_model
def test_every_index_starts_with_the_seller(model):
    firsts = rows(
        "select i.relname, a.attname from pg_index x join pg_class t on t.oid = x.indrelid "
        "join pg_class i on i.oid = x.indexrelid "
        "left join pg_attribute a on a.attrelid = t.oid and a.attnum = x.indkey[0] where t.relname = %s",
        model._meta.db_table,
    )
    assert {name: column for name, column in firsts if column != "seller_id"} == {}


@by_model
def test_a_query_walks_an_index_by_seller(model, cedar):
    with scoping.scope(sellers=[cedar.pk]), connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute(f'explain (format json) select * from "{model._meta.db_table}"')
        plan = cursor.fetchone()[0]
    text = plan if isinstance(plan, str) else json.dumps(plan)
    assert "Seq Scan" not in text
    assert "seller_id = ANY" in text.split("Index Cond", 1)[1].split("Filter", 1)[0]


def columns_of_constraint(model, kind: str) -> list[list[str]]:
    found = rows(
        "select array(select a.attname::text from unnest(c.conkey) with ordinality k(num, place) "
        "join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.num order by k.place) "
        "from pg_constraint c join pg_class t on t.oid = c.conrelid where t.relname = %s and c.contype = %s",
        model._meta.db_table,
        kind,
    )
    return [columns for (columns,) in found]


def visible_without_a_setting(dsn: str) -> int:
    """Make a shop, drop the setting, and count the shops that can still be seen. Nothing is kept."""
    with psycopg.connect(dsn) as own:
        seller = own.execute(
            "insert into tenancy_seller (slug, name, time_zone, language, is_active, is_demo, created_at) "
            "values ('wall-check', 'Wall check', 'UTC', 'en', true, false, now()) returning id"
        ).fetchone()[0]
        own.execute("select set_config('app.sellers', %s, true)", [f"{{{seller}}}"])
        own.execute(
            "insert into tenancy_shop (seller_id, slug, name, region, time_zone, currency, platform_shop_id, color, "
            "promise_hours, peak_promise_hours, is_active, created_at) "
            "values (%s, 's', 'S', 'VN', 'UTC', 'VND', '', 'blue', 48, 36, true, now())",
            [seller],
        )
        own.execute("select set_config('app.sellers', '', true)")
        count = own.execute("select count(*) from tenancy_shop where slug = 's'").fetchone()[0]
        own.rollback()
    return count


def test_the_wall_holds_us_and_would_not_hold_a_superuser(database_cluster):
    name = connection.settings_dict["NAME"]
    assert visible_without_a_setting(database_cluster.dsn("app", name)) == 0
    assert visible_without_a_setting(database_cluster.dsn("superuser", name)) == 1


def test_our_role_may_not_empty_a_table():
    granted = rows(
        "select table_name from information_schema.role_table_grants "
        "where grantee = current_user and privilege_type = 'TRUNCATE'"
    )
    assert granted == []
