"""The index of a campaign's deliveries holds their ids, by which its recipients are listed."""

from django.db import migrations, models

from newsletter.core.db.migration_operations import AddIndexConcurrently, RemoveIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("campaigns", "0063_sent_to")]

    operations = [
        AddIndexConcurrently(
            "delivery", models.Index(fields=["campaign", "id"], name="delivery_campaign_id")
        ),
        # Afterwards, so that the release before has one of the two all the time.
        RemoveIndexConcurrently("delivery", "delivery_campaign"),
    ]
