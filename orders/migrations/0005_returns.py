"""Cancel requests, returns and refunds, regroupings; what tells another address from the same one."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import orders.models.returning
import tenancy.fields
from tenancy.walls import GiveWall


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0004_backfill"),
    ]

    operations = [
        migrations.AlterField(
            model_name="orderhistory",
            name="kind",
            field=models.CharField(
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
                    ("return", "return"),
                    ("note", "note"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="buyercontact",
            name="changed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="buyercontact",
            name="digest",
            field=models.CharField(blank=True, db_default="", default="", max_length=32),
        ),
        migrations.AddField(
            model_name="order",
            name="combine_group_id",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.CreateModel(
            name="CancelRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("cancel_id", models.CharField(max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "waits for an answer"),
                            ("accepted", "accepted"),
                            ("completed", "cancelled and refunded"),
                            ("closed", "closed without cancelling"),
                        ],
                        max_length=10,
                    ),
                ),
                ("is_buyer_request", models.BooleanField(default=False)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("respond_by", models.DateTimeField(blank=True, null=True)),
                ("should_restock", models.BooleanField(default=False)),
                ("first_seen_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                (
                    "order",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cancel_requests",
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
                    models.Index(fields=["seller", "order"], name="cancel_request_by_order"),
                    models.Index(
                        condition=models.Q(("is_buyer_request", True), ("state", "pending")),
                        fields=["seller", "respond_by", "id"],
                        name="cancel_request_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "shop", "cancel_id"), name="cancel_request_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["pending", "accepted", "completed", "closed"])),
                        name="cancel_request_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CancelAnswer",
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
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("approve", "let the buyer go"),
                            ("reject", "keep the order"),
                            ("cancel", "cancel as the seller"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=120)),
                ("by_label", models.CharField(max_length=120)),
                (
                    "order",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cancel_answers",
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
                    "request",
                    tenancy.fields.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="orders.cancelrequest",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("effect_state__in", ["waiting", "claimed"])),
                        fields=["seller", "not_before"],
                        name="cancel_answer_due",
                    ),
                    models.Index(
                        condition=models.Q(("effect_state__in", ["failed", "needs_human"])),
                        fields=["seller", "effect_state"],
                        name="cancel_answer_stuck",
                    ),
                    models.Index(fields=["seller", "order"], name="cancel_answer_by_order"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "key"), name="cancel_answer_key_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "effect_state__in",
                                ["waiting", "claimed", "done", "failed", "needs_human", "dropped"],
                            )
                        ),
                        name="cancel_answer_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("act__in", ["approve", "reject", "cancel"])),
                        name="cancel_answer_act_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegroupRequest",
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
                (
                    "kind",
                    models.CharField(choices=[("split", "split"), ("combine", "combine")], max_length=10),
                ),
                ("groups", models.JSONField(default=list)),
                ("by_label", models.CharField(max_length=120)),
                (
                    "order",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="regroup_requests",
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
                        condition=models.Q(("effect_state__in", ["waiting", "claimed"])),
                        fields=["seller", "not_before"],
                        name="regroup_due",
                    ),
                    models.Index(
                        condition=models.Q(("effect_state__in", ["failed", "needs_human"])),
                        fields=["seller", "effect_state"],
                        name="regroup_stuck",
                    ),
                    models.Index(fields=["seller", "order"], name="regroup_by_order"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "key"), name="regroup_key_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "effect_state__in",
                                ["waiting", "claimed", "done", "failed", "needs_human", "dropped"],
                            )
                        ),
                        name="regroup_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["split", "combine"])), name="regroup_kind_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReturnCase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.CharField(default=orders.models.returning._return_id, max_length=28)),
                ("return_id", models.CharField(max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("refund", "refund only"),
                            ("return_and_refund", "return and refund"),
                            ("replacement", "replacement"),
                            ("exchange", "exchange"),
                            ("other", "other"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("to_decide", "to decide"),
                            ("on_its_way", "on its way back"),
                            ("to_inspect", "to inspect"),
                            ("to_settle", "to settle"),
                            ("done", "done"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "refund_state",
                    models.CharField(
                        choices=[
                            ("none", "no refund yet"),
                            ("agreed", "refund agreed"),
                            ("refunded", "refunded"),
                            ("refused", "refused"),
                        ],
                        default="none",
                        max_length=10,
                    ),
                ),
                ("platform_status", models.CharField(max_length=60)),
                ("arbitration", models.CharField(blank=True, max_length=30)),
                ("wanted_answer", models.CharField(blank=True, max_length=20)),
                ("respond_by", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("tracking_number", models.CharField(blank=True, max_length=60)),
                ("carrier_name", models.CharField(blank=True, max_length=80)),
                ("refund_amount", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("asked_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                ("received_at", models.DateTimeField(blank=True, null=True)),
                ("received_by", models.CharField(blank=True, max_length=120)),
                ("inspected_at", models.DateTimeField(blank=True, null=True)),
                ("inspected_by", models.CharField(blank=True, max_length=120)),
                (
                    "order",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="returns",
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
                    models.Index(fields=["seller", "order"], name="return_by_order"),
                    models.Index(fields=["seller", "stage", "respond_by", "id"], name="return_by_stage"),
                    models.Index(
                        condition=models.Q(("tracking_number", ""), _negated=True),
                        fields=["seller", "tracking_number"],
                        name="return_by_number",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "shop", "return_id"), name="return_once"),
                    models.UniqueConstraint(fields=("seller", "public_id"), name="return_public_id_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["refund", "return_and_refund", "replacement", "exchange", "other"])
                        ),
                        name="return_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stage__in", ["to_decide", "on_its_way", "to_inspect", "to_settle", "done"])
                        ),
                        name="return_stage_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("refund_state__in", ["none", "agreed", "refunded", "refused"])),
                        name="return_refund_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReturnAnswer",
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
                (
                    "act",
                    models.CharField(choices=[("approve", "approve"), ("reject", "reject")], max_length=10),
                ),
                ("wanted_answer", models.CharField(max_length=20)),
                ("reason", models.CharField(blank=True, max_length=120)),
                ("comment", models.CharField(blank=True, max_length=300)),
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
                    "case",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="orders.returncase",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("effect_state__in", ["waiting", "claimed"])),
                        fields=["seller", "not_before"],
                        name="return_answer_due",
                    ),
                    models.Index(
                        condition=models.Q(("effect_state__in", ["failed", "needs_human"])),
                        fields=["seller", "effect_state"],
                        name="return_answer_stuck",
                    ),
                    models.Index(fields=["seller", "case"], name="return_answer_by_case"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "key"), name="return_answer_key_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "effect_state__in",
                                ["waiting", "claimed", "done", "failed", "needs_human", "dropped"],
                            )
                        ),
                        name="return_answer_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("act__in", ["approve", "reject"])), name="return_answer_act_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReturnLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quantity", models.PositiveIntegerField()),
                ("restocked", models.PositiveIntegerField(default=0)),
                ("damaged", models.PositiveIntegerField(default=0)),
                ("wrong", models.PositiveIntegerField(default=0)),
                ("missing", models.PositiveIntegerField(default=0)),
                (
                    "case",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="orders.returncase",
                    ),
                ),
                (
                    "order_line",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orders.orderline",
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "case", "order_line", "sku"),
                        name="return_line_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "quantity__gte",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("restocked"), "+", models.F("damaged")
                                        ),
                                        "+",
                                        models.F("wrong"),
                                    ),
                                    "+",
                                    models.F("missing"),
                                ),
                            )
                        ),
                        name="return_line_verdicts_fit",
                    ),
                ],
            },
        ),
        GiveWall(
            model_name="cancelrequest",
        ),
        GiveWall(
            model_name="cancelanswer",
        ),
        GiveWall(
            model_name="regrouprequest",
        ),
        GiveWall(
            model_name="returncase",
        ),
        GiveWall(
            model_name="returnanswer",
        ),
        GiveWall(
            model_name="returnline",
        ),
    ]
