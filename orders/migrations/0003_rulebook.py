"""Rules of deadlines as records of a seller, with their history; what a clock was counted by."""

import django.db.models.deletion
from django.db import migrations, models

import tenancy.fields
from tenancy.walls import GiveWall


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_walls"), ("tenancy", "0002_walls")]

    operations = [
        migrations.AddField(
            model_name="slaclock",
            name="cancel_collect_due_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="slaclock",
            name="cancel_ship_due_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="slaclock",
            name="drift",
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="slaclock",
            name="given",
            field=models.SmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="slaclock",
            name="rules_as_of",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="DriftAlarm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule_key", models.CharField(max_length=60)),
                ("rule_version", models.PositiveIntegerField()),
                ("metric", models.CharField(max_length=20)),
                ("order_type", models.CharField(max_length=20)),
                ("order_count", models.PositiveIntegerField(default=0)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("platform_due_at", models.DateTimeField()),
                ("rule_due_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                ("seen_by", models.CharField(blank=True, max_length=120)),
                (
                    "newest_order",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
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
                    models.Index(fields=["seller", "newest_order"], name="drift_alarm_by_order"),
                    models.Index(
                        condition=models.Q(("seen_at__isnull", True)),
                        fields=["seller", "-last_at"],
                        name="drift_alarm_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "shop", "rule_key", "rule_version", "order_type"),
                        name="drift_alarm_once",
                    )
                ],
            },
        ),
        GiveWall("driftalarm"),
        migrations.CreateModel(
            name="RuleChange",
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
                        choices=[
                            ("rule", "rule"),
                            ("notice", "notice"),
                            ("promise", "promise"),
                            ("place", "place of the shop"),
                        ],
                        max_length=10,
                    ),
                ),
                ("subject", models.CharField(max_length=60)),
                ("region", models.CharField(blank=True, max_length=2)),
                ("at", models.DateTimeField()),
                ("actor_kind", models.CharField(max_length=10)),
                ("actor_id", models.BigIntegerField(null=True)),
                ("actor_label", models.CharField(max_length=120)),
                ("reason", models.CharField(blank=True, max_length=400)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("effective_on", models.DateField(null=True)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("undone_by", models.CharField(blank=True, max_length=120)),
                ("undo_of_id", models.BigIntegerField(blank=True, null=True)),
                ("job_id", models.BigIntegerField(blank=True, null=True)),
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
                "indexes": [models.Index(fields=["seller", "-at"], name="rule_change_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["rule", "notice", "promise", "place"])),
                        name="rule_change_kind_known",
                    )
                ],
            },
        ),
        GiveWall("rulechange"),
        migrations.CreateModel(
            name="RuleVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=60)),
                ("version", models.PositiveIntegerField()),
                ("valid_from", models.DateField()),
                ("record", models.JSONField()),
                ("created_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
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
                    models.UniqueConstraint(fields=("seller", "key", "version"), name="rule_version_once"),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)), name="rule_version_positive"
                    ),
                ],
            },
        ),
        GiveWall("ruleversion"),
        migrations.CreateModel(
            name="ShopTerms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sub_region", models.CharField(blank=True, max_length=20)),
                ("rules_changed_at", models.DateTimeField()),
                ("pauses_seen_at", models.DateTimeField(blank=True, null=True)),
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
                "constraints": [models.UniqueConstraint(fields=("seller", "shop"), name="shop_terms_once")],
            },
        ),
        GiveWall("shopterms"),
        migrations.CreateModel(
            name="CalendarNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("region", models.CharField(max_length=2)),
                ("sub_region", models.CharField(blank=True, max_length=20)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                (
                    "effect",
                    models.CharField(
                        choices=[
                            ("not_worked", "these days are not worked"),
                            ("exempt", "clocks stand still on these days"),
                            ("extend", "orders of these days get more time"),
                        ],
                        max_length=10,
                    ),
                ),
                ("extra_days", models.PositiveSmallIntegerField(default=0)),
                ("words", models.CharField(max_length=200)),
                ("source_url", models.CharField(blank=True, max_length=400)),
                ("created_at", models.DateTimeField()),
                ("created_by", models.CharField(max_length=120)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
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
                "indexes": [models.Index(fields=["seller", "region", "starts_on"], name="notice_by_region")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("effect__in", ["not_worked", "exempt", "extend"])),
                        name="notice_effect_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="notice_ends_after_start",
                    ),
                ],
            },
        ),
        GiveWall("calendarnotice"),
    ]
