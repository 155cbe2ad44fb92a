"""Indexes that are made while others write, made again and taken back."""

from collections.abc import Iterator

import pytest
from django.db import connection, models
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from newsletter.core.db.migration_operations import AddIndexConcurrently, RemoveIndexConcurrently
from newsletter.models import MailerDay

INDEX = models.Index(fields=["day"], name="a_new_index")


@pytest.fixture
def before(transactional_db: None) -> Iterator[ProjectState]:
    """The models as all migrations leave them; the new index is dropped afterwards."""
    yield MigrationLoader(connection).project_state()
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS a_new_index")


class NewMigration(Migration):
    """A migration that makes the index, and is not atomic."""

    operations = [AddIndexConcurrently("mailerday", INDEX)]
    atomic = False


class Removal(Migration):
    """A migration that makes the index and drops it again."""

    operations = [
        AddIndexConcurrently("mailerday", INDEX),
        RemoveIndexConcurrently("mailerday", "a_new_index"),
    ]
    atomic = False


def migrate(before: ProjectState, *, back: bool = False) -> None:
    """Run a migration that makes the index, or take it back."""
    one = NewMigration("a_new_migration", "newsletter")
    with connection.schema_editor(atomic=False) as editor:
        if back:
            one.unapply(before.clone(), editor)
        else:
            one.apply(before.clone(), editor)


def columns() -> list[str] | None:
    """The columns of the new index, if it is there."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, MailerDay._meta.db_table)
    return found["a_new_index"]["columns"] if "a_new_index" in found else None


def test_an_index_is_made_and_taken_back(before: ProjectState) -> None:
    migrate(before)
    assert columns() == ["day"]
    migrate(before, back=True)
    assert columns() is None


def test_an_index_is_dropped_and_made_again(before: ProjectState) -> None:
    one = Removal("a_removal", "newsletter")
    with connection.schema_editor(atomic=False) as editor:
        after = one.apply(before.clone(), editor)
    assert columns() is None
    with connection.schema_editor(atomic=False) as editor:
        add, remove = one.operations
        with_index = before.clone()
        add.state_forwards("newsletter", with_index)
        remove.database_backwards("newsletter", editor, after, with_index)
    assert columns() == ["day"]


@pytest.mark.skipif(
    connection.vendor != "postgresql",
    reason="SQLite leaves no index half-built: each is one statement",
)
def test_a_migration_that_was_interrupted_while_it_built_an_index_can_be_run_again(
    before: ProjectState,
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX a_new_index ON newsletter_mailerday (id)")

    migrate(before)

    assert columns() == ["day"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer anyway")
def test_an_index_is_made_without_a_lock_that_writers_wait_for(before: ProjectState) -> None:
    one = NewMigration("a_new_migration", "newsletter")
    with connection.schema_editor(atomic=False, collect_sql=True) as editor:
        one.apply(before.clone(), editor, collect_sql=True)
    assert "CREATE INDEX CONCURRENTLY" in "".join(editor.collected_sql)
