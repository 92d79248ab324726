"""What packing knows of a SKU."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_lots")]

    operations = [
        migrations.AddField(
            model_name="sku",
            name="material",
            field=models.CharField(
                blank=True,
                choices=[
                    ("carton", "carton"),
                    ("mailer", "mailer"),
                    ("filler", "filler"),
                    ("tape", "tape"),
                ],
                db_default="",
                default="",
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="sku",
            constraint=models.CheckConstraint(
                condition=models.Q(("material__in", ["", "carton", "mailer", "filler", "tape"])),
                name="sku_material_known",
            ),
        ),
        migrations.AddIndex(
            model_name="sku",
            index=models.Index(
                condition=models.Q(("material", ""), _negated=True),
                fields=["seller", "material"],
                name="sku_materials",
            ),
        ),
    ]
