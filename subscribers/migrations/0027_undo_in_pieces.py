"""How far the undo of an import is, and two checks of each imported row less."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

_KEYS = [("ConsentRecord", "topic"), ("Subscription", "import_batch")]


def drop(apps: Any, schema_editor: Any) -> None:
    """Drop the foreign keys. SQLite keeps its own, or the tables would have to be made anew."""
    if schema_editor.connection.vendor != "postgresql":
        return
    for name, column in _KEYS:
        model = apps.get_model("subscribers", name)
        field = model._meta.get_field(column)
        for key in schema_editor._constraint_names(model, [field.column], foreign_key=True):
            schema_editor.execute(schema_editor._delete_fk_sql(model, key))


def restore(apps: Any, schema_editor: Any) -> None:
    """Check the columns by foreign keys again."""
    if schema_editor.connection.vendor != "postgresql":
        return
    for name, column in _KEYS:
        model = apps.get_model("subscribers", name)
        field = model._meta.get_field(column)
        if not schema_editor._constraint_names(model, [field.column], foreign_key=True):
            suffix = "_fk_%(to_table)s_%(to_column)s"
            schema_editor.execute(schema_editor._create_fk_sql(model, field, suffix))


class Migration(migrations.Migration):
    dependencies = [("subscribers", "0026_subscriber_discreet")]

    operations = [
        migrations.AddField(
            "importbatch",
            "undo_state",
            models.JSONField(
                blank=True,
                help_text="How far the undo is, and what came of it so far.",
                null=True,
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop, restore)],
            state_operations=[
                migrations.AlterField(
                    "consentrecord",
                    "topic",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="subscribers.topic",
                    ),
                ),
                migrations.AlterField(
                    "subscription",
                    "import_batch",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="subscriptions",
                        to="subscribers.importbatch",
                    ),
                ),
            ],
        ),
    ]
