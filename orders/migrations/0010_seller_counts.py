"""Counts by tab within every hour, and their sums over all shops of a seller, beginning with what is there."""

import django.db.models.deletion
from django.db import migrations, models

import orders.models.queue_count
from tenancy import scoping
from tenancy.walls import GiveWall

FIGURES = """
CREATE OR REPLACE FUNCTION orders_figures_of(
    tab varchar, is_open boolean, due_at timestamptz, cancel_due_at timestamptz
) RETURNS TABLE (name varchar, hour timestamptz) LANGUAGE sql IMMUTABLE AS $$
    SELECT tab, 'epoch'::timestamptz
    UNION ALL SELECT 'open', 'epoch'::timestamptz WHERE is_open
    UNION ALL SELECT 'due:' || tab, date_trunc('hour', due_at, 'UTC') WHERE is_open AND due_at IS NOT NULL
    UNION ALL SELECT 'cancel:' || tab, date_trunc('hour', cancel_due_at, 'UTC')
        WHERE is_open AND cancel_due_at IS NOT NULL
$$
"""
AGAIN = (
    "DELETE FROM orders_queuechange",
    "DELETE FROM orders_queuecount",
    """
    INSERT INTO orders_queuecount (seller_id, shop_id, name, hour, rows)
    SELECT seller_id, shop_id, name, hour, count(*)
    FROM orders_slaclock AS clock,
        LATERAL orders_figures_of(clock.tab, clock.is_open, clock.due_at, clock.cancel_due_at)
    GROUP BY seller_id, shop_id, name, hour
    """,
    """
    INSERT INTO orders_sellercount (seller_id, name, hour, rows)
    SELECT seller_id, name, hour, sum(rows) FROM orders_queuecount GROUP BY seller_id, name, hour
    """,
)


def count_again(apps, schema_editor) -> None:
    """The wall holds for the owner of the tables too."""
    with scoping.unscoped("migration: counts of the orders that are there"):
        for statement in AGAIN:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("orders", "0009_tab_counts")]

    operations = [
        migrations.CreateModel(
            name="SellerCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
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
            ],
            options={
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "name", "hour"), include=("rows",), name="seller_count_once"
                    )
                ],
            },
        ),
        GiveWall("sellercount"),
        migrations.RemoveIndex("slaclock", "clock_open_by_due"),
        migrations.RemoveIndex("slaclock", "clock_open_by_cancel"),
        migrations.AddIndex(
            "slaclock",
            models.Index(
                condition=models.Q(("is_open", True)),
                fields=["seller", "due_at", "id"],
                include=("shop", "tab"),
                name="clock_open_by_due",
            ),
        ),
        migrations.AddIndex(
            "slaclock",
            models.Index(
                condition=models.Q(("is_open", True)),
                fields=["seller", "cancel_due_at", "shop"],
                include=("tab",),
                name="clock_open_by_cancel",
            ),
        ),
        migrations.RunSQL(FIGURES, migrations.RunSQL.noop),
        migrations.RunPython(count_again, migrations.RunPython.noop),
    ]
