"""Every tenant table of this app gets its wall."""

from django.db import migrations

from tenancy.walls import GiveWall


class Migration(migrations.Migration):
    dependencies = [
        ("marketing", "0001_initial"),
        ("integrations", "0002_walls"),
        ("tenancy", "0002_walls"),
        ("catalog", "0002_walls"),
    ]

    operations = [
        GiveWall("adaccount"),
        GiveWall("advehicle"),
        GiveWall("adlink"),
        GiveWall("adaction"),
        GiveWall("addecision"),
        GiveWall("adpolicy"),
    ]
