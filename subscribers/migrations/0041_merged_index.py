"""An index of the few records that were merged, for their person's page, download and erasure."""

from django.db import migrations, models

from newsletter.core.db.migration_operations import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("subscribers", "0040_merged_records")]

    operations = [
        AddIndexConcurrently(
            "subscriber",
            models.Index(
                fields=["merged_into"],
                condition=models.Q(("merged_into__isnull", False)),
                name="subscriber_merged",
            ),
        )
    ]
