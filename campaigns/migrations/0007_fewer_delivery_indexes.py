"""Deliveries: one index less that is written all over at each move."""

import django.db.models.deletion
from django.db import migrations, models

from newsletter.core.migration_operations import DropIndexOfForeignKey


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0006_delivery_indexes"), ("subscribers", "0001_initial")]

    operations = [
        migrations.RemoveConstraint("delivery", "one_delivery_per_recipient"),
        DropIndexOfForeignKey(
            "delivery",
            "subscriber",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="deliveries",
                to="subscribers.subscriber",
            ),
        ),
    ]
