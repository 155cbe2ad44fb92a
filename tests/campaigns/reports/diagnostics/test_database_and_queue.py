"""Checks of the database and the queue."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.campaigns.reports.diagnostics.findings import found, to_mend

pytestmark = pytest.mark.django_db


def test_a_folder_that_can_t_be_written_is_named(settings: Settings, folder: Path) -> None:
    settings.VAR_DIR = folder / "gone"
    assert "can't be written" in to_mend("queue")


def test_a_redis_that_is_away_is_named(settings: Settings) -> None:
    settings.REDIS_URL = "redis://:hunter2secret@127.0.0.1:1/0"
    assert "does not answer" in to_mend("queue")
    assert "hunter2secret" not in str(found("queue"))
