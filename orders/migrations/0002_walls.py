"""Every tenant table of this app gets its wall."""

from django.db import migrations

from tenancy.walls import GiveWall


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0001_initial"),
        ("tenancy", "0002_walls"),
        ("catalog", "0002_walls"),
    ]

    operations = [
        GiveWall("order"),
        GiveWall("orderline"),
        GiveWall("buyercontact"),
        GiveWall("pollcursor"),
        GiveWall("orderpull"),
        GiveWall("orderimport"),
        GiveWall("package"),
        GiveWall("packageline"),
        GiveWall("orderhistory"),
        GiveWall("orderhold"),
        GiveWall("slaclock"),
    ]
