"""Events with a place are attended in person."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """Tell by the place, as pages did until now."""
    events = apps.get_model("campaigns", "Event")._default_manager.exclude(venue="")
    events.update(attendance="in_person")


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0018_answers_to_invitations")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
