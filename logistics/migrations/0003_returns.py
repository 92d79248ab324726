"""Shipments that share a parcel; why one was voided; parcels that are cancelled after the handover."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("logistics", "0002_walls"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="exceptioncase",
            name="case_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="shipment",
            name="tracking_number_once",
        ),
        migrations.AddField(
            model_name="shipment",
            name="is_follower",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="shipment",
            name="void_reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.AlterField(
            model_name="exceptioncase",
            name="kind",
            field=models.CharField(
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
                    ("intercept", "cancelled after the handover"),
                ],
                max_length=16,
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
                            "intercept",
                        ],
                    )
                ),
                name="case_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("tracking_number", ""), _negated=True),
                    models.Q(("state", "cancelled"), _negated=True),
                    ("is_follower", False),
                ),
                fields=("seller", "tracking_number"),
                name="tracking_number_once",
            ),
        ),
    ]
