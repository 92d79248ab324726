"""Long jobs with progress."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("relay", "0002_walls")]

    operations = []
