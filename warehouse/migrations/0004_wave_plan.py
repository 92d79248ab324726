"""What a wave was planned for."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0003_put_back")]

    operations = []
