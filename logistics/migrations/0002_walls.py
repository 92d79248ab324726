"""Every tenant table of this app gets its wall."""

from django.db import migrations

from tenancy.walls import GiveWall


class Migration(migrations.Migration):
    dependencies = [
        ("logistics", "0001_initial"),
        ("tenancy", "0002_walls"),
        ("orders", "0002_walls"),
    ]

    operations = [
        GiveWall("carrier"),
        GiveWall("numberblock"),
        GiveWall("shippingpolicy"),
        GiveWall("shipment"),
        GiveWall("labelrequest"),
        GiveWall("trackingupload"),
        GiveWall("exceptioncase"),
        GiveWall("buyermessage"),
        GiveWall("manifest"),
        GiveWall("manifestline"),
        GiveWall("trackingevent"),
        GiveWall("trackedparcel"),
    ]
