"""What the planner keeps of a wave."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0007_layout")]

    operations = []
