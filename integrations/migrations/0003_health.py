"""What the connection page knows of a connection."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("integrations", "0002_walls")]

    operations = []
