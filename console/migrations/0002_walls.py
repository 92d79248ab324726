"""Every tenant table of this app gets its wall."""

from django.db import migrations

from tenancy.walls import GiveWall


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0001_initial"),
        ("tenancy", "0002_walls"),
        ("orders", "0002_walls"),
    ]

    operations = [
        GiveWall("alert"),
        GiveWall("alertchannel"),
        GiveWall("alertedorder"),
        GiveWall("alertmessage"),
        GiveWall("alertread"),
        GiveWall("alertwatch"),
        GiveWall("messagepart"),
    ]
