"""Migrations are complete, and take locks briefly, so that a running installation survives them."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.core.management import call_command
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

SMALL = {"topic", "campaign", "campaigntemplate"}
"""Tables of a handful of rows, or after years of thousands, which are checked in no time."""
APPS = ("newsletter", "staff", "subscribers", "campaigns")


def of_ours() -> list[migrations.Migration]:
    loader = MigrationLoader(None)
    return [
        migration for (app, _), migration in sorted(loader.disk_migrations.items()) if app in APPS
    ]


EMPTY_UNTIL = {
    "campaigns.0018_answers_to_invitations": frozenset({"rsvp"}),
    "campaigns.0023_rsvp_changes": frozenset({"rsvp"}),
    "campaigns.0026_answers_list": frozenset({"rsvp"}),
}
"""Migration → tables that no release before it wrote to: nothing waits there for a lock, and what
that release reads stays readable.
"""


def long_locks(
    operations: Sequence[Operation], *, app: str = "campaigns", before: ProjectState | None = None
) -> list[str]:
    """List operations that block a big table's readers or writers, or can't be reversed.

    Tables made by the same migration are empty, so anything may be done to them. Changes that only
    Python sees, such as those of a help text, don't count.

    Args:
        before: the state of the models from which the operations start.
    """
    new = {
        operation.name.lower()
        for operation in operations
        if isinstance(operation, migrations.CreateModel)
    }
    real = [
        operation
        for operation in operations
        if not (before and _is_of_python_alone(operation, before, app))
    ]
    return [reason for operation in real if (reason := _long_lock(operation, new))]


def _is_of_python_alone(operation: Operation, before: ProjectState, app: str) -> bool:
    if not isinstance(operation, migrations.AlterField):
        return False
    old = before.models[app, operation.model_name_lower].fields[operation.name]
    return _in_the_database(old) == _in_the_database(operation.field)


def _in_the_database(field: "models.Field[Any, Any]") -> tuple[object, ...]:
    _, path, arguments, options = field.deconstruct()
    return (
        path,
        arguments,
        {name: value for name, value in options.items() if name not in field.non_db_attrs},
    )


def _long_lock(operation: Operation, new: set[str]) -> str:
    model = str(getattr(operation, "model_name", "") or "").lower()
    if isinstance(operation, migrations.RunPython | migrations.RunSQL) and not operation.reversible:
        return f"{type(operation).__name__} without a way back"
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        return "; ".join(long_locks(operation.database_operations))
    if model in new or not model:
        return ""
    if (
        isinstance(operation, migrations.AddIndex)
        and "Concurrently" not in type(operation).__name__
    ):
        return f"{operation.describe()}: not concurrently"
    if (
        isinstance(operation, migrations.AddConstraint)
        and model not in SMALL
        and "Concurrently" not in type(operation).__name__
    ):
        return (
            f"{operation.describe()}: checks all rows under a lock; add it as not valid, "
            f"validate it in the next release"
        )
    if (
        isinstance(operation, migrations.AddField)
        and not operation.field.null
        and operation.field.db_default is models.NOT_PROVIDED
    ):
        return (
            f"{operation.describe()}: neither null nor a default of the database, so the "
            f"release before can't insert"
        )
    if isinstance(
        operation,
        migrations.AlterField
        | migrations.RenameField
        | migrations.RemoveField
        | migrations.AlterUniqueTogether,
    ):
        return f"{operation.describe()}: the release before doesn't survive it; add, fill, tighten"
    return ""


@pytest.mark.django_db
def test_the_models_and_the_migrations_say_the_same() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_every_app_begins_with_one_initial_migration() -> None:
    first = [migration for migration in of_ours() if migration.initial]
    assert sorted(migration.app_label for migration in first) == sorted(APPS)


def test_a_later_migration_takes_locks_briefly_and_can_be_taken_back() -> None:
    loader = MigrationLoader(None)
    found = {}
    for migration in of_ours():
        if not migration.initial:
            before = loader.project_state((migration.app_label, migration.name), at_end=False)
            empty = EMPTY_UNTIL.get(str(migration), frozenset())
            found[str(migration)] = long_locks(
                [
                    operation
                    for operation in migration.operations
                    if getattr(operation, "model_name", "") not in empty
                ],
                app=migration.app_label,
                before=before,
            )
    assert not {name: reasons for name, reasons in found.items() if reasons}


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddIndex("delivery", models.Index(fields=["status"], name="x")),
        migrations.AddConstraint(
            "delivery", models.CheckConstraint(condition=models.Q(attempt__gte=0), name="x")
        ),
        migrations.AddField("delivery", "colour", models.CharField(max_length=7, default="")),
        migrations.RemoveField("delivery", "attempt"),
        migrations.RunPython(migrations.RunPython.noop),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RemoveField("delivery", "attempt")]
        ),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_what_would_lock_a_big_table_is_seen(operation: Operation) -> None:
    assert long_locks([operation])


def test_a_new_table_may_have_anything_and_an_old_one_a_column_that_may_be_empty() -> None:
    table = migrations.CreateModel("Colour", [("id", models.BigAutoField(primary_key=True))])
    assert not long_locks(
        [table, migrations.AddIndex("colour", models.Index(fields=["id"], name="x"))]
    )
    assert not long_locks(
        [migrations.AddField("delivery", "colour", models.CharField(max_length=7, null=True))]
    )
    assert not long_locks(
        [migrations.RunPython(migrations.RunPython.noop, migrations.RunPython.noop)]
    )
