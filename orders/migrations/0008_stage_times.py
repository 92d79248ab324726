"""When an order passed its stages, the figures of a day, how far they have come, and the lines they are held against."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import tenancy.fields
import tenancy.walls


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0007_queue_work"),
        ("tenancy", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="StageTimes",
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
                        related_name="stages",
                        to="orders.order",
                    ),
                ),
                ("history_id", models.BigIntegerField(default=0)),
                ("is_settled", models.BooleanField(default=False)),
                ("carrier", models.CharField(blank=True, default="", max_length=80)),
                ("warehouse", models.CharField(blank=True, default="", max_length=80)),
                ("said_carrier", models.CharField(blank=True, default="", max_length=80)),
                ("said_warehouse", models.CharField(blank=True, default="", max_length=80)),
                ("placed_at", models.DateTimeField()),
                ("paid_at", models.DateTimeField(blank=True, null=True)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("reserved_at", models.DateTimeField(blank=True, null=True)),
                ("picked_at", models.DateTimeField(blank=True, null=True)),
                ("packed_at", models.DateTimeField(blank=True, null=True)),
                ("ready_at", models.DateTimeField(blank=True, null=True)),
                ("docked_at", models.DateTimeField(blank=True, null=True)),
                ("collected_at", models.DateTimeField(blank=True, null=True)),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                ("collected_on", models.DateField(blank=True, null=True)),
                ("delivered_on", models.DateField(blank=True, null=True)),
                ("life_s", models.PositiveIntegerField(default=0)),
                ("elsewhere_s", models.PositiveIntegerField(default=0)),
                ("review_s", models.PositiveIntegerField(default=0)),
                ("hold_s", models.PositiveIntegerField(default=0)),
                ("stock_s", models.PositiveIntegerField(default=0)),
                ("queue_s", models.PositiveIntegerField(default=0)),
                ("pick_s", models.PositiveIntegerField(default=0)),
                ("pack_s", models.PositiveIntegerField(default=0)),
                ("dock_s", models.PositiveIntegerField(default=0)),
                ("scan_s", models.PositiveIntegerField(default=0)),
                ("dispatch_due_at", models.DateTimeField(blank=True, null=True)),
                ("dispatch_due_on", models.DateField(blank=True, null=True)),
                (
                    "dispatch_outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("on_time", "on time"),
                            ("late", "late"),
                            ("unknown", "unknown"),
                            ("void", "cancelled before it was due"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("collection_due_at", models.DateTimeField(blank=True, null=True)),
                ("collection_due_on", models.DateField(blank=True, null=True)),
                (
                    "collection_outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("on_time", "on time"),
                            ("late", "late"),
                            ("unknown", "unknown"),
                            ("void", "cancelled before it was due"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("cancel_due_at", models.DateTimeField(blank=True, null=True)),
                ("cancel_due_on", models.DateField(blank=True, null=True)),
                (
                    "cancel_outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("on_time", "on time"),
                            ("late", "late"),
                            ("unknown", "unknown"),
                            ("void", "cancelled before it was due"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("delivery_due_at", models.DateTimeField(blank=True, null=True)),
                ("delivery_due_on", models.DateField(blank=True, null=True)),
                (
                    "delivery_outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("on_time", "on time"),
                            ("late", "late"),
                            ("unknown", "unknown"),
                            ("void", "cancelled before it was due"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("promise_due_at", models.DateTimeField(blank=True, null=True)),
                ("promise_due_on", models.DateField(blank=True, null=True)),
                (
                    "promise_outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("on_time", "on time"),
                            ("late", "late"),
                            ("unknown", "unknown"),
                            ("void", "cancelled before it was due"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["seller", "dispatch_due_on", "shop"], name="stage_by_dispatch_due"),
                    models.Index(
                        fields=["seller", "collection_due_on", "shop"], name="stage_by_collection_due"
                    ),
                    models.Index(fields=["seller", "cancel_due_on", "shop"], name="stage_by_cancel_due"),
                    models.Index(fields=["seller", "delivery_due_on", "shop"], name="stage_by_delivery_due"),
                    models.Index(fields=["seller", "promise_due_on", "shop"], name="stage_by_promise_due"),
                    models.Index(fields=["seller", "collected_on", "shop"], name="stage_by_collected"),
                    models.Index(fields=["seller", "delivered_on", "shop"], name="stage_by_delivered"),
                    models.Index(
                        condition=models.Q(("is_settled", False)),
                        fields=["seller", "order"],
                        name="stage_unsettled",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "order"), name="stage_times_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "life_s",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    django.db.models.expressions.CombinedExpression(
                                                        django.db.models.expressions.CombinedExpression(
                                                            django.db.models.expressions.CombinedExpression(
                                                                models.F("elsewhere_s"),
                                                                "+",
                                                                models.F("review_s"),
                                                            ),
                                                            "+",
                                                            models.F("hold_s"),
                                                        ),
                                                        "+",
                                                        models.F("stock_s"),
                                                    ),
                                                    "+",
                                                    models.F("queue_s"),
                                                ),
                                                "+",
                                                models.F("pick_s"),
                                            ),
                                            "+",
                                            models.F("pack_s"),
                                        ),
                                        "+",
                                        models.F("dock_s"),
                                    ),
                                    "+",
                                    models.F("scan_s"),
                                ),
                            )
                        ),
                        name="stage_times_add_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("dispatch_outcome__in", ["", "on_time", "late", "unknown", "void"])
                        ),
                        name="stage_times_dispatch_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("collection_outcome__in", ["", "on_time", "late", "unknown", "void"])
                        ),
                        name="stage_times_collection_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cancel_outcome__in", ["", "on_time", "late", "unknown", "void"])
                        ),
                        name="stage_times_cancel_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("delivery_outcome__in", ["", "on_time", "late", "unknown", "void"])
                        ),
                        name="stage_times_delivery_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("promise_outcome__in", ["", "on_time", "late", "unknown", "void"])
                        ),
                        name="stage_times_promise_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DailyFigure",
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
                    "shop",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.shop",
                    ),
                ),
                ("on", models.DateField()),
                ("kind", models.CharField(max_length=20)),
                ("carrier", models.CharField(blank=True, max_length=80)),
                ("warehouse", models.CharField(blank=True, max_length=80)),
                ("orders", models.PositiveIntegerField(default=0)),
                ("late", models.PositiveIntegerField(default=0)),
                ("unknown", models.PositiveIntegerField(default=0)),
                ("void", models.PositiveIntegerField(default=0)),
                ("seconds", models.BigIntegerField(default=0)),
            ],
            options={
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "on", "kind", "shop", "carrier", "warehouse"),
                        name="daily_figure_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FigureCursor",
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
                ("history_id", models.BigIntegerField(default=0)),
                ("mark_id", models.BigIntegerField(default=0)),
                ("marked_at", models.DateTimeField(blank=True, null=True)),
                ("summed_at", models.DateTimeField(blank=True, null=True)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("rebuilt_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("seller",), name="figure_cursor_once")],
            },
        ),
        migrations.CreateModel(
            name="FigureTarget",
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
                ("region", models.CharField(max_length=2)),
                (
                    "kind",
                    models.CharField(
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
                ("limit_percent", models.DecimalField(decimal_places=2, max_digits=5)),
                ("window_days", models.PositiveSmallIntegerField()),
                ("is_on", models.BooleanField(default=True)),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(max_length=120)),
            ],
            options={
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "region", "kind"), name="figure_target_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["dispatch", "collection", "cancel", "delivery", "promise"])
                        ),
                        name="figure_target_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("limit_percent__gt", 0), ("limit_percent__lt", 100)),
                        name="figure_target_is_a_share",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("window_days__gte", 1), ("window_days__lte", 90)),
                        name="figure_target_window_fits",
                    ),
                ],
            },
        ),
        tenancy.walls.GiveWall(
            model_name="stagetimes",
        ),
        tenancy.walls.GiveWall(
            model_name="dailyfigure",
        ),
        tenancy.walls.GiveWall(
            model_name="figurecursor",
        ),
        tenancy.walls.GiveWall(
            model_name="figuretarget",
        ),
    ]
