"""Runs that bring in a shop's past."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_rulebook")]

    operations = []
