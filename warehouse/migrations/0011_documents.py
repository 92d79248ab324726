"""What was printed, when, and why again."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0010_pack_station")]

    operations = []
