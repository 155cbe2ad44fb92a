"""An index for the few deliveries without a subscriber that still lead to somebody."""

from django.db import migrations, models
from django.db.models import Q

from newsletter.core.db.migration_operations import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("campaigns", "0008_campaign_recipients_forgotten_at")]

    operations = [
        AddIndexConcurrently(
            model_name="delivery",
            index=models.Index(
                condition=Q(
                    ("subscriber", None),
                    Q(
                        Q(("provider_message_id", ""), _negated=True),
                        Q(
                            Q(("reason", ""), _negated=True),
                            Q(("status", "skipped"), _negated=True),
                        ),
                        _connector="OR",
                    ),
                ),
                fields=["id"],
                name="delivery_orphaned",
            ),
        ),
    ]
