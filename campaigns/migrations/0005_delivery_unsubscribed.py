"""Who left by a campaign's links is counted without reading its million other rows."""

from django.db import migrations, models

from newsletter.core.migration_operations import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("campaigns", "0004_fact_tallies")]

    operations = [
        AddIndexConcurrently(
            "delivery",
            models.Index(condition=models.Q(("unsubscribed_at__isnull", False)), fields=["campaign"], name="delivery_unsubscribed"),
        ),
    ]
