"""Deliveries: fewer indexes to write at each move, a claim found by its token, and doubts that a key makes repeatable."""

import django.db.models.deletion
from django.db import migrations, models

from newsletter.core.migration_operations import AddIndexConcurrently, DropIndexOfForeignKey


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("campaigns", "0001_initial"), ("subscribers", "0001_initial")]

    operations = [
        migrations.AddField(
            "delivery",
            "same_key_until",
            models.DateTimeField(
                blank=True,
                help_text=(
                    "Until then `mailer` may be asked again: it knows the idempotency key, "
                    "and makes no second copy."
                ),
                null=True,
            ),
        ),
        migrations.AlterField(
            "delivery",
            "claim_token",
            models.UUIDField(
                blank=True, help_text=(
                    "Of whoever holds it; kept in doubt, so that a late answer "
                    "still finds its row."
                ), null=True
            ),
        ),
        AddIndexConcurrently(
            "delivery",
            models.Index(condition=models.Q(("claim_token__isnull", False)), fields=["claim_token"], name="delivery_claim"),
        ),
        AddIndexConcurrently(
            "delivery",
            models.Index(
                condition=models.Q(("status__in", ("bounced", "failed", "skipped", "uncertain"))),
                fields=["campaign", "status", "id"],
                name="delivery_noteworthy",
            ),
        ),
        migrations.RemoveIndex("delivery", "delivery_lease"),
        migrations.RemoveIndex("delivery", "delivery_by_status"),
        DropIndexOfForeignKey(
            "delivery",
            "campaign",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deliveries",
                to="campaigns.campaign",
            ),
        ),
    ]
