"""The sums of whole shops in an index of their own: the plain performance page reads nothing else."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # the table is written every minute: it is not locked meanwhile
    dependencies = [("orders", "0011_handling")]

    operations = [
        AddIndexConcurrently(
            model_name="dailyfigure",
            index=models.Index(
                fields=["seller", "kind", "on", "shop"],
                include=["orders", "late", "unknown", "void", "seconds"],
                condition=models.Q(("carrier", "*"), ("warehouse", "*")),
                name="daily_figure_whole",
            ),
        ),
    ]
