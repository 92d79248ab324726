"""What review asks of a shop's orders: rules, block list, what is usual; and the badges of orders that are only warned of."""

import django.db.models.deletion
from django.db import migrations, models

import tenancy.fields
from tenancy.walls import GiveWall


class Migration(migrations.Migration):
    dependencies = [("orders", "0005_returns"), ("catalog", "0002_walls"), ("tenancy", "0002_walls")]

    operations = [
        migrations.CreateModel(
            name="ReviewRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("platform_hold", "first hour: the platform holds it"),
                            ("unpaid", "not paid yet"),
                            ("cancel_requested", "buyer asks to cancel"),
                            ("address_missing", "address is incomplete"),
                            ("address_masked", "address is hidden and we must ship it ourselves"),
                            ("address_invalid", "address does not fit"),
                            ("unmapped_sku", "listing without a SKU"),
                            ("out_of_stock", "not enough stock"),
                            ("manual", "held by a person"),
                            ("address_doubtful", "address looks odd"),
                            ("sku_inactive", "SKU is not in use"),
                            ("first_hour", "our own wait after the payment"),
                            ("buyer_note", "note from the buyer"),
                            ("high_value", "value over the limit"),
                            ("many_to_address", "many orders to one address"),
                            ("blocked", "on the block list"),
                            ("wrong_warehouse", "warehouse is not ours"),
                            ("large_quantity", "far more than usual"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[("off", "off"), ("warn", "warn"), ("hold", "hold")], max_length=4
                    ),
                ),
                ("threshold", models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                ("window_hours", models.PositiveIntegerField(blank=True, null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("changed_at", models.DateTimeField()),
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
                    tenancy.fields.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenancy.shop",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "shop", "reason"), name="review_rule_once", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
                                [
                                    "platform_hold",
                                    "unpaid",
                                    "cancel_requested",
                                    "address_missing",
                                    "address_masked",
                                    "address_invalid",
                                    "unmapped_sku",
                                    "out_of_stock",
                                    "manual",
                                    "address_doubtful",
                                    "sku_inactive",
                                    "first_hour",
                                    "buyer_note",
                                    "high_value",
                                    "many_to_address",
                                    "blocked",
                                    "wrong_warehouse",
                                    "large_quantity",
                                ],
                            )
                        ),
                        name="review_rule_reason_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("mode__in", ["off", "warn", "hold"])),
                        name="review_rule_mode_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewStamp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stamp", models.CharField(max_length=32)),
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
                "constraints": [models.UniqueConstraint(fields=("seller",), name="review_stamp_once")],
            },
        ),
        migrations.CreateModel(
            name="BlockEntry",
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
                            ("buyer", "buyer"),
                            ("phone", "phone"),
                            ("address", "address"),
                            ("postal_code", "postal code"),
                        ],
                        max_length=12,
                    ),
                ),
                ("digest", models.CharField(max_length=32)),
                ("hint", models.CharField(max_length=80)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("added_at", models.DateTimeField()),
                ("added_by", models.CharField(max_length=120)),
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
                    models.UniqueConstraint(fields=("seller", "kind", "digest"), name="block_entry_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["buyer", "phone", "address", "postal_code"])),
                        name="block_entry_kind_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UsualQuantity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("units", models.PositiveIntegerField()),
                ("orders", models.PositiveIntegerField()),
                ("learned_at", models.DateTimeField()),
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
                    tenancy.fields.TenantOneToOne(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="usual_quantity",
                        to="catalog.sku",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "sku"), name="usual_quantity_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="buyercontact",
            name="address_digest",
            field=models.CharField(blank=True, db_default="", default="", max_length=32),
        ),
        migrations.AddField(
            model_name="order",
            name="warehouse_code",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
        migrations.AddField(
            model_name="order",
            name="warnings",
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.RemoveConstraint(
            model_name="orderhold",
            name="hold_reason_known",
        ),
        migrations.AlterField(
            model_name="orderhold",
            name="reason",
            field=models.CharField(
                choices=[
                    ("platform_hold", "first hour: the platform holds it"),
                    ("unpaid", "not paid yet"),
                    ("cancel_requested", "buyer asks to cancel"),
                    ("address_missing", "address is incomplete"),
                    ("address_masked", "address is hidden and we must ship it ourselves"),
                    ("address_invalid", "address does not fit"),
                    ("unmapped_sku", "listing without a SKU"),
                    ("out_of_stock", "not enough stock"),
                    ("manual", "held by a person"),
                    ("address_doubtful", "address looks odd"),
                    ("sku_inactive", "SKU is not in use"),
                    ("first_hour", "our own wait after the payment"),
                    ("buyer_note", "note from the buyer"),
                    ("high_value", "value over the limit"),
                    ("many_to_address", "many orders to one address"),
                    ("blocked", "on the block list"),
                    ("wrong_warehouse", "warehouse is not ours"),
                    ("large_quantity", "far more than usual"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="buyercontact",
            index=models.Index(
                condition=models.Q(("address_digest", ""), _negated=True),
                fields=["seller", "address_digest"],
                name="contact_by_address",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("warnings", {}), _negated=True),
                fields=["seller", "state"],
                name="order_with_warnings",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderhold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "reason__in",
                        [
                            "platform_hold",
                            "unpaid",
                            "cancel_requested",
                            "address_missing",
                            "address_masked",
                            "address_invalid",
                            "unmapped_sku",
                            "out_of_stock",
                            "manual",
                            "address_doubtful",
                            "sku_inactive",
                            "first_hour",
                            "buyer_note",
                            "high_value",
                            "many_to_address",
                            "blocked",
                            "wrong_warehouse",
                            "large_quantity",
                        ],
                    )
                ),
                name="hold_reason_known",
            ),
        ),
        GiveWall("reviewrule"),
        GiveWall("reviewstamp"),
        GiveWall("blockentry"),
        GiveWall("usualquantity"),
    ]
