"""The order in which stored forms are handled, for the database."""

from django.db import migrations, models

from newsletter.core.db.migration_operations import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("subscribers", "0009_submission_trust")]

    operations = [
        AddIndexConcurrently(
            "formsubmission", models.Index(fields=["-trust", "id"], name="submission_next")
        )
    ]
