import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import orders.models.order
import orders.models.package
import tenancy.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0001_initial"),
        ("tenancy", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Order",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.CharField(default=orders.models.order._order_id, max_length=28)),
                ("platform_order_id", models.CharField(max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending_review", "to review"),
                            ("on_hold", "on hold"),
                            ("approved", "approved"),
                            ("completed", "completed"),
                            ("cancelled", "cancelled"),
                        ],
                        default="pending_review",
                        max_length=16,
                    ),
                ),
                (
                    "platform_status",
                    models.CharField(
                        choices=[
                            ("unpaid", "unpaid"),
                            ("on_hold", "on hold by the platform"),
                            ("awaiting_shipment", "awaiting shipment"),
                            ("partially_shipping", "partially shipping"),
                            ("awaiting_collection", "awaiting collection"),
                            ("in_transit", "in transit"),
                            ("delivered", "delivered"),
                            ("completed", "completed"),
                            ("cancelled", "cancelled"),
                            ("other", "other"),
                        ],
                        max_length=20,
                    ),
                ),
                ("platform_updated_at", models.DateTimeField()),
                ("source", models.CharField(default="api", max_length=10)),
                ("order_type", models.CharField(default="normal", max_length=20)),
                ("fulfillment_type", models.CharField(default="seller", max_length=10)),
                (
                    "shipping_type",
                    models.CharField(
                        choices=[
                            ("platform", "platform label"),
                            ("seller", "own carrier"),
                            ("none", "nothing to ship"),
                        ],
                        max_length=10,
                    ),
                ),
                ("delivery_option_id", models.CharField(blank=True, max_length=40)),
                ("delivery_option_name", models.CharField(blank=True, max_length=80)),
                ("platform_warehouse_id", models.CharField(blank=True, max_length=40)),
                ("buyer_user_id", models.CharField(blank=True, max_length=40)),
                ("buyer_message", models.CharField(blank=True, max_length=1000)),
                ("seller_note", models.CharField(blank=True, max_length=1000)),
                ("currency", models.CharField(max_length=3)),
                ("total_amount", models.DecimalField(decimal_places=2, max_digits=14)),
                ("item_count", models.PositiveIntegerField(default=0)),
                ("is_cod", models.BooleanField(default=False)),
                ("is_sample", models.BooleanField(default=False)),
                ("is_buyer_cancel_requested", models.BooleanField(default=False)),
                ("cancel_requested_at", models.DateTimeField(blank=True, null=True)),
                ("platform_cancel_id", models.CharField(blank=True, max_length=40)),
                ("cancel_reason", models.CharField(blank=True, max_length=200)),
                ("cancel_initiator", models.CharField(blank=True, max_length=10)),
                ("placed_at", models.DateTimeField()),
                ("paid_at", models.DateTimeField(blank=True, null=True)),
                ("ready_at", models.DateTimeField(blank=True, null=True)),
                ("collected_at", models.DateTimeField(blank=True, null=True)),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("first_seen_at", models.DateTimeField()),
                ("intake_digest", models.CharField(blank=True, max_length=32)),
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
                "indexes": [
                    models.Index(fields=["seller", "platform_order_id"], name="order_by_platform_id"),
                    models.Index(fields=["seller", "state", "shop"], name="order_by_state"),
                    models.Index(fields=["seller", "-placed_at"], name="order_newest"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "shop", "platform_order_id"), name="order_once_per_shop"
                    ),
                    models.UniqueConstraint(fields=("seller", "public_id"), name="order_public_id_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["pending_review", "on_hold", "approved", "completed", "cancelled"])
                        ),
                        name="order_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "platform_status__in",
                                [
                                    "unpaid",
                                    "on_hold",
                                    "awaiting_shipment",
                                    "partially_shipping",
                                    "awaiting_collection",
                                    "in_transit",
                                    "delivered",
                                    "completed",
                                    "cancelled",
                                    "other",
                                ],
                            )
                        ),
                        name="order_platform_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("shipping_type__in", ["platform", "seller", "none"])),
                        name="order_shipping_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BuyerContact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sealed", tenancy.fields.SealedJson(blank=True)),
                ("region_code", models.CharField(blank=True, max_length=2)),
                ("province", models.CharField(blank=True, max_length=80)),
                ("city", models.CharField(blank=True, max_length=80)),
                ("is_masked", models.BooleanField(default=False)),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
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
                    "order",
                    tenancy.fields.TenantOneToOne(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contact",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("seller", "order"), name="contact_once")],
            },
        ),
        migrations.CreateModel(
            name="OrderHold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("platform_hold", "first hour: the platform holds it"),
                            ("unpaid", "not paid yet"),
                            ("cancel_requested", "buyer asks to cancel"),
                            ("address_missing", "address is incomplete"),
                            ("address_masked", "address is hidden and we must ship it ourselves"),
                            ("address_invalid", "address does not fit"),
                            ("unmapped_sku", "listing without a SKU"),
                            ("out_of_stock", "not enough stock"),
                            ("manual", "held by a person"),
                        ],
                        max_length=20,
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=300)),
                ("raised_at", models.DateTimeField()),
                ("raised_by", models.CharField(max_length=120)),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                ("lifted_by", models.CharField(blank=True, max_length=120)),
                ("lift_note", models.CharField(blank=True, max_length=300)),
                ("is_waived", models.BooleanField(default=False)),
                (
                    "order",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="holds",
                        to="orders.order",
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("lifted_at__isnull", True)),
                        fields=["seller", "reason", "shop"],
                        name="hold_open_by_reason",
                    ),
                    models.Index(fields=["seller", "order"], name="hold_by_order"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at__isnull", True)),
                        fields=("seller", "order", "reason"),
                        name="hold_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
                                [
                                    "platform_hold",
                                    "unpaid",
                                    "cancel_requested",
                                    "address_missing",
                                    "address_masked",
                                    "address_invalid",
                                    "unmapped_sku",
                                    "out_of_stock",
                                    "manual",
                                ],
                            )
                        ),
                        name="hold_reason_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("filename", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("by_label", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("done", "taken in"),
                            ("partial", "taken in, with rows left out"),
                            ("refused", "refused"),
                        ],
                        max_length=10,
                    ),
                ),
                ("row_count", models.PositiveIntegerField(default=0)),
                ("order_count", models.PositiveIntegerField(default=0)),
                ("new_count", models.PositiveIntegerField(default=0)),
                ("changed_count", models.PositiveIntegerField(default=0)),
                ("unchanged_count", models.PositiveIntegerField(default=0)),
                ("problems", models.JSONField(default=list)),
                ("problem_count", models.PositiveIntegerField(default=0)),
                ("message", models.CharField(blank=True, max_length=300)),
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
                "indexes": [models.Index(fields=["seller", "-at"], name="import_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["done", "partial", "refused"])),
                        name="import_state_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("platform_sku_id", models.CharField(max_length=40)),
                ("platform_product_id", models.CharField(blank=True, max_length=40)),
                (
                    "platform_line_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
                ("seller_sku", models.CharField(blank=True, max_length=80)),
                ("product_name", models.CharField(blank=True, max_length=255)),
                ("variation", models.CharField(blank=True, max_length=120)),
                ("image_url", models.CharField(blank=True, max_length=500)),
                ("quantity", models.PositiveIntegerField()),
                ("cancelled_quantity", models.PositiveIntegerField(default=0)),
                ("price_amount", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                ("is_gift", models.BooleanField(default=False)),
                ("components", models.JSONField(blank=True, default=list)),
                (
                    "listing",
                    tenancy.fields.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.listing",
                    ),
                ),
                (
                    "order",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="orders.order",
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
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.sku",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["seller", "sku"], name="order_line_by_sku"),
                    models.Index(
                        condition=models.Q(("sku__isnull", True)),
                        fields=["seller", "platform_sku_id"],
                        name="order_line_unmapped",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "order", "platform_sku_id", "is_gift"), name="order_line_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cancelled_quantity__lte", models.F("quantity"))),
                        name="order_line_cancelled_fits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderPull",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("platform_order_id", models.CharField(max_length=40)),
                ("asked_at", models.DateTimeField()),
                ("not_before", models.DateTimeField()),
                ("claimed_until", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("last_error", models.CharField(blank=True, max_length=300)),
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
                "indexes": [models.Index(fields=["seller", "not_before"], name="pull_due")],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "shop", "platform_order_id"), name="pull_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Package",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.CharField(default=orders.models.package._package_id, max_length=28)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "planned"),
                            ("allocated", "stock reserved"),
                            ("picking", "picking"),
                            ("picked", "picked"),
                            ("packed", "packed"),
                            ("ready_to_ship", "ready to ship"),
                            ("handed_over", "handed over"),
                            ("in_transit", "in transit"),
                            ("arrived", "arrived"),
                            ("delivered", "delivered"),
                            ("cancelled", "cancelled"),
                            ("returned", "returned"),
                            ("lost", "lost"),
                        ],
                        default="planned",
                        max_length=16,
                    ),
                ),
                ("platform_package_id", models.CharField(blank=True, max_length=40)),
                ("is_stopped", models.BooleanField(default=False)),
                ("stop_reason", models.CharField(blank=True, max_length=60)),
                ("created_at", models.DateTimeField()),
                ("packed_at", models.DateTimeField(blank=True, null=True)),
                ("handed_over_at", models.DateTimeField(blank=True, null=True)),
                ("picked_up_at", models.DateTimeField(blank=True, null=True)),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("weight_g", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "order",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="packages",
                        to="orders.order",
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
                "indexes": [
                    models.Index(fields=["seller", "order"], name="package_by_order"),
                    models.Index(fields=["seller", "state"], name="package_by_state"),
                    models.Index(
                        condition=models.Q(("platform_package_id", ""), _negated=True),
                        fields=["seller", "platform_package_id"],
                        name="package_by_platform_id",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "public_id"), name="package_public_id_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "planned",
                                    "allocated",
                                    "picking",
                                    "picked",
                                    "packed",
                                    "ready_to_ship",
                                    "handed_over",
                                    "in_transit",
                                    "arrived",
                                    "delivered",
                                    "cancelled",
                                    "returned",
                                    "lost",
                                ],
                            )
                        ),
                        name="package_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderHistory",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("platform", "platform"),
                            ("review", "review"),
                            ("deadline", "deadline"),
                            ("stock", "stock"),
                            ("floor", "floor"),
                            ("label", "label"),
                            ("handover", "handover"),
                            ("upload", "upload"),
                            ("tracking", "tracking"),
                            ("message", "message"),
                            ("cancellation", "cancellation"),
                            ("note", "note"),
                        ],
                        max_length=12,
                    ),
                ),
                ("action", models.CharField(max_length=60)),
                ("from_state", models.CharField(blank=True, max_length=20)),
                ("to_state", models.CharField(blank=True, max_length=20)),
                ("actor_kind", models.CharField(max_length=10)),
                ("actor_id", models.BigIntegerField(blank=True, null=True)),
                ("actor_label", models.CharField(max_length=120)),
                ("reason", models.CharField(blank=True, max_length=400)),
                ("data", models.JSONField(default=dict)),
                (
                    "order",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="history",
                        to="orders.order",
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
                    "package",
                    tenancy.fields.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="history",
                        to="orders.package",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["seller", "order", "at", "id"], name="history_by_order")],
            },
        ),
        migrations.CreateModel(
            name="PackageLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quantity", models.PositiveIntegerField()),
                (
                    "order_line",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="package_lines",
                        to="orders.orderline",
                    ),
                ),
                (
                    "package",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
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
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["seller", "order_line"], name="package_line_by_order_line"),
                    models.Index(fields=["seller", "sku"], name="package_line_by_sku"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "package", "order_line", "sku"), name="package_line_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gte", 1)), name="package_line_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PollCursor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("watermark_at", models.DateTimeField(blank=True, null=True)),
                ("page_token", models.CharField(blank=True, max_length=400)),
                ("walk_from_at", models.DateTimeField(blank=True, null=True)),
                ("last_started_at", models.DateTimeField(blank=True, null=True)),
                ("last_finished_at", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.CharField(blank=True, max_length=300)),
                ("locked_until", models.DateTimeField(blank=True, null=True)),
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
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "shop", "kind"), name="cursor_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SlaClock",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_open", models.BooleanField(default=True)),
                ("tab", models.CharField(default="review", max_length=20)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                (
                    "due_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("dispatch", "arrange shipment"),
                            ("collection", "carrier's scan"),
                            ("cancel", "automatic cancellation"),
                            ("delivery", "deliver"),
                            ("promise", "shop's promise"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "due_source",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("platform", "the platform's own time"),
                            ("rule", "rule of the region"),
                            ("promise", "the shop's own promise"),
                        ],
                        max_length=10,
                    ),
                ),
                ("rule_key", models.CharField(blank=True, max_length=60)),
                ("dispatch_due_at", models.DateTimeField(blank=True, null=True)),
                ("collection_due_at", models.DateTimeField(blank=True, null=True)),
                ("cancel_due_at", models.DateTimeField(blank=True, null=True)),
                ("deliver_due_at", models.DateTimeField(blank=True, null=True)),
                ("promise_due_at", models.DateTimeField(blank=True, null=True)),
                ("started_at", models.DateTimeField()),
                ("paused_until", models.DateTimeField(blank=True, null=True)),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
                ("at_risk_at", models.DateTimeField(blank=True, null=True)),
                ("breached_at", models.DateTimeField(blank=True, null=True)),
                ("is_cancel_requested", models.BooleanField(default=False)),
                ("is_label_failed", models.BooleanField(default=False)),
                (
                    "order",
                    tenancy.fields.TenantOneToOne(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="clock",
                        to="orders.order",
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_open", True)),
                        fields=["seller", "due_at", "id"],
                        name="clock_open_by_due",
                    ),
                    models.Index(
                        condition=models.Q(("is_open", True)),
                        fields=["seller", "shop", "due_at", "id"],
                        name="clock_shop_by_due",
                    ),
                    models.Index(fields=["seller", "tab", "due_at", "id"], name="clock_tab_by_due"),
                ],
                "constraints": [models.UniqueConstraint(fields=("seller", "order"), name="clock_once")],
            },
        ),
    ]
