"""How many orders stand where: kept by triggers on the clocks, beginning with what is there."""

import django.db.models.deletion
from django.db import migrations, models

import orders.models.queue_count
from tenancy import scoping
from tenancy.walls import GiveWall

FUNCTION = """
CREATE FUNCTION orders_count_clocks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO orders_queuechange (seller_id, shop_id, name, hour, rows)
        SELECT seller_id, shop_id, name, hour, count(*)
        FROM new_clocks AS clock, LATERAL orders_figures_of(clock.tab, clock.is_open, clock.due_at, clock.cancel_due_at)
        GROUP BY seller_id, shop_id, name, hour;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO orders_queuechange (seller_id, shop_id, name, hour, rows)
        SELECT seller_id, shop_id, name, hour, -count(*)
        FROM old_clocks AS clock, LATERAL orders_figures_of(clock.tab, clock.is_open, clock.due_at, clock.cancel_due_at)
        GROUP BY seller_id, shop_id, name, hour;
    ELSE
        INSERT INTO orders_queuechange (seller_id, shop_id, name, hour, rows)
        SELECT seller_id, shop_id, name, hour, sum(one)
        FROM (
            SELECT seller_id, shop_id, tab, is_open, due_at, cancel_due_at, 1 AS one FROM new_clocks
            UNION ALL
            SELECT seller_id, shop_id, tab, is_open, due_at, cancel_due_at, -1 FROM old_clocks
        ) AS clock, LATERAL orders_figures_of(clock.tab, clock.is_open, clock.due_at, clock.cancel_due_at)
        GROUP BY seller_id, shop_id, name, hour
        HAVING sum(one) <> 0;
    END IF;
    RETURN NULL;
END $$
"""
FIGURES = """
CREATE FUNCTION orders_figures_of(tab varchar, is_open boolean, due_at timestamptz, cancel_due_at timestamptz)
RETURNS TABLE (name varchar, hour timestamptz) LANGUAGE sql IMMUTABLE AS $$
    SELECT tab, 'epoch'::timestamptz
    UNION ALL SELECT 'open', 'epoch'::timestamptz WHERE is_open
    UNION ALL SELECT 'due', date_trunc('hour', due_at, 'UTC') WHERE is_open AND due_at IS NOT NULL
    UNION ALL SELECT 'cancel', date_trunc('hour', cancel_due_at, 'UTC') WHERE is_open AND cancel_due_at IS NOT NULL
$$
"""
TRIGGERS = """
CREATE TRIGGER count_new AFTER INSERT ON orders_slaclock REFERENCING NEW TABLE AS new_clocks
    FOR EACH STATEMENT EXECUTE FUNCTION orders_count_clocks();
CREATE TRIGGER count_moved AFTER UPDATE ON orders_slaclock REFERENCING OLD TABLE AS old_clocks NEW TABLE AS new_clocks
    FOR EACH STATEMENT EXECUTE FUNCTION orders_count_clocks();
CREATE TRIGGER count_gone AFTER DELETE ON orders_slaclock REFERENCING OLD TABLE AS old_clocks
    FOR EACH STATEMENT EXECUTE FUNCTION orders_count_clocks()
"""
NO_TRIGGERS = """
DROP TRIGGER count_new ON orders_slaclock;
DROP TRIGGER count_moved ON orders_slaclock;
DROP TRIGGER count_gone ON orders_slaclock
"""
WHAT_IS_THERE = """
INSERT INTO orders_queuecount (seller_id, shop_id, name, hour, rows)
SELECT seller_id, shop_id, name, hour, count(*)
FROM orders_slaclock AS clock, LATERAL orders_figures_of(clock.tab, clock.is_open, clock.due_at, clock.cancel_due_at)
GROUP BY seller_id, shop_id, name, hour
"""


def count_what_is_there(apps, schema_editor) -> None:
    """The wall holds for the owner of the tables too."""
    with scoping.unscoped("migration: counts of the orders that are there"):
        schema_editor.execute(WHAT_IS_THERE)


def _columns() -> list[tuple[str, models.Field]]:
    return [
        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
        ("name", models.CharField(max_length=20)),
        ("hour", models.DateTimeField(default=orders.models.queue_count.NO_HOUR)),
        ("rows", models.BigIntegerField()),
        (
            "seller",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenancy.seller",
            ),
        ),
        (
            "shop",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenancy.shop",
            ),
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("orders", "0008_stage_times")]

    operations = [
        migrations.CreateModel(
            name="QueueCount",
            fields=_columns(),
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "name", "shop", "hour"), include=("rows",), name="queue_count_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="QueueChange",
            fields=_columns(),
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["seller", "name", "shop"], name="queue_change_of")],
            },
        ),
        GiveWall("queuecount"),
        GiveWall("queuechange"),
        migrations.AddIndex(
            "slaclock",
            models.Index(fields=["seller", "shop", "tab", "due_at", "id"], name="clock_shop_tab_by_due"),
        ),
        migrations.AddIndex(
            "slaclock",
            models.Index(
                condition=models.Q(("is_open", True)),
                fields=["seller", "cancel_due_at", "shop"],
                name="clock_open_by_cancel",
            ),
        ),
        migrations.AddIndex(
            "slaclock",
            models.Index(
                condition=models.Q(("is_cancel_requested", True), ("is_open", True)),
                fields=["seller", "shop"],
                name="clock_cancel_asked",
            ),
        ),
        migrations.AddIndex(
            "slaclock",
            models.Index(
                condition=models.Q(("is_label_failed", True), ("is_open", True)),
                fields=["seller", "shop"],
                name="clock_label_failed",
            ),
        ),
        migrations.RunSQL(
            FIGURES, "DROP FUNCTION orders_figures_of(varchar, boolean, timestamptz, timestamptz)"
        ),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION orders_count_clocks()"),
        migrations.RunPython(count_what_is_there, migrations.RunPython.noop),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
