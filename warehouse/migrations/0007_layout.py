"""What the layout pages keep."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0006_stock")]

    operations = []
