"""What the layout pages keep: carts and what fits on them, advice on where goods should lie."""

import django.db.models.deletion
from django.db import migrations, models

import tenancy.fields
from tenancy.walls import GiveWall


def key(to: str, *, on_delete=django.db.models.deletion.PROTECT, **values) -> tenancy.fields.TenantKey:
    return tenancy.fields.TenantKey(
        db_constraint=False, db_index=False, on_delete=on_delete, related_name="+", to=to, **values
    )


def seller() -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="tenancy.seller",
    )


def row_id() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0006_stock"), ("catalog", "0002_walls")]

    operations = [
        migrations.CreateModel(
            name="Cart",
            fields=[
                ("id", row_id()),
                ("slots", models.PositiveSmallIntegerField()),
                ("units", models.PositiveIntegerField(default=0)),
                ("weight_g", models.PositiveIntegerField(default=0)),
                ("volume_ml", models.PositiveIntegerField(default=0)),
                ("seller", seller()),
                (
                    "tote",
                    tenancy.fields.TenantOneToOne(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cart",
                        to="warehouse.bin",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "tote"), name="cart_once"),
                    models.CheckConstraint(condition=models.Q(("slots__gte", 1)), name="cart_has_slots"),
                ],
            },
        ),
        GiveWall("cart"),
        migrations.CreateModel(
            name="SlottingMove",
            fields=[
                ("id", row_id()),
                ("rank", models.PositiveSmallIntegerField()),
                ("lines", models.PositiveIntegerField()),
                ("saves_mm", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("advised", "advised"), ("moved", "moved"), ("undone", "moved back")],
                        default="advised",
                        max_length=10,
                    ),
                ),
                ("quantity", models.PositiveIntegerField(default=0)),
                ("other_quantity", models.PositiveIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                ("moved_at", models.DateTimeField(blank=True, null=True)),
                ("moved_by", models.CharField(blank=True, max_length=120)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("other_sku", key("catalog.sku", blank=True, null=True)),
                ("seller", seller()),
                ("sku", key("catalog.sku")),
                ("source", key("warehouse.bin")),
                ("target", key("warehouse.bin")),
                ("warehouse", key("warehouse.warehouse", on_delete=django.db.models.deletion.CASCADE)),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["seller", "warehouse", "state", "rank"], name="slotting_by_rank")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["advised", "moved", "undone"])),
                        name="slotting_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", models.F("target")), _negated=True),
                        name="slotting_moves_somewhere",
                    ),
                ],
            },
        ),
        GiveWall("slottingmove"),
    ]
