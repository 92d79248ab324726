"""SKUs that are kept by lot."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0002_walls"),
    ]

    operations = [
        migrations.AddField(
            model_name="sku",
            name="is_by_lot",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="sku",
            name="sell_by_days",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
    ]
