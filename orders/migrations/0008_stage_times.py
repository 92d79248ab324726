"""When an order passed its stages."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0007_queue_work")]

    operations = []
