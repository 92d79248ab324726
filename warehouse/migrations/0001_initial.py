import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tenancy.fields
import warehouse.models.wave


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0001_initial"),
        ("orders", "0001_initial"),
        ("tenancy", "0001_initial"),
        ("tenancy", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Bin",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=30)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("shelf", "shelf"),
                            ("receiving", "receiving"),
                            ("tote", "tote"),
                            ("damage", "damaged goods"),
                        ],
                        default="shelf",
                        max_length=10,
                    ),
                ),
                ("aisle", models.PositiveSmallIntegerField(default=0)),
                ("cell", models.PositiveSmallIntegerField(default=0)),
                ("level", models.PositiveSmallIntegerField(default=0)),
                ("walk_order", models.PositiveIntegerField(default=0)),
                ("is_active", models.BooleanField(default=True)),
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
            },
        ),
        migrations.CreateModel(
            name="Carton",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=80)),
                ("length_mm", models.PositiveIntegerField()),
                ("width_mm", models.PositiveIntegerField()),
                ("height_mm", models.PositiveIntegerField()),
                ("tare_g", models.PositiveIntegerField(default=0)),
                ("max_weight_g", models.PositiveIntegerField(default=30000)),
                ("is_active", models.BooleanField(default=True)),
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
                "constraints": [models.UniqueConstraint(fields=("seller", "code"), name="carton_code_once")],
            },
        ),
        migrations.CreateModel(
            name="CountTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("why", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField()),
                ("counted_quantity", models.IntegerField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("done_by", models.CharField(blank=True, max_length=120)),
                (
                    "bin",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="warehouse.bin",
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
                        related_name="+",
                        to="catalog.sku",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=("seller", "bin", "sku"),
                        name="count_task_open_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PackRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("weight_g", models.PositiveIntegerField()),
                ("expected_weight_g", models.PositiveIntegerField(blank=True, null=True)),
                ("is_weight_override", models.BooleanField(default=False)),
                ("packed_at", models.DateTimeField()),
                ("by_label", models.CharField(max_length=120)),
                (
                    "carton",
                    tenancy.fields.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="warehouse.carton",
                    ),
                ),
                (
                    "package",
                    tenancy.fields.TenantOneToOne(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pack_record",
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
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "package"), name="pack_record_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="PickList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.CharField(default=warehouse.models.wave._pick_list_id, max_length=28)),
                ("number", models.CharField(max_length=30)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "waits for a picker"),
                            ("picking", "being picked"),
                            ("picked", "picked"),
                            ("cancelled", "cancelled"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("picker_label", models.CharField(blank=True, max_length=120)),
                (
                    "at_bin",
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
                ("tote_code", models.CharField(blank=True, max_length=30)),
                ("slot_count", models.PositiveSmallIntegerField(default=0)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "picker",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
            ],
            options={
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="PickTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quantity", models.PositiveIntegerField()),
                ("picked_quantity", models.PositiveIntegerField(default=0)),
                ("sequence", models.PositiveIntegerField()),
                ("slot", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "to pick"),
                            ("picked", "picked"),
                            ("short", "short"),
                            ("dropped", "dropped"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("short_reason", models.CharField(blank=True, max_length=20)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "bin",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="warehouse.bin",
                    ),
                ),
                (
                    "package",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pick_tasks",
                        to="orders.package",
                    ),
                ),
                (
                    "pick_list",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tasks",
                        to="warehouse.picklist",
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
                    models.Index(fields=["seller", "pick_list", "sequence"], name="pick_task_by_walk"),
                    models.Index(fields=["seller", "package"], name="pick_task_by_package"),
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["seller", "sku"],
                        name="pick_task_open_by_sku",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("picked_quantity__lte", models.F("quantity"))),
                        name="pick_task_picked_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "picked", "short", "dropped"])),
                        name="pick_task_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QualityCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scanned", models.JSONField(default=dict)),
                ("started_at", models.DateTimeField()),
                ("passed_at", models.DateTimeField(blank=True, null=True)),
                ("by_label", models.CharField(max_length=120)),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "package",
                    tenancy.fields.TenantOneToOne(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="quality_check",
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
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "package"), name="quality_check_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="StockPush",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=120)),
                (
                    "effect_state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("claimed", "being sent"),
                            ("done", "done"),
                            ("failed", "refused"),
                            ("needs_human", "needs a person"),
                            ("dropped", "given up"),
                        ],
                        default="waiting",
                        max_length=12,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("not_before", models.DateTimeField()),
                ("claimed_until", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.CharField(blank=True, max_length=400)),
                ("last_error_code", models.CharField(blank=True, max_length=40)),
                ("created_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("wanted", models.PositiveIntegerField()),
                ("sent", models.PositiveIntegerField(blank=True, null=True)),
                ("asked_at", models.DateTimeField()),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "listing",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pushes",
                        to="catalog.listing",
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
                        condition=models.Q(("effect_state__in", ["waiting", "claimed"])),
                        fields=["seller", "not_before"],
                        name="stock_push_due",
                    ),
                    models.Index(
                        condition=models.Q(("effect_state__in", ["failed", "needs_human"])),
                        fields=["seller", "effect_state"],
                        name="stock_push_stuck",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "key"), name="stock_push_key_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "effect_state__in",
                                ["waiting", "claimed", "done", "failed", "needs_human", "dropped"],
                            )
                        ),
                        name="stock_push_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Warehouse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=120)),
                ("region", models.CharField(blank=True, max_length=2)),
                ("time_zone", models.CharField(default="UTC", max_length=60)),
                ("is_active", models.BooleanField(default=True)),
                ("is_default", models.BooleanField(default=False)),
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
                    models.UniqueConstraint(fields=("seller", "code"), name="warehouse_code_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="StockMovement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quantity", models.IntegerField()),
                (
                    "reason",
                    models.CharField(
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
                        ],
                        max_length=12,
                    ),
                ),
                ("reference", models.CharField(blank=True, max_length=80)),
                ("key", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                ("actor_kind", models.CharField(max_length=10)),
                ("actor_id", models.BigIntegerField(blank=True, null=True)),
                ("actor_label", models.CharField(max_length=120)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("balance", models.IntegerField()),
                (
                    "bin",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="warehouse.bin",
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
                        related_name="movements",
                        to="catalog.sku",
                    ),
                ),
                (
                    "warehouse",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="warehouse.warehouse",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["seller", "sku", "-at"], name="movement_by_sku"),
                    models.Index(fields=["seller", "-at"], name="movement_newest"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "key"), name="movement_key_once"),
                    models.CheckConstraint(
                        condition=models.Q(("quantity", 0), _negated=True), name="movement_moves_something"
                    ),
                    models.CheckConstraint(
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
                                ],
                            )
                        ),
                        name="movement_reason_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StockLevel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on_hand", models.IntegerField(default=0)),
                ("reserved", models.IntegerField(default=0)),
                ("safety_stock", models.PositiveIntegerField(default=0)),
                ("first_counted_at", models.DateTimeField(blank=True, null=True)),
                ("changed_at", models.DateTimeField()),
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
                        related_name="levels",
                        to="catalog.sku",
                    ),
                ),
                (
                    "warehouse",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="levels",
                        to="warehouse.warehouse",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["seller", "sku"], name="level_by_sku")],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "warehouse", "sku"), name="level_once"),
                    models.CheckConstraint(
                        condition=models.Q(("on_hand__gte", 0)), name="level_on_hand_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reserved__gte", 0), ("reserved__lte", models.F("on_hand"))),
                        name="level_reserved_fits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reservation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quantity", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "reserved"), ("consumed", "packed"), ("released", "released")],
                        default="active",
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "package",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reservations",
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
                    "warehouse",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="warehouse.warehouse",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["seller", "package"], name="reservation_by_package"),
                    models.Index(
                        condition=models.Q(("state", "active")),
                        fields=["seller", "sku", "warehouse"],
                        name="reservation_active_by_sku",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "active")),
                        fields=("seller", "package", "sku"),
                        name="reservation_active_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gte", 1)), name="reservation_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["active", "consumed", "released"])),
                        name="reservation_state_known",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="bin",
            name="warehouse",
            field=tenancy.fields.TenantKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="bins",
                to="warehouse.warehouse",
            ),
        ),
        migrations.CreateModel(
            name="WarehouseLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("platform_warehouse_id", models.CharField(max_length=40)),
                ("name", models.CharField(blank=True, max_length=120)),
                ("is_default", models.BooleanField(default=False)),
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
                    "warehouse",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="platform_links",
                        to="warehouse.warehouse",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "shop", "platform_warehouse_id"), name="warehouse_link_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Wave",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.CharField(default=warehouse.models.wave._wave_id, max_length=28)),
                ("number", models.CharField(max_length=24)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "planned"),
                            ("released", "released"),
                            ("picked", "picked"),
                            ("done", "done"),
                            ("cancelled", "cancelled"),
                        ],
                        default="planned",
                        max_length=10,
                    ),
                ),
                ("package_count", models.PositiveIntegerField(default=0)),
                ("unit_count", models.PositiveIntegerField(default=0)),
                ("first_due_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("planned_at", models.DateTimeField()),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("by_label", models.CharField(max_length=120)),
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
                    "warehouse",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waves",
                        to="warehouse.warehouse",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["seller", "state", "-planned_at"], name="wave_by_state")],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "number"), name="wave_number_once"),
                    models.UniqueConstraint(fields=("seller", "public_id"), name="wave_public_id_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["planned", "released", "picked", "done", "cancelled"])
                        ),
                        name="wave_state_known",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="picklist",
            name="wave",
            field=tenancy.fields.TenantKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="pick_lists",
                to="warehouse.wave",
            ),
        ),
        migrations.CreateModel(
            name="Zone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20)),
                ("name", models.CharField(blank=True, max_length=80)),
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
                    "warehouse",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="zones",
                        to="warehouse.warehouse",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "warehouse", "code"), name="zone_code_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="bin",
            name="zone",
            field=tenancy.fields.TenantKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bins",
                to="warehouse.zone",
            ),
        ),
        migrations.CreateModel(
            name="BinLevel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on_hand", models.IntegerField(default=0)),
                (
                    "bin",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="levels",
                        to="warehouse.bin",
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
                        related_name="bin_levels",
                        to="catalog.sku",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["seller", "sku"], name="bin_level_by_sku")],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "bin", "sku"), name="bin_level_once"),
                    models.CheckConstraint(
                        condition=models.Q(("on_hand__gte", 0)), name="bin_level_not_negative"
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="picklist",
            index=models.Index(fields=["seller", "wave"], name="pick_list_by_wave"),
        ),
        migrations.AddIndex(
            model_name="picklist",
            index=models.Index(fields=["seller", "state"], name="pick_list_by_state"),
        ),
        migrations.AddConstraint(
            model_name="picklist",
            constraint=models.UniqueConstraint(
                fields=("seller", "public_id"), name="pick_list_public_id_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="picklist",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "picking", "picked", "cancelled"])),
                name="pick_list_state_known",
            ),
        ),
        migrations.AddIndex(
            model_name="bin",
            index=models.Index(fields=["seller", "warehouse", "walk_order"], name="bin_by_walk"),
        ),
        migrations.AddConstraint(
            model_name="bin",
            constraint=models.UniqueConstraint(fields=("seller", "warehouse", "code"), name="bin_code_once"),
        ),
        migrations.AddConstraint(
            model_name="bin",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["shelf", "receiving", "tote", "damage"])),
                name="bin_kind_known",
            ),
        ),
    ]
