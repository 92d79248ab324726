import django.contrib.postgres.fields
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
            name="Connection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "provider",
                    models.CharField(
                        choices=[("tiktok_shop", "TikTok Shop"), ("tiktok_ads", "TikTok Ads")], max_length=20
                    ),
                ),
                ("external_id", models.CharField(max_length=80)),
                ("label", models.CharField(blank=True, max_length=120)),
                ("region", models.CharField(blank=True, max_length=4)),
                ("access_token", tenancy.fields.SealedText(blank=True)),
                ("access_expires_at", models.DateTimeField(blank=True, null=True)),
                ("refresh_token", tenancy.fields.SealedText(blank=True)),
                ("refresh_expires_at", models.DateTimeField(blank=True, null=True)),
                ("refreshing_until", models.DateTimeField(blank=True, null=True)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), default=list, size=None
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ok", "connected"),
                            ("ended", "authorization ended"),
                            ("failing", "failing"),
                            ("disconnected", "disconnected"),
                        ],
                        default="ok",
                        max_length=14,
                    ),
                ),
                ("last_ok_at", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.CharField(blank=True, max_length=300)),
                ("last_error_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
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
                        fields=("seller", "provider", "external_id"), name="connection_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["ok", "ended", "failing", "disconnected"])),
                        name="connection_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ShopLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("platform_shop_id", models.CharField(max_length=40)),
                ("cipher", tenancy.fields.SealedText()),
                ("is_cross_border", models.BooleanField(default=False)),
                ("last_webhook_at", models.DateTimeField(blank=True, null=True)),
                (
                    "connection",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shop_links",
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
                "constraints": [models.UniqueConstraint(fields=("seller", "shop"), name="shop_link_once")],
            },
        ),
    ]
