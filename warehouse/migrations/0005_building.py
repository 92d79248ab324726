"""How a warehouse is built: blocks, levels, one-way aisles, where walks begin and end."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0004_wave_plan")]

    operations = [
        migrations.AddField(
            model_name="warehouse",
            name="blocks",
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="warehouse",
            name="cross_mm",
            field=models.PositiveIntegerField(db_default=3000, default=3000),
        ),
        migrations.AddField(
            model_name="warehouse",
            name="level_seconds",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="warehouse",
            name="is_one_way",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="warehouse",
            name="entry_aisle",
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="warehouse",
            name="pack_aisle",
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="warehouse",
            name="cart_volume_ml",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="bin",
            name="block",
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="bin",
            name="side",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
    ]
