"""Lots, expected deliveries, blind counts, transfers, and why a warehouse serves an order."""

import django.db.models.deletion
from django.db import migrations, models

import tenancy.fields
import tenancy.walls
import warehouse.models.delivery


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0003_lots"),
        ("warehouse", "0005_building"),
    ]

    operations = [
        migrations.CreateModel(
            name="Lot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                        related_name="lots",
                        to="catalog.sku",
                    ),
                ),
                ("code", models.CharField(max_length=40)),
                ("expires_on", models.DateField(blank=True, null=True)),
                ("withheld_at", models.DateTimeField(blank=True, null=True)),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("withheld_at__isnull", True), ("expires_on__isnull", False)),
                        fields=["seller", "expires_on"],
                        name="lot_for_sale_by_expiry",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "sku", "code"), name="lot_code_once")
                ],
            },
        ),
        tenancy.walls.GiveWall(
            model_name="lot",
        ),
        migrations.CreateModel(
            name="BinLot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    "bin",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lots",
                        to="warehouse.bin",
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
                    "lot",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="places",
                        to="warehouse.lot",
                    ),
                ),
                ("on_hand", models.IntegerField(default=0)),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["seller", "sku"], name="bin_lot_by_sku"),
                    models.Index(fields=["seller", "lot"], name="bin_lot_by_lot"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "bin", "lot"), name="bin_lot_once"),
                    models.CheckConstraint(
                        condition=models.Q(("on_hand__gte", 0)), name="bin_lot_not_negative"
                    ),
                ],
            },
        ),
        tenancy.walls.GiveWall(
            model_name="binlot",
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    "public_id",
                    models.CharField(default=warehouse.models.delivery._delivery_id, max_length=28),
                ),
                ("number", models.CharField(max_length=24)),
                (
                    "warehouse",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="warehouse.warehouse",
                    ),
                ),
                (
                    "origin",
                    tenancy.fields.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="warehouse.warehouse",
                    ),
                ),
                ("supplier", models.CharField(blank=True, max_length=120)),
                ("reference", models.CharField(blank=True, max_length=80)),
                ("expected_on", models.DateField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "being put together"),
                            ("expected", "on its way"),
                            ("receiving", "being received"),
                            ("closed", "received"),
                            ("cancelled", "cancelled"),
                        ],
                        default="expected",
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=120)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("closed_by", models.CharField(blank=True, max_length=120)),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["seller", "state", "-made_at"], name="delivery_by_state")],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "public_id"), name="delivery_public_id_once"),
                    models.UniqueConstraint(fields=("seller", "number"), name="delivery_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "expected", "receiving", "closed", "cancelled"])
                        ),
                        name="arrival_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("origin", models.F("warehouse")), _negated=True),
                        name="delivery_from_somewhere_else",
                    ),
                ],
            },
        ),
        tenancy.walls.GiveWall(
            model_name="delivery",
        ),
        migrations.CreateModel(
            name="DeliveryLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    "delivery",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="warehouse.delivery",
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
                    "lot",
                    tenancy.fields.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="warehouse.lot",
                    ),
                ),
                ("expected", models.PositiveIntegerField(default=0)),
                ("received", models.PositiveIntegerField(default=0)),
                ("damaged", models.PositiveIntegerField(default=0)),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["seller", "sku"], name="delivery_line_by_sku")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "delivery", "sku", "lot"),
                        name="delivery_line_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("damaged__lte", models.F("received"))),
                        name="delivery_damaged_was_received",
                    ),
                ],
            },
        ),
        tenancy.walls.GiveWall(
            model_name="deliveryline",
        ),
        migrations.CreateModel(
            name="AllocationTerms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("is_other_allowed", models.BooleanField(default=False)),
                ("is_split_allowed", models.BooleanField(default=False)),
            ],
            options={
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("seller",), name="allocation_terms_once")],
                "indexes": [],
            },
        ),
        tenancy.walls.GiveWall(
            model_name="allocationterms",
        ),
        migrations.AddField(
            model_name="warehouse",
            name="count_bins_a_day",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="warehouse",
            name="count_limit_units",
            field=models.PositiveIntegerField(db_default=5, default=5),
        ),
        migrations.AddField(
            model_name="bin",
            name="counted_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="reservation",
            name="why",
            field=models.CharField(blank=True, db_default="", default="", max_length=300),
        ),
        migrations.AddField(
            model_name="stocklevel",
            name="withheld",
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name="stocklevel",
            constraint=models.CheckConstraint(
                condition=models.Q(("withheld__gte", 0), ("withheld__lte", models.F("on_hand"))),
                name="level_withheld_fits",
            ),
        ),
        migrations.AddField(
            model_name="stockmovement",
            name="lot",
            field=tenancy.fields.TenantKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="warehouse.lot",
            ),
        ),
        migrations.RunSQL(
            'ALTER TABLE "warehouse_stockmovement" ADD CONSTRAINT "warehouse_stockmovement_lot_id_same_seller" '
            'FOREIGN KEY (seller_id, "lot_id") REFERENCES "warehouse_lot" (seller_id, id) '
            "DEFERRABLE INITIALLY DEFERRED",
            'ALTER TABLE "warehouse_stockmovement" DROP CONSTRAINT "warehouse_stockmovement_lot_id_same_seller"',
        ),
        migrations.RemoveConstraint(
            model_name="stockmovement",
            name="movement_reason_known",
        ),
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
                            "transferred",
                        ],
                    )
                ),
                name="movement_reason_known",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="counttask",
            name="count_task_open_once",
        ),
        migrations.AddField(
            model_name="counttask",
            name="source",
            field=models.CharField(
                choices=[
                    ("short_pick", "short pick"),
                    ("oldest", "counted longest ago"),
                    ("moved", "moved most"),
                    ("asked", "asked for"),
                ],
                db_default="asked",
                default="asked",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="counttask",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "to count"),
                    ("second", "to count again"),
                    ("approval", "waits for approval"),
                    ("done", "counted"),
                ],
                db_default="open",
                default="open",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="counttask",
            name="round",
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="counttask",
            name="last_key",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.AddField(
            model_name="counttask",
            name="approved_by",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
        migrations.AlterField(
            model_name="counttask",
            name="sku",
            field=tenancy.fields.TenantKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="catalog.sku",
            ),
        ),
        migrations.AddConstraint(
            model_name="counttask",
            constraint=models.UniqueConstraint(
                condition=models.Q(("done_at__isnull", True)),
                fields=("seller", "bin", "sku"),
                name="count_task_open_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="counttask",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "second", "approval", "done"])),
                name="count_task_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="counttask",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__in", ["short_pick", "oldest", "moved", "asked"])),
                name="count_task_source_known",
            ),
        ),
        migrations.CreateModel(
            name="CountEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    "task",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="warehouse.counttask",
                    ),
                ),
                ("round", models.PositiveSmallIntegerField()),
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
                    "lot",
                    tenancy.fields.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="warehouse.lot",
                    ),
                ),
                ("units", models.PositiveIntegerField()),
                ("expected", models.PositiveIntegerField(blank=True, null=True)),
                ("at", models.DateTimeField()),
                ("by_label", models.CharField(max_length=120)),
            ],
            options={
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "task", "round", "sku", "lot"),
                        name="count_entry_once",
                        nulls_distinct=False,
                    )
                ],
                "indexes": [],
            },
        ),
        tenancy.walls.GiveWall(
            model_name="countentry",
        ),
    ]
