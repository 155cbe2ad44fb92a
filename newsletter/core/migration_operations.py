"""Indexes and constraints of large tables, changed while the installation runs.

On SQLite, which has one writer anyway, they are Django's own operations; those that copy the table,
drop it and rename the copy are one transaction, because they shall not end half-way.
"""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently as OnPostgresql
from django.db import transaction
from django.db.migrations import AddConstraint, AddIndex, AlterField
from django.db.migrations.operations.base import Operation
from django.db.models import UniqueConstraint


class AddIndexConcurrently(OnPostgresql):
    """Django's operation for PostgreSQL, which can be run again where it was interrupted.

    The migration that uses it must not be atomic.
    """

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        if schema_editor.connection.vendor == "postgresql":
            _drop_what_was_interrupted(schema_editor, self.index.name)
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        else:
            AddIndex(self.model_name, self.index).database_forwards(
                app_label, schema_editor, from_state, to_state
            )

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        operation: Any = (
            super()
            if schema_editor.connection.vendor == "postgresql"
            else AddIndex(self.model_name, self.index)
        )
        operation.database_backwards(app_label, schema_editor, from_state, to_state)


class _OurWayOnPostgresql(Operation):
    """An operation of Django's that goes forwards another way on PostgreSQL."""

    model_name: str

    def forwards_on_postgresql(self, schema_editor: Any, model: Any) -> None:
        raise NotImplementedError

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        if schema_editor.connection.vendor == "postgresql":
            self.forwards_on_postgresql(
                schema_editor, to_state.apps.get_model(app_label, self.model_name)
            )
        else:
            with transaction.atomic(schema_editor.connection.alias):
                super().database_forwards(app_label, schema_editor, from_state, to_state)


class AddUniqueConcurrently(_OurWayOnPostgresql, AddConstraint):
    """An AddConstraint of a UniqueConstraint on plain columns, whose index is built while others write.

    The migration that uses it must not be atomic, and may be run again where it was interrupted.
    """

    constraint: UniqueConstraint

    def forwards_on_postgresql(self, schema_editor: Any, model: Any) -> None:
        found = _constraints(schema_editor, model).get(self.constraint.name)
        if found and not found["index"]:
            # An earlier run came as far as this; an index alone may be what it has left half-built
            return
        quote = schema_editor.quote_name
        table, name = quote(model._meta.db_table), quote(self.constraint.name)
        columns = ", ".join(
            quote(model._meta.get_field(field).column) for field in self.constraint.fields
        )
        _drop_what_was_interrupted(schema_editor, self.constraint.name)
        schema_editor.execute(f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} ({columns})")
        schema_editor.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE USING INDEX {name}"
        )

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        with transaction.atomic(schema_editor.connection.alias):
            super().database_backwards(app_label, schema_editor, from_state, to_state)


class DropIndexOfForeignKey(_OurWayOnPostgresql, AlterField):
    """An AlterField that makes a foreign key lose its own index, and nothing else.

    Django's would drop the key as well, and make it again, which checks every row under a lock on
    both tables.
    """

    def forwards_on_postgresql(self, schema_editor: Any, model: Any) -> None:
        column = model._meta.get_field(self.name).column
        of_the_model = {index.name for index in model._meta.indexes}
        for name, found in _constraints(schema_editor, model).items():
            if (
                found["index"]
                and not found["unique"]
                and found["columns"] == [column]
                and name not in of_the_model
            ):
                schema_editor.execute(f"DROP INDEX {schema_editor.quote_name(name)}")

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        schema_editor.execute(
            schema_editor._create_index_sql(model, fields=[model._meta.get_field(self.name)])
        )


def _drop_what_was_interrupted(schema_editor: Any, name: str) -> None:
    """An index that was being built when its migration ended is there, but isn't valid."""
    schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {schema_editor.quote_name(name)}")


def _constraints(schema_editor: Any, model: Any) -> dict[str, dict[str, Any]]:
    """Indexes and constraints of the model's table, by name, as Django's introspection gives them."""
    with schema_editor.connection.cursor() as cursor:
        found: dict[str, dict[str, Any]] = schema_editor.connection.introspection.get_constraints(
            cursor, model._meta.db_table
        )
    return found
