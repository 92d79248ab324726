"""What a wave was planned for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0003_put_back")]

    operations = [
        migrations.AddField(
            model_name="warehouse",
            name="aisle_mm",
            field=models.PositiveIntegerField(db_default=3000, default=3000),
        ),
        migrations.AddField(
            model_name="warehouse",
            name="cell_mm",
            field=models.PositiveIntegerField(db_default=1000, default=1000),
        ),
        migrations.AddField(
            model_name="warehouse",
            name="entry_mm",
            field=models.PositiveIntegerField(db_default=1500, default=1500),
        ),
        migrations.AddField(
            model_name="warehouse",
            name="cart_units",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="warehouse",
            name="cart_weight_g",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="warehouse",
            name="walk_mm_per_s",
            field=models.PositiveIntegerField(db_default=1000, default=1000),
        ),
        migrations.AddField(
            model_name="warehouse",
            name="line_seconds",
            field=models.PositiveIntegerField(db_default=12, default=12),
        ),
    ]
