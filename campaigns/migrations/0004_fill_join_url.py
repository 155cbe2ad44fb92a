"""Note the meeting link of campaigns that had been launched before there was a place for it."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """Take the present link of the event. Nobody knows any more which one was sent."""
    link = apps.get_model("campaigns", "Event")._default_manager.filter(pk=OuterRef("event"))
    launched = apps.get_model("campaigns", "Campaign")._default_manager.filter(
        launched_at__isnull=False, event__isnull=False, join_url=""
    )
    launched.update(join_url=Subquery(link.values("join_url")[:1]))


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0003_campaign_join_url")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
