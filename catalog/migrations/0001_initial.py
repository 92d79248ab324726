import django.db.models.deletion
from django.db import migrations, models

import tenancy.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenancy", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sku",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seller_sku", models.CharField(max_length=80)),
                ("name", models.CharField(max_length=200)),
                ("variation", models.CharField(blank=True, max_length=120)),
                ("image_url", models.CharField(blank=True, max_length=500)),
                ("weight_g", models.PositiveIntegerField(blank=True, null=True)),
                ("length_mm", models.PositiveIntegerField(blank=True, null=True)),
                ("width_mm", models.PositiveIntegerField(blank=True, null=True)),
                ("height_mm", models.PositiveIntegerField(blank=True, null=True)),
                ("is_bundle", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
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
                    models.UniqueConstraint(fields=("seller", "seller_sku"), name="sku_code_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Listing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("platform_product_id", models.CharField(max_length=40)),
                ("platform_sku_id", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=255)),
                ("variation", models.CharField(blank=True, max_length=120)),
                ("seller_sku", models.CharField(blank=True, max_length=80)),
                ("image_url", models.CharField(blank=True, max_length=500)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("active", "active"),
                            ("inactive", "inactive"),
                            ("pending", "under review"),
                            ("frozen", "frozen"),
                            ("deleted", "deleted"),
                        ],
                        default="active",
                        max_length=10,
                    ),
                ),
                ("price_amount", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("platform_warehouse_ids", models.JSONField(default=list)),
                ("is_mapped_by_hand", models.BooleanField(default=False)),
                ("buffer", models.PositiveIntegerField(default=0)),
                ("is_stock_pushed", models.BooleanField(default=True)),
                ("updated_at", models.DateTimeField()),
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
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="listings",
                        to="catalog.sku",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["seller", "sku"], name="listing_by_sku"),
                    models.Index(fields=["seller", "shop", "platform_product_id"], name="listing_by_product"),
                    models.Index(
                        condition=models.Q(("sku__isnull", True)),
                        fields=["seller", "shop"],
                        name="listing_unmapped",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "shop", "platform_sku_id"), name="listing_once_per_shop"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["active", "inactive", "pending", "frozen", "deleted"])
                        ),
                        name="listing_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BundleItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quantity", models.PositiveIntegerField(default=1)),
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
                    "bundle",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="components",
                        to="catalog.sku",
                    ),
                ),
                (
                    "component",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="in_bundles",
                        to="catalog.sku",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "bundle", "component"), name="bundle_component_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gte", 1)), name="bundle_quantity_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("bundle", models.F("component")), _negated=True),
                        name="bundle_not_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Barcode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=80)),
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
                        related_name="barcodes",
                        to="catalog.sku",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["seller", "sku"], name="barcode_by_sku")],
                "constraints": [models.UniqueConstraint(fields=("seller", "code"), name="barcode_once")],
            },
        ),
    ]
