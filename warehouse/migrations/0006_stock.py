"""Lots, expected deliveries, blind counts, transfers, and why a warehouse serves an order."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0005_building")]

    operations = []
