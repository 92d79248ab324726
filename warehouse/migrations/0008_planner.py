"""How a wave is picked and what was expected of it, when carriers come, how fast parcels are packed, walks laid out anew."""

import django.db.models.deletion
from django.db import migrations, models

import tenancy.fields
from tenancy.walls import GiveWall

MODES = [
    ("by_order", "one package after the other"),
    ("sort_while_pick", "sorted on the cart while picking"),
    ("batch", "picked together, sorted afterwards"),
]
LANES = [("mixed", "mixed"), ("single", "one unit each"), ("bulk", "many of one product")]


def mode() -> models.CharField:
    return models.CharField(
        choices=MODES, db_default="sort_while_pick", default="sort_while_pick", max_length=16
    )


def key() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def seller() -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="tenancy.seller",
    )


def warehouse(related_name: str) -> tenancy.fields.TenantKey:
    return tenancy.fields.TenantKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.CASCADE,
        related_name=related_name,
        to="warehouse.warehouse",
    )


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0007_layout")]

    operations = [
        migrations.AddField("wave", "mode", mode()),
        migrations.AddField(
            "wave", "carrier", models.CharField(blank=True, db_default="", default="", max_length=80)
        ),
        migrations.AddField(
            "wave", "zone_code", models.CharField(blank=True, db_default="", default="", max_length=20)
        ),
        migrations.AddField("wave", "slots", models.PositiveSmallIntegerField(db_default=12, default=12)),
        migrations.AddField("wave", "has_lanes", models.BooleanField(db_default=False, default=False)),
        migrations.AddField("wave", "expected_end_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("wave", "expected_mm", models.PositiveIntegerField(db_default=0, default=0)),
        migrations.AddField("wave", "expected_late", models.PositiveIntegerField(db_default=0, default=0)),
        migrations.AlterField("wave", "reason", models.CharField(blank=True, max_length=1000)),
        migrations.AddField("picklist", "mode", mode()),
        migrations.AddField(
            "picklist",
            "lane",
            models.CharField(choices=LANES, db_default="mixed", default="mixed", max_length=8),
        ),
        migrations.AddField("picklist", "walk_mm", models.PositiveIntegerField(db_default=0, default=0)),
        migrations.AddField(
            "warehouse", "stations", models.PositiveSmallIntegerField(db_default=1, default=1)
        ),
        migrations.AddField(
            "warehouse", "pack_seconds", models.PositiveSmallIntegerField(db_default=60, default=60)
        ),
        migrations.AddConstraint(
            "wave",
            models.CheckConstraint(
                condition=models.Q(("mode__in", ["by_order", "sort_while_pick", "batch"])),
                name="wave_mode_known",
            ),
        ),
        migrations.AddConstraint(
            "picklist",
            models.CheckConstraint(
                condition=models.Q(("mode__in", ["by_order", "sort_while_pick", "batch"])),
                name="pick_list_mode_known",
            ),
        ),
        migrations.AddConstraint(
            "picklist",
            models.CheckConstraint(
                condition=models.Q(("lane__in", ["mixed", "single", "bulk"])), name="pick_list_lane_known"
            ),
        ),
        migrations.CreateModel(
            name="CarrierPickup",
            fields=[
                ("id", key()),
                ("carrier", models.CharField(blank=True, max_length=80)),
                ("days", models.PositiveSmallIntegerField(default=127)),
                ("at", models.TimeField()),
                ("lead_minutes", models.PositiveSmallIntegerField(default=15)),
                ("missed_on", models.DateField(blank=True, null=True)),
                ("seller", seller()),
                ("warehouse", warehouse("pickups")),
            ],
            options={
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "warehouse", "carrier", "at"), name="pickup_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days__range", (1, 127))), name="pickup_days_known"
                    ),
                ],
            },
        ),
        GiveWall(model_name="carrierpickup"),
        migrations.CreateModel(
            name="Replan",
            fields=[
                ("id", key()),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("spike", "many new orders"),
                            ("pickup_missed", "a pickup did not come"),
                            ("person", "asked for by a person"),
                        ],
                        max_length=16,
                    ),
                ),
                ("facts", models.JSONField(default=dict)),
                ("before", models.JSONField(default=dict)),
                ("made_at", models.DateTimeField()),
                ("by_label", models.CharField(max_length=120)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("undone_by", models.CharField(blank=True, max_length=120)),
                ("seller", seller()),
                ("warehouse", warehouse("+")),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["seller", "warehouse", "-made_at"], name="replan_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("why__in", ["spike", "pickup_missed", "person"])),
                        name="replan_why_known",
                    )
                ],
            },
        ),
        GiveWall(model_name="replan"),
    ]
