"""Shipments that a stop or a return touches."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("logistics", "0002_walls")]

    operations = []
