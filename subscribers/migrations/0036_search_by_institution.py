"""A search index of people with their institutions; the one without them is no longer asked."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from newsletter.core.db.migration_operations import add_words_index
from newsletter.core.db.words_index import words_index

TABLE, EARLIER = "subscribers_subscriber", ("email", "full_name", "given_name")


def drop_earlier(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Remove the earlier index: the release before then searches row by row, until it is gone."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(words_index("subscriber_words", TABLE, *EARLIER)[1])


def make_earlier(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        make, remove = words_index("subscriber_words", TABLE, *EARLIER)
        schema_editor.execute(remove)
        schema_editor.execute(make)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("subscribers", "0035_subscriber_institution")]

    operations = [
        # The column of the institution keeps its first name.
        add_words_index("subscriber_search", TABLE, *EARLIER, "organisation"),
        migrations.RunPython(drop_earlier, make_earlier),
    ]
