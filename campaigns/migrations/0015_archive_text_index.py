"""PostgreSQL's index for the search in the archive, made while the installation runs."""

from django.db import migrations

NAME = "archive_words"


def make_index(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    # An index that was being built when this migration ended is there, but isn't valid.
    schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}")
    # The expression is that of SearchVector("archive_text", config="simple").
    schema_editor.execute(
        f"CREATE INDEX CONCURRENTLY {NAME} ON campaigns_campaigncontent "
        "USING gin (to_tsvector('simple'::regconfig, COALESCE(archive_text, '')))"
    )


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("campaigns", "0014_archive_text"),
    ]

    operations = [migrations.RunPython(make_index, drop_index)]
