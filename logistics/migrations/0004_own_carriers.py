"""What own carriers offer and cost: services, areas, rates; how a parcel's carrier was chosen."""

import django.db.models.deletion
from django.db import migrations, models

import tenancy.fields
from tenancy.walls import GiveWall

KEY = {"auto_created": True, "primary_key": True, "serialize": False, "verbose_name": "ID"}
SELLER = {
    "db_index": False,
    "on_delete": django.db.models.deletion.PROTECT,
    "related_name": "+",
    "to": "tenancy.seller",
}
OF_SERVICE = {
    "db_constraint": False,
    "db_index": False,
    "on_delete": django.db.models.deletion.CASCADE,
    "to": "logistics.carrierservice",
}


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0002_walls"), ("logistics", "0003_returns")]

    operations = [
        migrations.AddField(
            model_name="shipment",
            name="choice",
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name="shipment",
            name="freight_amount",
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True),
        ),
        migrations.AddField(
            model_name="shipment",
            name="freight_currency",
            field=models.CharField(blank=True, db_default="", default="", max_length=3),
        ),
        migrations.CreateModel(
            name="CarrierService",
            fields=[
                ("id", models.BigAutoField(**KEY)),
                ("code", models.CharField(max_length=30)),
                ("name", models.CharField(max_length=80)),
                ("currency", models.CharField(max_length=3)),
                ("divisor", models.PositiveIntegerField(default=0)),
                ("max_weight_g", models.PositiveIntegerField(default=0)),
                ("max_side_mm", models.PositiveIntegerField(default=0)),
                ("max_sum_mm", models.PositiveIntegerField(default=0)),
                ("is_cod_taken", models.BooleanField(default=True)),
                ("cut_off_at", models.TimeField(blank=True, null=True)),
                ("days", models.PositiveSmallIntegerField(default=127)),
                ("transit_days", models.PositiveSmallIntegerField(default=0)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "carrier",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="services",
                        to="logistics.carrier",
                    ),
                ),
                ("seller", models.ForeignKey(**SELLER)),
            ],
            options={
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "carrier", "code"), name="carrier_service_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days__gte", 1), ("days__lte", 127)),
                        name="carrier_service_comes_some_day",
                    ),
                ],
            },
        ),
        GiveWall(
            model_name="carrierservice",
        ),
        migrations.CreateModel(
            name="ServiceArea",
            fields=[
                ("id", models.BigAutoField(**KEY)),
                ("zone", models.CharField(blank=True, max_length=20)),
                ("region", models.CharField(blank=True, max_length=2)),
                ("province", models.CharField(blank=True, max_length=80)),
                ("postcode_from", models.CharField(blank=True, max_length=12)),
                ("postcode_to", models.CharField(blank=True, max_length=12)),
                ("seller", models.ForeignKey(**SELLER)),
                ("service", tenancy.fields.TenantKey(related_name="areas", **OF_SERVICE)),
            ],
            options={
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=(
                            "seller",
                            "service",
                            "region",
                            "province",
                            "postcode_from",
                            "postcode_to",
                        ),
                        name="service_area_once",
                    )
                ],
            },
        ),
        GiveWall(
            model_name="servicearea",
        ),
        migrations.CreateModel(
            name="ServiceRate",
            fields=[
                ("id", models.BigAutoField(**KEY)),
                ("zone", models.CharField(blank=True, max_length=20)),
                ("up_to_g", models.PositiveIntegerField()),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12)),
                ("seller", models.ForeignKey(**SELLER)),
                ("service", tenancy.fields.TenantKey(related_name="rates", **OF_SERVICE)),
            ],
            options={
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "service", "zone", "up_to_g"), name="service_rate_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("up_to_g__gte", 1)), name="service_rate_weighs"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="service_rate_not_negative"
                    ),
                ],
            },
        ),
        GiveWall(
            model_name="servicerate",
        ),
    ]
