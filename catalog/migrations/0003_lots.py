"""SKUs that are kept by lot."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_walls")]

    operations = []
