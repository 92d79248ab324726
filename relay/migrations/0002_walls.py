"""Every tenant table of this app gets its wall."""

from django.db import migrations

from tenancy.walls import GiveWall


class Migration(migrations.Migration):
    dependencies = [
        ("relay", "0001_initial"),
    ]

    operations = [
        GiveWall("outboxevent"),
        GiveWall("eventdelivery"),
        GiveWall("inboundmessage"),
    ]
