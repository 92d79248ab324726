"""What the pack station keeps: materials that a carton uses up, learned weights, photos, where a weight came from."""

import django.db.models.deletion
from django.db import migrations, models

import tenancy.fields
import warehouse.models.packing
from tenancy.walls import GiveWall


class Migration(migrations.Migration):
    dependencies = [("catalog", "0004_packing"), ("warehouse", "0009_pick_station")]

    operations = [
        migrations.CreateModel(
            name="CartonUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quantity", models.PositiveIntegerField(default=1)),
                (
                    "carton",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uses",
                        to="warehouse.carton",
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
                    "sku",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carton_uses",
                        to="catalog.sku",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["seller", "sku"], name="carton_use_by_sku")],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "carton", "sku"), name="carton_use_once"),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gte", 1)), name="carton_use_positive"
                    ),
                ],
            },
        ),
        GiveWall(
            model_name="cartonuse",
        ),
        migrations.CreateModel(
            name="LearnedWeight",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("mean_g", models.FloatField()),
                ("variance", models.FloatField()),
                ("noise_g", models.FloatField(default=0)),
                ("parcels", models.PositiveIntegerField(default=0)),
                ("learned_at", models.DateTimeField()),
                (
                    "carton",
                    tenancy.fields.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="learned_weights",
                        to="warehouse.carton",
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
                    "sku",
                    tenancy.fields.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="learned_weights",
                        to="catalog.sku",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("sku__isnull", False)),
                        fields=("seller", "sku"),
                        name="learned_sku_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("carton__isnull", False)),
                        fields=("seller", "carton"),
                        name="learned_carton_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("carton__isnull", True), ("sku__isnull", False)),
                            models.Q(("carton__isnull", False), ("sku__isnull", True)),
                            _connector="OR",
                        ),
                        name="learned_of_one_thing",
                    ),
                ],
            },
        ),
        GiveWall(
            model_name="learnedweight",
        ),
        migrations.CreateModel(
            name="PackPhoto",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.CharField(default=warehouse.models.packing._photo_id, max_length=28)),
                ("path", models.CharField(max_length=200)),
                ("taken_at", models.DateTimeField()),
                ("by_label", models.CharField(max_length=120)),
                (
                    "package",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="photos",
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
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["seller", "package"], name="pack_photo_by_package")],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "public_id"), name="pack_photo_public_id_once"),
                ],
            },
        ),
        GiveWall(
            model_name="packphoto",
        ),
        migrations.AddField(
            model_name="packrecord",
            name="weight_source",
            field=models.CharField(
                choices=[
                    ("typed", "typed"),
                    ("keyed", "scale that types"),
                    ("serial", "scale on the serial port"),
                ],
                db_default="typed",
                default="typed",
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="packrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight_source__in", ["typed", "keyed", "serial"])),
                name="weight_source_known",
            ),
        ),
        migrations.RemoveConstraint(model_name="stockmovement", name="movement_reason_known"),
        migrations.AlterField(
            model_name="stockmovement",
            name="reason",
            field=models.CharField(
                choices=[
                    ("received", "received"),
                    ("counted", "counted"),
                    ("damaged", "damaged"),
                    ("correction", "correction"),
                    ("moved", "moved"),
                    ("picked", "picked"),
                    ("put_back", "put back"),
                    ("shipped", "packed and gone"),
                    ("returned", "returned"),
                    ("used", "used up in packing"),
                    ("transferred", "between warehouses"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="stockmovement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "reason__in",
                        [
                            "received",
                            "counted",
                            "damaged",
                            "correction",
                            "moved",
                            "picked",
                            "put_back",
                            "shipped",
                            "returned",
                            "used",
                            "transferred",
                        ],
                    )
                ),
                name="movement_reason_known",
            ),
        ),
    ]
