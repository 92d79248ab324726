"""What the floor tells the orders."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0009_tab_counts")]

    operations = []
