"""The templates of databases, which all histories of a test process share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drills.servers import Templates, templates
from tests.migrated import migrated_tables

__all__ = ["migrated_tables"]


@pytest.fixture(scope="session")
def made(migrated_tables: Path) -> Iterator[Templates]:
    with templates(migrated_tables) as found:
        yield found
