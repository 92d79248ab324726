"""Live shows and the forward zone."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import tenancy.fields
import tenancy.walls
import warehouse.models.show


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0004_packing"),
        ("orders", "0011_handling"),
        ("tenancy", "0002_walls"),
        ("warehouse", "0011_documents"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="picklist",
            name="pick_list_lane_known",
        ),
        migrations.RemoveConstraint(
            model_name="putbacktask",
            name="put_back_why_known",
        ),
        migrations.AddField(
            model_name="bin",
            name="capacity_ml",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="qualitycheck",
            name="prepacked_in",
            field=tenancy.fields.TenantKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="warehouse.carton",
            ),
        ),
        migrations.RunSQL(
            sql='ALTER TABLE "warehouse_qualitycheck" ADD CONSTRAINT "warehouse_qualitycheck_prepacked_in_id_same_seller" FOREIGN KEY (seller_id, "prepacked_in_id") REFERENCES "warehouse_carton" (seller_id, id) DEFERRABLE INITIALLY DEFERRED',
            reverse_sql='ALTER TABLE "warehouse_qualitycheck" DROP CONSTRAINT "warehouse_qualitycheck_prepacked_in_id_same_seller"',
        ),
        migrations.AddField(
            model_name="zone",
            name="is_forward",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name="picklist",
            name="lane",
            field=models.CharField(
                choices=[
                    ("mixed", "mixed"),
                    ("single", "one unit each"),
                    ("bulk", "many of one product"),
                    ("show", "pre-packed for a live show"),
                ],
                db_default="mixed",
                default="mixed",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="putbacktask",
            name="why",
            field=models.CharField(
                choices=[
                    ("cancelled", "order cancelled"),
                    ("held", "put on hold"),
                    ("regrouped", "split or combined"),
                    ("returned", "came back from the buyer"),
                    ("show", "left over after a live show"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="picklist",
            constraint=models.CheckConstraint(
                condition=models.Q(("lane__in", ["mixed", "single", "bulk", "show"])),
                name="pick_list_lane_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="putbacktask",
            constraint=models.CheckConstraint(
                condition=models.Q(("why__in", ["cancelled", "held", "regrouped", "returned", "show"])),
                name="put_back_why_known",
            ),
        ),
        migrations.CreateModel(
            name="Show",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.CharField(default=warehouse.models.show._show_id, max_length=28)),
                ("title", models.CharField(max_length=120)),
                ("host", models.CharField(blank=True, max_length=120)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "planned"),
                            ("preparing", "being prepared"),
                            ("live", "live"),
                            ("over", "over, being cleared"),
                            ("closed", "closed"),
                            ("cancelled", "cancelled"),
                        ],
                        default="planned",
                        max_length=10,
                    ),
                ),
                ("is_lane_open", models.BooleanField(default=True)),
                ("made_at", models.DateTimeField()),
                ("by_label", models.CharField(max_length=120)),
                ("prepared_at", models.DateTimeField(blank=True, null=True)),
                ("late_at", models.DateTimeField(blank=True, null=True)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("result", models.JSONField(default=dict)),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shows",
                        to="warehouse.warehouse",
                    ),
                ),
                (
                    "wave",
                    tenancy.fields.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="warehouse.wave",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["seller", "state", "starts_at"], name="show_by_state")],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "public_id"), name="show_public_id_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["planned", "preparing", "live", "over", "closed", "cancelled"])
                        ),
                        name="show_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="show_ends_after_start",
                    ),
                ],
            },
        ),
        tenancy.walls.GiveWall(
            model_name="show",
        ),
        migrations.CreateModel(
            name="ShowProduct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("expected_units", models.PositiveIntegerField()),
                ("prepack_wish", models.PositiveIntegerField(blank=True, null=True)),
                ("why", models.JSONField(default=dict)),
                ("bring_units", models.PositiveIntegerField(default=0)),
                ("prepack_units", models.PositiveIntegerField(default=0)),
                (
                    "use",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "not there yet"),
                            ("kept", "kept for the show"),
                            ("first", "taken first"),
                            ("leaving", "going back"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("packed_units", models.PositiveIntegerField(default=0)),
                ("sent_units", models.PositiveIntegerField(default=0)),
                ("opened_units", models.PositiveIntegerField(default=0)),
                ("sold_units", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "bin",
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
                    "bin_wish",
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
                    "carton_wish",
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
                    "seller",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.seller",
                    ),
                ),
                (
                    "show",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="products",
                        to="warehouse.show",
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
                    models.Index(
                        condition=models.Q(("use", ""), _negated=True),
                        fields=["seller", "sku"],
                        name="forward_by_sku",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "show", "sku"), name="show_product_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("use", ""), _negated=True),
                        fields=("seller", "bin"),
                        name="forward_bin_of_one_show",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("use__in", ["", "kept", "first", "leaving"])),
                        name="forward_use_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "packed_units__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("sent_units"), "+", models.F("opened_units")
                                ),
                            )
                        ),
                        name="show_packed_before_sent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("use", ""), ("bin__isnull", False), _connector="OR"),
                        name="forward_use_has_bin",
                    ),
                ],
            },
        ),
        tenancy.walls.GiveWall(
            model_name="showproduct",
        ),
        migrations.CreateModel(
            name="ShowTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("bring", "bring to the forward bin"), ("pack", "pre-pack")], max_length=6
                    ),
                ),
                ("quantity", models.PositiveIntegerField()),
                ("done_quantity", models.PositiveIntegerField(default=0)),
                ("due_at", models.DateTimeField()),
                ("made_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("done_by", models.CharField(blank=True, max_length=120)),
                (
                    "product",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tasks",
                        to="warehouse.showproduct",
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
                    "source",
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
                    "target",
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
                    models.Index(fields=["seller", "product"], name="show_task_by_product"),
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["seller", "due_at"],
                        name="show_task_open",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["bring", "pack"])), name="show_task_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gte", 1)), name="show_task_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("done_quantity__lte", models.F("quantity"))),
                        name="show_task_done_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "pack"), ("source__isnull", False), _connector="OR"),
                        name="show_task_bring_has_source",
                    ),
                ],
            },
        ),
        tenancy.walls.GiveWall(
            model_name="showtask",
        ),
        migrations.CreateModel(
            name="ShowParcel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on_lane", models.BooleanField()),
                ("why", models.CharField(blank=True, max_length=16)),
                ("at", models.DateTimeField()),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
                ("taken_by", models.CharField(blank=True, max_length=120)),
                (
                    "package",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
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
                    "show",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parcels",
                        to="warehouse.show",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["seller", "package"], name="show_parcel_by_package")],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "show", "package"), name="show_parcel_once")
                ],
            },
        ),
        tenancy.walls.GiveWall(
            model_name="showparcel",
        ),
    ]
