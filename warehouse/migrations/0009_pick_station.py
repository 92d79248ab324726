"""What the pick station keeps."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0008_planner")]

    operations = []
