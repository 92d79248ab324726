"""What the reconciler found, per status of a shop."""

import django.db.models.deletion
from django.db import migrations, models

from tenancy.walls import GiveWall


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_rulebook"), ("tenancy", "0002_walls")]

    operations = [
        migrations.CreateModel(
            name="StatusCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("status", models.CharField(max_length=20)),
                ("ours", models.PositiveIntegerField(default=0)),
                ("theirs", models.PositiveIntegerField(default=0)),
                ("our_newest_at", models.DateTimeField(blank=True, null=True)),
                ("their_newest_at", models.DateTimeField(blank=True, null=True)),
                ("checked_at", models.DateTimeField()),
                ("fetched", models.PositiveIntegerField(default=0)),
                ("unreadable", models.PositiveIntegerField(default=0)),
                ("fetched_at", models.DateTimeField(blank=True, null=True)),
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
                    models.UniqueConstraint(fields=("seller", "shop", "status"), name="status_check_once")
                ],
            },
        ),
        GiveWall("statuscheck"),
    ]
