"""Alerts: what came near, where it is told, what was told."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tenancy.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("orders", "0002_walls"),
        ("tenancy", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="Alert",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("h24", "24 hours left"),
                            ("h12", "12 hours left"),
                            ("h4", "4 hours left"),
                            ("overdue", "Overdue"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("gathering", "gathering"),
                            ("raised", "raised"),
                            ("dropped", "no longer true"),
                        ],
                        default="gathering",
                        max_length=10,
                    ),
                ),
                ("raise_at", models.DateTimeField()),
                ("raised_at", models.DateTimeField(blank=True, null=True)),
                ("order_count", models.PositiveIntegerField(default=0)),
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
                        condition=models.Q(("state", "gathering")),
                        fields=["seller", "raise_at"],
                        name="alert_due",
                    ),
                    models.Index(
                        condition=models.Q(("state", "raised")),
                        fields=["seller", "-raised_at"],
                        name="alert_newest",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["h24", "h12", "h4", "overdue"])),
                        name="alert_level_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["gathering", "raised", "dropped"])),
                        name="alert_state_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "gathering")),
                        fields=("seller", "shop", "level"),
                        name="alert_gathers_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AlertChannel",
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
                            ("app", "In the app"),
                            ("mail", "Mail"),
                            ("feishu", "Feishu"),
                            ("dingtalk", "DingTalk"),
                            ("wecom", "WeCom"),
                            ("slack", "Slack"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("language", models.CharField(default="en", max_length=10)),
                (
                    "levels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("h24", "24 hours left"),
                                ("h12", "12 hours left"),
                                ("h4", "4 hours left"),
                                ("overdue", "Overdue"),
                            ],
                            max_length=8,
                        ),
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "shop_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, null=True, size=None
                    ),
                ),
                (
                    "user_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("url", tenancy.fields.SealedText(blank=True)),
                ("url_hint", models.CharField(blank=True, max_length=80)),
                ("secret", tenancy.fields.SealedText(blank=True)),
                ("quiet_from", models.TimeField(blank=True, null=True)),
                ("quiet_until", models.TimeField(blank=True, null=True)),
                ("is_active", models.BooleanField(default=True)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("last_ok_at", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.CharField(blank=True, max_length=300)),
                ("last_error_at", models.DateTimeField(blank=True, null=True)),
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
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["app", "mail", "feishu", "dingtalk", "wecom", "slack"])
                        ),
                        name="channel_kind_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "app")), fields=("seller",), name="channel_app_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quiet_from__isnull", True), ("quiet_until__isnull", True)),
                            models.Q(("quiet_from__isnull", False), ("quiet_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="channel_quiet_both",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AlertedOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("h24", "24 hours left"),
                            ("h12", "12 hours left"),
                            ("h4", "4 hours left"),
                            ("overdue", "Overdue"),
                        ],
                        max_length=8,
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("told_at", models.DateTimeField()),
                (
                    "alert",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="orders",
                        to="console.alert",
                    ),
                ),
                (
                    "order",
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
                "indexes": [models.Index(fields=["seller", "alert", "due_at"], name="alerted_by_alert")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "order", "level"), name="alerted_once_per_level"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["h24", "h12", "h4", "overdue"])),
                        name="alerted_level_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AlertMessage",
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
                ("user_id", models.BigIntegerField(blank=True, null=True)),
                ("is_test", models.BooleanField(default=False)),
                ("is_kept_back", models.BooleanField(default=False)),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sent", "sent"),
                            ("logged", "only written to the log: mail is not set up"),
                            ("nothing_left", "nothing left to say"),
                        ],
                        max_length=14,
                    ),
                ),
                (
                    "channel",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="console.alertchannel",
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("effect_state__in", ["waiting", "claimed"])),
                        fields=["seller", "not_before"],
                        name="alert_message_due",
                    ),
                    models.Index(
                        condition=models.Q(("effect_state__in", ["failed", "needs_human"])),
                        fields=["seller", "effect_state"],
                        name="alert_message_stuck",
                    ),
                    models.Index(fields=["seller", "channel", "-created_at"], name="alert_message_newest"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "key"), name="alert_message_key_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "effect_state__in",
                                ["waiting", "claimed", "done", "failed", "needs_human", "dropped"],
                            )
                        ),
                        name="alert_message_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("result__in", ["", "sent", "logged", "nothing_left"])),
                        name="alert_message_result_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AlertRead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("read_at", models.DateTimeField()),
                (
                    "alert",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reads",
                        to="console.alert",
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
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "alert", "user"), name="alert_read_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="AlertWatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("edges", models.JSONField(default=dict)),
                ("seen_clock_id", models.BigIntegerField(default=0)),
                ("round_at", models.JSONField(default=list)),
                ("ran_at", models.DateTimeField(blank=True, null=True)),
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
                "constraints": [models.UniqueConstraint(fields=("seller",), name="alert_watch_once")],
            },
        ),
        migrations.CreateModel(
            name="MessagePart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "alert",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="console.alert",
                    ),
                ),
                (
                    "message",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="console.alertmessage",
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
                "indexes": [models.Index(fields=["seller", "alert"], name="message_part_by_alert")],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "message", "alert"), name="message_part_once")
                ],
            },
        ),
    ]
