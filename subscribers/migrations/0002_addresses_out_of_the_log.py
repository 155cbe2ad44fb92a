"""Take addresses out of the log of changes on staff pages, because it outlives an erasure."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import CharField, F, Value
from django.db.models.functions import Concat


def name_by_number(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """Name the subscriber of each entry by number, as those written from now on."""
    entries = apps.get_model("admin", "LogEntry")._default_manager.filter(
        content_type__app_label="subscribers", content_type__model="subscriber"
    )
    number = Concat(Value("Subscriber "), F("object_id"), output_field=CharField())
    entries.update(object_repr=number)


class Migration(migrations.Migration):
    dependencies = [
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("subscribers", "0001_initial"),
    ]

    operations = [migrations.RunPython(name_by_number, migrations.RunPython.noop)]
