"""What was printed, when, and why again; how a shop wants its packing slips."""

import django.db.models.deletion
from django.db import migrations, models

import tenancy.fields
from tenancy.walls import GiveWall


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0002_walls"), ("warehouse", "0010_pack_station")]

    operations = [
        migrations.CreateModel(
            name="PaperPrint",
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
                            ("pick_list", "pick list"),
                            ("wall_sheet", "put-wall sheet"),
                            ("slip", "packing slip"),
                            ("parcel_label", "parcel label"),
                            ("bin_label", "bin label"),
                            ("count_sheet", "count sheet"),
                        ],
                        max_length=12,
                    ),
                ),
                ("subject_id", models.BigIntegerField()),
                ("label", models.CharField(max_length=60)),
                ("times", models.PositiveIntegerField()),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("printed_at", models.DateTimeField()),
                ("by_label", models.CharField(max_length=120)),
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
                    "wave",
                    tenancy.fields.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="prints",
                        to="warehouse.wave",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("wave__isnull", False)),
                        fields=["seller", "wave"],
                        name="paper_print_by_wave",
                    ),
                    models.Index(fields=["seller", "-printed_at"], name="paper_print_newest"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "kind", "subject_id", "times"), name="paper_print_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "pick_list",
                                    "wall_sheet",
                                    "slip",
                                    "parcel_label",
                                    "bin_label",
                                    "count_sheet",
                                ],
                            )
                        ),
                        name="paper_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("times", 1), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="paper_again_has_reason",
                    ),
                ],
            },
        ),
        GiveWall(
            model_name="paperprint",
        ),
        migrations.CreateModel(
            name="SlipTerms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("en", "English"),
                            ("zh", "中文"),
                            ("th", "ไทย"),
                            ("vi", "Tiếng Việt"),
                            ("es", "Español"),
                            ("id", "Bahasa Indonesia"),
                        ],
                        max_length=2,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300)),
                ("logo", models.CharField(blank=True, max_length=200)),
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
                    models.UniqueConstraint(fields=("seller", "shop"), name="slip_terms_once"),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["", "en", "zh", "th", "vi", "es", "id"])),
                        name="slip_language_known",
                    ),
                ],
            },
        ),
        GiveWall(
            model_name="slipterms",
        ),
    ]
