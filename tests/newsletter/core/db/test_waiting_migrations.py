"""Migrations that wait are found by their names, and loaded only where one does."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from newsletter.core.db.waiting_migrations import migrations_of_this_release, waiting_migrations

pytestmark = pytest.mark.django_db


def test_the_names_are_those_that_django_finds() -> None:
    assert set(migrations_of_this_release()) == set(MigrationLoader(None).disk_migrations)


def test_none_waits_where_all_were_run() -> None:
    assert waiting_migrations() == 0


def test_one_that_was_not_run_waits() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE id IN (SELECT MAX(id) FROM django_migrations "
            "WHERE app = 'campaigns')"
        )
    assert waiting_migrations() == 1


def test_those_of_a_later_release_do_not_count() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) "
            "VALUES ('campaigns', '9999_later', CURRENT_TIMESTAMP)"
        )
    assert waiting_migrations() == 0
