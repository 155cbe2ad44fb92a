"""An index of the few who have paused campaigns, for the clock."""

from django.db import migrations, models

from newsletter.core.db.migration_operations import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("subscribers", "0014_subscriber_paused_until")]

    operations = [
        AddIndexConcurrently(
            "subscriber",
            models.Index(
                fields=["paused_until"],
                condition=models.Q(("paused_until__isnull", False)),
                name="subscriber_paused",
            ),
        )
    ]
