"""Every tenant table of this app gets its wall."""

from django.db import migrations

from tenancy.walls import GiveWall


class Migration(migrations.Migration):
    dependencies = [
        ("warehouse", "0001_initial"),
        ("tenancy", "0002_walls"),
        ("orders", "0002_walls"),
        ("catalog", "0002_walls"),
    ]

    operations = [
        GiveWall("carton"),
        GiveWall("qualitycheck"),
        GiveWall("packrecord"),
        GiveWall("stockpush"),
        GiveWall("warehouse"),
        GiveWall("warehouselink"),
        GiveWall("zone"),
        GiveWall("bin"),
        GiveWall("reservation"),
        GiveWall("stockmovement"),
        GiveWall("stocklevel"),
        GiveWall("binlevel"),
        GiveWall("wave"),
        GiveWall("picklist"),
        GiveWall("picktask"),
        GiveWall("counttask"),
    ]
