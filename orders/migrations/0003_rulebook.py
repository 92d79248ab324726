"""Rules of deadlines as records, with their history."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_walls")]

    operations = []
