"""Put-back work after a cancellation; goods that come back."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0002_walls")]

    operations = []
