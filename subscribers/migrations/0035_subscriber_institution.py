"""An index of institutions, for rules of audiences and for searching."""

from django.db import migrations, models

from newsletter.core.db.migration_operations import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("subscribers", "0034_labels_and_custom_fields")]

    operations = [
        AddIndexConcurrently(
            "subscriber",
            models.Index(fields=["institution", "id"], name="subscriber_institution"),
        )
    ]
