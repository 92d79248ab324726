"""Live shows and what is laid ready for them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0011_documents")]

    operations = []
