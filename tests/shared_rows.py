"""Rows that the tests of a module share: made once, where each test would make them anew.

They are made in a transaction that stays open until the module's last test. What a test does to
them is taken back after it, as everything that a test does. So no test of such a module may commit
(`transaction=True`), and each finds the rows, asked for or not.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from config.environment.media_storage_url import media_folder
from newsletter.epoch.memory import adopt, recall


@contextmanager
def shared_rows[T](make: Callable[[], T], *, folder: Path, blocker: DjangoDbBlocker) -> Iterator[T]:
    """Make rows, and take them back when the block ends.

    Args:
        folder: an empty one, the VAR_DIR in which they are made; `copy_files` copies it.
        blocker: it forbids the database to whatever asks for it without a fixture.

    Yields:
        What `make` returned. Tests may change such an object, so they get it from the database.
    """
    storages = {**settings.STORAGES, "media": media_folder(folder / "media")}
    block = transaction.atomic()
    with blocker.unblock():
        block.__enter__()
    try:
        with blocker.unblock(), override_settings(VAR_DIR=folder, STORAGES=storages):
            made = make()
        yield made
    finally:
        with blocker.unblock():
            transaction.set_rollback(True)
            block.__exit__(None, None, None)


def copy_files(folder: Path) -> None:
    """Give a test the files of shared rows, in the VAR_DIR of its own."""
    shutil.copytree(folder, settings.VAR_DIR, dirs_exist_ok=True)
    if (copied := recall()) is not None:
        # A copied memory of the database vouches for nothing, and nothing would be sent.
        adopt(replace(copied, is_own=True), instead_of=copied)
