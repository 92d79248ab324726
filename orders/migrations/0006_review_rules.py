"""What review asks of a shop's orders."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0005_returns")]

    operations = []
