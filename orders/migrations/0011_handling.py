"""The seller's handling time and a pre-order's release, on which deadlines depend."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0010_seller_counts")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="handling_days",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="order", name="released_at", field=models.DateTimeField(blank=True, null=True)
        ),
    ]
