import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import logistics.models.manifest
import logistics.models.shipment
import tenancy.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("orders", "0002_walls"),
        ("tenancy", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="Carrier",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=30)),
                ("name", models.CharField(max_length=80)),
                ("tracking_key", models.CharField(blank=True, max_length=20)),
                ("platform_provider_ids", models.JSONField(default=dict)),
                ("number_patterns", models.JSONField(default=list)),
                ("is_bad_number_refused", models.BooleanField(default=True)),
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
                "constraints": [models.UniqueConstraint(fields=("seller", "code"), name="carrier_code_once")],
            },
        ),
        migrations.CreateModel(
            name="ExceptionCase",
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
                            ("customs_delay", "held at customs"),
                            ("address_issue", "address problem"),
                            ("attempt_failed", "delivery attempt failed"),
                            ("refused", "refused by the buyer"),
                            ("returning", "on its way back"),
                            ("returned", "returned"),
                            ("lost", "lost"),
                            ("damaged", "damaged"),
                            ("delayed", "delayed"),
                            ("held_payment", "held for payment"),
                            ("no_scan", "no pickup scan"),
                            ("stale", "no news"),
                            ("upload_refused", "number refused by the platform"),
                            ("suspect_number", "number is older than the order"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("resolved", "resolved")], default="open", max_length=10
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=300)),
                ("region_code", models.CharField(blank=True, max_length=2)),
                ("province", models.CharField(blank=True, max_length=80)),
                ("opened_at", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                ("resolved_by", models.CharField(blank=True, max_length=120)),
                ("resolution", models.CharField(blank=True, max_length=300)),
                (
                    "order",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cases",
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
            },
        ),
        migrations.CreateModel(
            name="BuyerMessage",
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
                ("text", models.CharField(max_length=2000)),
                ("conversation_id", models.CharField(blank=True, max_length=60)),
                ("platform_message_id", models.CharField(blank=True, max_length=60)),
                ("is_automatic", models.BooleanField(default=False)),
                (
                    "order",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="buyer_messages",
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
                    "case",
                    tenancy.fields.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="messages",
                        to="logistics.exceptioncase",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("effect_state__in", ["waiting", "claimed"])),
                        fields=["seller", "not_before"],
                        name="buyer_message_due",
                    ),
                    models.Index(
                        condition=models.Q(("effect_state__in", ["failed", "needs_human"])),
                        fields=["seller", "effect_state"],
                        name="buyer_message_stuck",
                    ),
                    models.Index(fields=["seller", "order"], name="message_by_order"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "key"), name="buyer_message_key_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "effect_state__in",
                                ["waiting", "claimed", "done", "failed", "needs_human", "dropped"],
                            )
                        ),
                        name="buyer_message_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Manifest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(default=logistics.models.manifest._manifest_id, max_length=28),
                ),
                ("number", models.CharField(max_length=24)),
                ("carrier_name", models.CharField(max_length=80)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("closed", "closed")], default="open", max_length=8
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("by_label", models.CharField(max_length=120)),
                (
                    "carrier",
                    tenancy.fields.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="logistics.carrier",
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
                    models.UniqueConstraint(fields=("seller", "number"), name="manifest_number_once"),
                    models.UniqueConstraint(fields=("seller", "public_id"), name="manifest_public_id_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "closed"])), name="manifest_state_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NumberBlock",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("prefix", models.CharField(blank=True, max_length=20)),
                ("suffix", models.CharField(blank=True, max_length=10)),
                ("digits", models.PositiveSmallIntegerField()),
                ("next_serial", models.BigIntegerField()),
                ("last_serial", models.BigIntegerField()),
                ("check_rule", models.CharField(blank=True, max_length=10)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "carrier",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="number_blocks",
                        to="logistics.carrier",
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
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "next_serial__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("last_serial"), "+", models.Value(1)
                                ),
                            )
                        ),
                        name="number_block_within",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Shipment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(default=logistics.models.shipment._shipment_id, max_length=28),
                ),
                ("carrier_name", models.CharField(blank=True, max_length=80)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "waits for its label"),
                            ("labelled", "labelled"),
                            ("handed_over", "handed over"),
                            ("in_transit", "in transit"),
                            ("arrived", "arrived"),
                            ("delivered", "delivered"),
                            ("returned", "returned"),
                            ("lost", "lost"),
                            ("cancelled", "cancelled"),
                        ],
                        default="pending",
                        max_length=12,
                    ),
                ),
                ("is_platform_label", models.BooleanField(default=False)),
                ("tracking_number", models.CharField(blank=True, max_length=60)),
                ("raw_number", models.CharField(blank=True, max_length=80)),
                ("number_source", models.CharField(blank=True, max_length=10)),
                ("is_number_proven", models.BooleanField(default=False)),
                ("label_file", models.CharField(blank=True, max_length=200)),
                ("label_printed_at", models.DateTimeField(blank=True, null=True)),
                ("label_print_count", models.PositiveSmallIntegerField(default=0)),
                ("weight_g", models.PositiveIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("labelled_at", models.DateTimeField(blank=True, null=True)),
                ("docked_at", models.DateTimeField(blank=True, null=True)),
                ("picked_up_at", models.DateTimeField(blank=True, null=True)),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("uploaded_at", models.DateTimeField(blank=True, null=True)),
                ("last_event_at", models.DateTimeField(blank=True, null=True)),
                ("last_event_text", models.CharField(blank=True, max_length=300)),
                (
                    "carrier",
                    tenancy.fields.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shipments",
                        to="logistics.carrier",
                    ),
                ),
                (
                    "package",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shipments",
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
                "indexes": [
                    models.Index(fields=["seller", "state", "-created_at"], name="shipment_by_state")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "public_id"), name="shipment_public_id_once"),
                    models.UniqueConstraint(
                        condition=models.Q(
                            models.Q(("tracking_number", ""), _negated=True),
                            models.Q(("state", "cancelled"), _negated=True),
                        ),
                        fields=("seller", "tracking_number"),
                        name="tracking_number_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "cancelled"), _negated=True),
                        fields=("seller", "package"),
                        name="shipment_live_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "pending",
                                    "labelled",
                                    "handed_over",
                                    "in_transit",
                                    "arrived",
                                    "delivered",
                                    "returned",
                                    "lost",
                                    "cancelled",
                                ],
                            )
                        ),
                        name="shipment_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ManifestLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scanned_at", models.DateTimeField()),
                ("by_label", models.CharField(max_length=120)),
                (
                    "manifest",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="logistics.manifest",
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
                    "shipment",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="manifest_lines",
                        to="logistics.shipment",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["seller", "manifest"], name="manifest_line_by_manifest")],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "shipment"), name="manifest_line_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="LabelRequest",
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
                ("is_arranged", models.BooleanField(default=False)),
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
                    "shipment",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="label_requests",
                        to="logistics.shipment",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("effect_state__in", ["waiting", "claimed"])),
                        fields=["seller", "not_before"],
                        name="label_request_due",
                    ),
                    models.Index(
                        condition=models.Q(("effect_state__in", ["failed", "needs_human"])),
                        fields=["seller", "effect_state"],
                        name="label_request_stuck",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "key"), name="label_request_key_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "effect_state__in",
                                ["waiting", "claimed", "done", "failed", "needs_human", "dropped"],
                            )
                        ),
                        name="label_request_state_known",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="exceptioncase",
            name="shipment",
            field=tenancy.fields.TenantKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="cases",
                to="logistics.shipment",
            ),
        ),
        migrations.CreateModel(
            name="ShippingPolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "upload_moment",
                    models.CharField(
                        choices=[
                            ("after_pickup", "after the carrier's pickup scan"),
                            ("at_handover", "at handover"),
                            ("at_label", "when the label is made"),
                        ],
                        default="after_pickup",
                        max_length=14,
                    ),
                ),
                ("guard_hours", models.PositiveSmallIntegerField(default=4)),
                (
                    "default_carrier",
                    tenancy.fields.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="logistics.carrier",
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
                    models.UniqueConstraint(fields=("seller", "shop"), name="shipping_policy_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("upload_moment__in", ["after_pickup", "at_handover", "at_label"])
                        ),
                        name="upload_moment_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TrackedParcel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("provider", models.CharField(max_length=20)),
                ("registered_at", models.DateTimeField(blank=True, null=True)),
                ("refused_why", models.CharField(blank=True, max_length=200)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("unknown", "not known yet"),
                            ("label_created", "label created"),
                            ("picked_up", "picked up"),
                            ("in_transit", "in transit"),
                            ("customs", "at customs"),
                            ("arrived_destination", "arrived at destination"),
                            ("out_for_delivery", "out for delivery"),
                            ("ready_for_pickup", "ready for pickup"),
                            ("attempt_failed", "delivery attempt failed"),
                            ("delivered", "delivered"),
                            ("exception", "exception"),
                            ("returning", "on its way back"),
                            ("returned", "returned"),
                            ("lost", "lost"),
                            ("destroyed", "destroyed"),
                            ("cancelled", "cancelled"),
                            ("expired", "no news for long"),
                        ],
                        default="unknown",
                        max_length=20,
                    ),
                ),
                ("next_poll_at", models.DateTimeField()),
                ("last_polled_at", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("is_finished", models.BooleanField(default=False)),
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
                    "shipment",
                    tenancy.fields.TenantOneToOne(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tracked",
                        to="logistics.shipment",
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
                        condition=models.Q(("is_finished", False)),
                        fields=["seller", "next_poll_at"],
                        name="tracked_parcel_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "shipment"), name="tracked_parcel_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="TrackingEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("happened_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("unknown", "not known yet"),
                            ("label_created", "label created"),
                            ("picked_up", "picked up"),
                            ("in_transit", "in transit"),
                            ("customs", "at customs"),
                            ("arrived_destination", "arrived at destination"),
                            ("out_for_delivery", "out for delivery"),
                            ("ready_for_pickup", "ready for pickup"),
                            ("attempt_failed", "delivery attempt failed"),
                            ("delivered", "delivered"),
                            ("exception", "exception"),
                            ("returning", "on its way back"),
                            ("returned", "returned"),
                            ("lost", "lost"),
                            ("destroyed", "destroyed"),
                            ("cancelled", "cancelled"),
                            ("expired", "no news for long"),
                        ],
                        max_length=20,
                    ),
                ),
                ("exception", models.CharField(blank=True, max_length=20)),
                ("text", models.CharField(blank=True, max_length=300)),
                ("place", models.CharField(blank=True, max_length=120)),
                ("source", models.CharField(max_length=20)),
                ("provider_code", models.CharField(blank=True, max_length=60)),
                ("event_hash", models.CharField(max_length=64)),
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
                    "shipment",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="logistics.shipment",
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
                    models.Index(fields=["seller", "shipment", "happened_at"], name="tracking_event_by_time")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "shipment", "event_hash"), name="tracking_event_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "unknown",
                                    "label_created",
                                    "picked_up",
                                    "in_transit",
                                    "customs",
                                    "arrived_destination",
                                    "out_for_delivery",
                                    "ready_for_pickup",
                                    "attempt_failed",
                                    "delivered",
                                    "exception",
                                    "returning",
                                    "returned",
                                    "lost",
                                    "destroyed",
                                    "cancelled",
                                    "expired",
                                ],
                            )
                        ),
                        name="tracking_status_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TrackingUpload",
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
                ("tracking_number", models.CharField(max_length=60)),
                ("why_now", models.CharField(max_length=20)),
                ("is_correction", models.BooleanField(default=False)),
                ("warning", models.CharField(blank=True, max_length=300)),
                (
                    "carrier",
                    tenancy.fields.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="logistics.carrier",
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
                    "shipment",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uploads",
                        to="logistics.shipment",
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
                        name="tracking_upload_due",
                    ),
                    models.Index(
                        condition=models.Q(("effect_state__in", ["failed", "needs_human"])),
                        fields=["seller", "effect_state"],
                        name="tracking_upload_stuck",
                    ),
                    models.Index(fields=["seller", "shipment"], name="upload_by_shipment"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "key"), name="tracking_upload_key_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "effect_state__in",
                                ["waiting", "claimed", "done", "failed", "needs_human", "dropped"],
                            )
                        ),
                        name="tracking_upload_state_known",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="exceptioncase",
            index=models.Index(fields=["seller", "state", "-opened_at"], name="case_by_state"),
        ),
        migrations.AddIndex(
            model_name="exceptioncase",
            index=models.Index(fields=["seller", "order"], name="case_by_order"),
        ),
        migrations.AddConstraint(
            model_name="exceptioncase",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("seller", "shipment", "kind"),
                name="case_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="exceptioncase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "customs_delay",
                            "address_issue",
                            "attempt_failed",
                            "refused",
                            "returning",
                            "returned",
                            "lost",
                            "damaged",
                            "delayed",
                            "held_payment",
                            "no_scan",
                            "stale",
                            "upload_refused",
                            "suspect_number",
                        ],
                    )
                ),
                name="case_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="exceptioncase",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "resolved"])), name="case_state_known"
            ),
        ),
    ]
