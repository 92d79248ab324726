"""Late live shows go out by mail and to group chats, where a channel takes them."""

import django.db.models.deletion
from django.db import migrations, models

import tenancy.fields
from tenancy.walls import GiveWall


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0003_renewed_walls"),
        ("tenancy", "0002_walls"),
        ("warehouse", "0014_show_alerts"),
    ]

    operations = [
        migrations.AddField(
            model_name="alertchannel",
            name="takes_shows",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.CreateModel(
            name="ShowPart",
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
                        related_name="+",
                        to="warehouse.showalert",
                    ),
                ),
                (
                    "message",
                    tenancy.fields.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="show_parts",
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
                "indexes": [models.Index(fields=["seller", "alert"], name="show_part_by_alert")],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "message", "alert"), name="show_part_once")
                ],
            },
        ),
        GiveWall(model_name="showpart"),
    ]
