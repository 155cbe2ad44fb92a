"""Deliveries: the indexes that take the place of two others.

Those go in a migration of their own, which is one transaction.
"""

from django.db import migrations, models

from newsletter.core.migration_operations import AddIndexConcurrently, AddUniqueConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("campaigns", "0005_delivery_unsubscribed")]

    operations = [
        AddUniqueConcurrently("delivery", models.UniqueConstraint(fields=("subscriber", "campaign"), name="one_delivery_per_subscriber")),
        AddIndexConcurrently("delivery", models.Index(fields=["campaign"], name="delivery_campaign")),
    ]
