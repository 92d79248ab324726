"""Scans with their answers, the put wall, and who went on with whose walk."""

import django.db.models.deletion
from django.db import migrations, models

import tenancy.fields
from tenancy.walls import GiveWall

TAKE_OVER = [
    ("went_away", "went home or on a break"),
    ("device", "phone or scanner does not work"),
    ("needed", "needed for other work"),
    ("urgent", "it has to go faster"),
]
BIN_KINDS = [
    ("shelf", "shelf"),
    ("receiving", "receiving"),
    ("tote", "tote"),
    ("wall", "put-wall slot"),
    ("damage", "damaged goods"),
]


def key() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def seller() -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="tenancy.seller",
    )


def to(model: str, *, related_name: str, on_delete=django.db.models.deletion.CASCADE):
    return tenancy.fields.TenantKey(
        db_constraint=False, db_index=False, on_delete=on_delete, related_name=related_name, to=model
    )


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0008_planner"), ("orders", "0009_tab_counts")]

    operations = [
        migrations.AddField("picklist", "taken_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            "picklist", "taken_from", models.CharField(blank=True, db_default="", default="", max_length=120)
        ),
        migrations.AddField(
            "picklist",
            "taken_why",
            models.CharField(blank=True, choices=TAKE_OVER, db_default="", default="", max_length=10),
        ),
        migrations.AddField(
            "picktask", "done_by", models.CharField(blank=True, db_default="", default="", max_length=120)
        ),
        migrations.AddField(
            "picktask", "sorted_quantity", models.PositiveIntegerField(db_default=0, default=0)
        ),
        migrations.AddIndex(
            "picktask",
            models.Index(
                condition=models.Q(("state", "picked")),
                fields=["seller", "done_at"],
                name="pick_task_by_moment",
            ),
        ),
        migrations.AddConstraint(
            "picktask",
            models.CheckConstraint(
                condition=models.Q(("sorted_quantity__lte", models.F("picked_quantity"))),
                name="pick_task_sorted_fits",
            ),
        ),
        migrations.AddIndex(
            "packrecord", models.Index(fields=["seller", "packed_at"], name="pack_record_by_moment")
        ),
        migrations.RemoveConstraint("bin", "bin_kind_known"),
        migrations.AlterField(
            "bin", "kind", models.CharField(choices=BIN_KINDS, default="shelf", max_length=10)
        ),
        migrations.AddConstraint(
            "bin",
            models.CheckConstraint(
                condition=models.Q(("kind__in", [kind for kind, _label in BIN_KINDS])), name="bin_kind_known"
            ),
        ),
        migrations.CreateModel(
            name="StationScan",
            fields=[
                ("id", key()),
                ("key", models.CharField(max_length=64)),
                ("station", models.CharField(choices=[("pick", "pick"), ("sort", "sort")], max_length=8)),
                ("code", models.CharField(blank=True, max_length=80)),
                ("kind", models.CharField(blank=True, max_length=16)),
                ("is_ok", models.BooleanField(null=True)),
                ("text", models.CharField(blank=True, max_length=400)),
                ("by_label", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                ("pick_list", to("warehouse.picklist", related_name="+")),
                ("seller", seller()),
            ],
            options={
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "key"), name="station_scan_once"),
                    models.CheckConstraint(
                        condition=models.Q(("station__in", ["pick", "sort"])),
                        name="station_scan_station_known",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["seller", "at"], name="station_scan_by_moment"),
                    models.Index(fields=["seller", "pick_list"], name="station_scan_by_list"),
                ],
            },
        ),
        GiveWall(model_name="stationscan"),
        migrations.CreateModel(
            name="SortSlot",
            fields=[
                ("id", key()),
                ("opened_at", models.DateTimeField()),
                ("full_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "bin",
                    to("warehouse.bin", related_name="+", on_delete=django.db.models.deletion.PROTECT),
                ),
                ("package", to("orders.package", related_name="sort_slots")),
                ("pick_list", to("warehouse.picklist", related_name="sort_slots")),
                ("seller", seller()),
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
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("seller", "bin"),
                        name="sort_slot_bin_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("seller", "package"),
                        name="sort_slot_package_once",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["seller", "pick_list"], name="sort_slot_by_list"),
                    models.Index(fields=["seller", "package"], name="sort_slot_by_package"),
                ],
            },
        ),
        GiveWall(model_name="sortslot"),
    ]
