"""An index for the recipients who agreed again by the link of a campaign."""

from django.db import migrations, models

from newsletter.core.db.migration_operations import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("campaigns", "0016_consent_campaigns")]

    operations = [
        AddIndexConcurrently(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("agreed_at__isnull", False)),
                fields=["campaign"],
                name="delivery_agreed",
            ),
        ),
    ]
