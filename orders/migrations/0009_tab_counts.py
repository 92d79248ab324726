"""How many orders stand where."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0008_stage_times")]

    operations = []
