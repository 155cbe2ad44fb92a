"""An index of the few memberships that have an end, for the clock."""

from django.db import migrations, models

from newsletter.core.db.migration_operations import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("subscribers", "0006_need_to_know")]

    operations = [
        AddIndexConcurrently(
            "subscription",
            models.Index(
                fields=["member_until"],
                condition=models.Q(("member_until__isnull", False)),
                name="subscription_term",
            ),
        )
    ]
