"""Every tenant table of this app gets its wall."""

from django.db import migrations

from tenancy.walls import GiveWall


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0001_initial"),
        ("tenancy", "0002_walls"),
    ]

    operations = [
        GiveWall("connection"),
        GiveWall("shoplink"),
    ]
