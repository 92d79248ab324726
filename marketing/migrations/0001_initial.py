import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import marketing.models.action
import tenancy.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0002_walls"),
        ("integrations", "0002_walls"),
        ("tenancy", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="AdAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("advertiser_id", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=120)),
                ("status", models.CharField(blank=True, max_length=60)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("time_zone", models.CharField(blank=True, max_length=60)),
                (
                    "balance_amount",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True),
                ),
                ("synced_at", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.CharField(blank=True, max_length=300)),
                (
                    "connection",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ad_accounts",
                        to="integrations.connection",
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
                    "shop_sold",
                    tenancy.fields.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="tenancy.shop",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "advertiser_id"), name="ad_account_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="AdAction",
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
                ("switch", models.CharField(blank=True, max_length=8)),
                (
                    "add_products",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
                (
                    "remove_products",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
                (
                    "wanted_budget",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True),
                ),
                (
                    "expected_budget",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True),
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
            name="AdPolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[("act", "act"), ("advise", "advise only (dry-run)"), ("off", "off")],
                        default="act",
                        max_length=8,
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("pause", "pause, or take the product out"),
                            ("cut", "cut the budget first, pause when sold out"),
                        ],
                        default="pause",
                        max_length=8,
                    ),
                ),
                (
                    "low_when",
                    models.CharField(
                        choices=[
                            ("any", "any variation of the product is low"),
                            ("all", "every variation of the product is low"),
                        ],
                        default="any",
                        max_length=4,
                    ),
                ),
                ("cut_percent", models.PositiveSmallIntegerField(default=50)),
                ("resume_margin_percent", models.PositiveSmallIntegerField(default=20)),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(blank=True, max_length=120)),
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
                    models.UniqueConstraint(fields=("seller",), name="ad_policy_once"),
                    models.CheckConstraint(
                        condition=models.Q(("mode__in", ["act", "advise", "off"])), name="ad_mode_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("step__in", ["pause", "cut"])), name="ad_step_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("low_when__in", ["any", "all"])), name="ad_low_when_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cut_percent__range", (1, 99))), name="ad_cut_is_a_part"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AdVehicle",
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
                            ("gmv_max_product", "GMV Max, products"),
                            ("gmv_max_live", "GMV Max, LIVE"),
                            ("campaign", "campaign"),
                            ("ad_group", "ad group"),
                            ("ad", "ad"),
                        ],
                        max_length=16,
                    ),
                ),
                ("platform_id", models.CharField(max_length=40)),
                ("campaign_id", models.CharField(blank=True, max_length=40)),
                ("parent_id", models.CharField(blank=True, max_length=40)),
                ("name", models.CharField(max_length=255)),
                ("is_enabled", models.BooleanField(default=False)),
                ("operation_status", models.CharField(blank=True, max_length=40)),
                ("secondary_status", models.CharField(blank=True, max_length=80)),
                (
                    "budget_amount",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True),
                ),
                ("budget_mode", models.CharField(blank=True, max_length=40)),
                ("product_scope", models.CharField(blank=True, max_length=10)),
                (
                    "platform_product_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
                ("store_id", models.CharField(blank=True, max_length=40)),
                ("is_gone", models.BooleanField(default=False)),
                ("synced_at", models.DateTimeField()),
                ("written_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="vehicles",
                        to="marketing.adaccount",
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "account", "kind", "platform_id"), name="ad_vehicle_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["gmv_max_product", "gmv_max_live", "campaign", "ad_group", "ad"])
                        ),
                        name="ad_vehicle_kind_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AdLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_by_hand", models.BooleanField(default=False)),
                ("is_ignored", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                (
                    "listing",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ad_links",
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
                (
                    "vehicle",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="marketing.advehicle",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["seller", "listing"], name="ad_link_by_listing")],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "vehicle", "listing"), name="ad_link_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="AdDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.CharField(default=marketing.models.action._decision_id, max_length=28)),
                ("platform_product_id", models.CharField(max_length=40)),
                ("product_title", models.CharField(blank=True, max_length=255)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("pause", "pause"),
                            ("remove_product", "take the product out"),
                            ("cut_budget", "cut the budget"),
                            ("resume", "resume"),
                            ("restore_product", "put the product back"),
                            ("restore_budget", "restore the budget"),
                            ("alert", "tell a person"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("advised", "advised only"),
                            ("pending", "on its way"),
                            ("in_force", "in force"),
                            ("ended", "ended"),
                            ("failed", "failed"),
                            ("undone", "undone by a person"),
                            ("superseded", "a person changed the ad"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason_code", models.CharField(max_length=30)),
                ("facts", models.JSONField(default=dict)),
                ("saved", models.JSONField(default=dict)),
                ("decided_at", models.DateTimeField()),
                ("by_label", models.CharField(max_length=120)),
                ("is_automatic", models.BooleanField(default=True)),
                ("carried_out_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "action",
                    tenancy.fields.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="decisions",
                        to="marketing.adaction",
                    ),
                ),
                (
                    "answers",
                    tenancy.fields.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="answered_by",
                        to="marketing.addecision",
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
                    "vehicle",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions",
                        to="marketing.advehicle",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["seller", "-decided_at"], name="decision_newest"),
                    models.Index(
                        fields=["seller", "vehicle", "platform_product_id"], name="decision_by_vehicle"
                    ),
                    models.Index(fields=["seller", "action"], name="decision_by_action"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "public_id"), name="decision_public_id_once"),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("kind__in", ("pause", "remove_product", "cut_budget")),
                            ("state__in", ["pending", "in_force"]),
                        ),
                        fields=("seller", "vehicle", "platform_product_id"),
                        name="decision_holding_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "pause",
                                    "remove_product",
                                    "cut_budget",
                                    "resume",
                                    "restore_product",
                                    "restore_budget",
                                    "alert",
                                ],
                            )
                        ),
                        name="decision_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["advised", "pending", "in_force", "ended", "failed", "undone", "superseded"],
                            )
                        ),
                        name="decision_state_known",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="adaction",
            name="vehicle",
            field=tenancy.fields.TenantKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="actions",
                to="marketing.advehicle",
            ),
        ),
        migrations.AddIndex(
            model_name="adaction",
            index=models.Index(
                condition=models.Q(("effect_state__in", ["waiting", "claimed"])),
                fields=["seller", "not_before"],
                name="ad_action_due",
            ),
        ),
        migrations.AddIndex(
            model_name="adaction",
            index=models.Index(
                condition=models.Q(("effect_state__in", ["failed", "needs_human"])),
                fields=["seller", "effect_state"],
                name="ad_action_stuck",
            ),
        ),
        migrations.AddIndex(
            model_name="adaction",
            index=models.Index(fields=["seller", "vehicle"], name="action_by_vehicle"),
        ),
        migrations.AddConstraint(
            model_name="adaction",
            constraint=models.UniqueConstraint(fields=("seller", "key"), name="ad_action_key_once"),
        ),
        migrations.AddConstraint(
            model_name="adaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("effect_state__in", ["waiting", "claimed", "done", "failed", "needs_human", "dropped"])
                ),
                name="ad_action_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="adaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("switch__in", ["", "enable", "disable"])), name="ad_action_switch_known"
            ),
        ),
    ]
