"""A folder for backups, and a database whose copies aside are removed after the test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from campaigns.backups.postgresql_copy import ASIDE


def databases_aside() -> list[str]:
    """Return the databases that restores have moved aside."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s)", [ASIDE]
            )
            return [name for (name,) in cursor.fetchall()]
    path = Path(connection.settings_dict["NAME"])
    return [str(each) for each in path.parent.glob(f"{path.name}.before-*")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "backups"
    made.mkdir(mode=0o700)
    return made


@pytest.fixture(autouse=True)
def nothing_aside(transactional_db: None) -> Iterator[None]:
    yield
    for name in databases_aside():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"DROP SCHEMA {connection.ops.quote_name(name)} CASCADE")
        else:
            Path(name).unlink()
