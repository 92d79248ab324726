"""Put-back work after a cancellation, a hold or a return."""

import django.db.models.deletion
from django.db import migrations, models

import tenancy.fields
from tenancy.walls import GiveWall


class Migration(migrations.Migration):
    dependencies = [
        ("warehouse", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="PutBackTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slot", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("quantity", models.PositiveIntegerField()),
                ("done_quantity", models.PositiveIntegerField(default=0)),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("cancelled", "order cancelled"),
                            ("held", "put on hold"),
                            ("regrouped", "split or combined"),
                            ("returned", "came back from the buyer"),
                        ],
                        max_length=12,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("done_by", models.CharField(blank=True, max_length=120)),
                (
                    "home",
                    tenancy.fields.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="warehouse.bin",
                    ),
                ),
                (
                    "package",
                    tenancy.fields.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="put_back_tasks",
                        to="orders.package",
                    ),
                ),
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
                (
                    "sku",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.sku",
                    ),
                ),
                (
                    "source",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="warehouse.bin",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["seller", "source", "sku"],
                        name="put_back_open",
                    ),
                    models.Index(fields=["seller", "package"], name="put_back_by_package"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gte", 1)), name="put_back_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("done_quantity__lte", models.F("quantity"))),
                        name="put_back_done_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("why__in", ["cancelled", "held", "regrouped", "returned"])),
                        name="put_back_why_known",
                    ),
                ],
            },
        ),
        GiveWall(
            model_name="putbacktask",
        ),
    ]
