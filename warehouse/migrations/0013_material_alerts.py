"""Packing materials that run low are told to the staff until they are restocked; a transfer's walk is a paper too."""

import django.db.models.deletion
from django.db import migrations, models

import tenancy.fields
from tenancy.walls import GiveWall

KINDS = [
    ("pick_list", "pick list"),
    ("wall_sheet", "put-wall sheet"),
    ("slip", "packing slip"),
    ("parcel_label", "parcel label"),
    ("bin_label", "bin label"),
    ("count_sheet", "count sheet"),
    ("transfer", "transfer list"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0004_packing"),
        ("tenancy", "0002_walls"),
        ("warehouse", "0012_shows"),
    ]

    operations = [
        migrations.CreateModel(
            name="MaterialAlert",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on_hand", models.IntegerField()),
                ("line", models.PositiveIntegerField()),
                ("raised_at", models.DateTimeField()),
                ("cleared_at", models.DateTimeField(blank=True, null=True)),
                ("seen_by", models.JSONField(default=list)),
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
                    "sku",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.sku",
                    ),
                ),
                (
                    "warehouse",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="warehouse.warehouse",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["seller", "-raised_at"], name="material_alert_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("cleared_at__isnull", True)),
                        fields=("seller", "warehouse", "sku"),
                        name="material_alert_open_once",
                    )
                ],
            },
        ),
        GiveWall(model_name="materialalert"),
        migrations.RemoveConstraint(model_name="paperprint", name="paper_kind_known"),
        migrations.AlterField(
            model_name="paperprint",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=12),
        ),
        migrations.AddConstraint(
            model_name="paperprint",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", [kind for kind, _label in KINDS])), name="paper_kind_known"
            ),
        ),
    ]
