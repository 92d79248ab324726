"""Every tenant table of this app gets its wall."""

from django.db import migrations

from tenancy.walls import GiveWall


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0001_initial"),
        ("tenancy", "0002_walls"),
    ]

    operations = [
        GiveWall("sku"),
        GiveWall("barcode"),
        GiveWall("bundleitem"),
        GiveWall("listing"),
    ]
