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
            name="OutboxEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("payload", models.JSONField()),
                ("published_at", models.DateTimeField()),
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
                "indexes": [models.Index(fields=["seller", "published_at"], name="outbox_age")],
            },
        ),
        migrations.CreateModel(
            name="EventDelivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subscriber", models.CharField(max_length=80)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("done", "done"),
                            ("dead", "needs a person"),
                            ("dropped", "given up"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("not_before", models.DateTimeField()),
                ("last_error", models.CharField(blank=True, max_length=400)),
                ("done_at", models.DateTimeField(null=True)),
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
                    "event",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="relay.outboxevent",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["seller", "not_before"],
                        name="delivery_due",
                    ),
                    models.Index(
                        condition=models.Q(("state", "dead")),
                        fields=["seller", "state"],
                        name="delivery_dead",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "event", "subscriber"), name="delivery_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "done", "dead", "dropped"])),
                        name="delivery_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnroutedMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=30)),
                ("why", models.CharField(max_length=120)),
                ("shop_ref", models.CharField(blank=True, max_length=40)),
                ("body_start", models.CharField(blank=True, max_length=300)),
                ("body_size", models.PositiveIntegerField(default=0)),
                ("received_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["-received_at"], name="unrouted_newest")],
            },
        ),
        migrations.CreateModel(
            name="InboundMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=30)),
                ("source_id", models.CharField(max_length=80)),
                ("topic", models.CharField(blank=True, max_length=60)),
                ("shop_ref", models.CharField(blank=True, max_length=40)),
                ("body", models.TextField()),
                ("received_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("done", "done"),
                            ("ignored", "nothing to do"),
                            ("dead", "needs a person"),
                            ("dropped", "given up"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("not_before", models.DateTimeField()),
                ("last_error", models.CharField(blank=True, max_length=400)),
                ("done_at", models.DateTimeField(null=True)),
                ("times_received", models.PositiveIntegerField(default=1)),
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
                        condition=models.Q(("state", "waiting")),
                        fields=["seller", "not_before"],
                        name="inbound_due",
                    ),
                    models.Index(fields=["seller", "-received_at"], name="inbound_newest"),
                    models.Index(
                        condition=models.Q(("state", "dead")), fields=["seller", "state"], name="inbound_dead"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "source", "source_id"), name="inbound_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "done", "ignored", "dead", "dropped"])),
                        name="inbound_state_known",
                    ),
                ],
            },
        ),
    ]
