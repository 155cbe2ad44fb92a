"""Keep emails that a topic hides from strangers hidden for good, whatever becomes of the topic."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def hide(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """Take launched campaigns of topics that are not public out of the archive.

    From now on a launch does it. A topic may have been public when some of these were sent. Nobody
    knows any more, and what strangers can't read today must not be published by a later tick.
    """
    launched = apps.get_model("campaigns", "Campaign")._default_manager.filter(
        launched_at__isnull=False, topic__is_public=False
    )
    launched.update(is_archived=False)


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0005_help_texts")]

    operations = [migrations.RunPython(hide, migrations.RunPython.noop)]
