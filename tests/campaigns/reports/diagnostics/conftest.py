"""An installation for checks, in a folder of its own."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from pytest_django.fixtures import Settings

from newsletter.models import Brand
from tests.processes import run_all


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.VAR_DIR, settings.REDIS_URL = tmp_path, ""
    (tmp_path / "queue").mkdir()
    return tmp_path


@pytest.fixture
def healthy(brand: Brand, sam: User) -> None:
    """An installation with all that it needs."""
    run_all()
