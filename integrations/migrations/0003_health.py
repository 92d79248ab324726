"""What the connection page knows of a connection."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("integrations", "0002_walls")]

    operations = [
        migrations.AddField("connection", "ended_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("connection", "warned_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("connection", "end_noted_for", models.DateTimeField(blank=True, null=True)),
    ]
