"""What the pack station keeps."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0009_pick_station")]

    operations = []
