"""Views, flags, tags of the queue."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0006_review_rules")]

    operations = []
