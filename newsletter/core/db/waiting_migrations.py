"""Migrations that wait to be run, found without loading any where none does."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def waiting_migrations() -> int:
    """Return how many migrations of this release the database hasn't had.

    Loading all of them takes a process a second and megabytes for the rest of its life, so their
    names are compared first.

    Raises:
        DatabaseError: the database doesn't answer.
    """
    applied = MigrationRecorder(connection).applied_migrations()
    if all(name in applied for name in migrations_of_this_release()):
        return 0
    # One that replaces others may be done without having been run.
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrations_of_this_release() -> Iterator[tuple[str, str]]:
    """Give app and name of each migration, as files that Django takes for one."""
    for app in apps.get_app_configs():
        module, _ = MigrationLoader.migrations_module(app.label)
        if module is None:
            continue
        try:
            package = import_module(module)
        except ModuleNotFoundError:
            continue  # an app without tables
        for each in pkgutil.iter_modules(package.__path__):
            if not each.ispkg and each.name[0] not in "_~":
                yield app.label, each.name
