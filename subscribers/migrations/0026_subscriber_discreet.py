"""An index of the few in discreet mode, for doctor and the dashboard."""

from django.db import migrations, models

from newsletter.core.db.migration_operations import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("subscribers", "0025_discreet_mode")]

    operations = [
        AddIndexConcurrently(
            "subscriber",
            models.Index(
                fields=["discreet_since"],
                condition=models.Q(("discreet_since__isnull", False)),
                name="subscriber_discreet",
            ),
        )
    ]
