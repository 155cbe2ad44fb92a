"""A running installation for each test that asks for one."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.chromium import chromium, complaints, page, window
from tests.journeys.running import RunningInstallation

__all__ = ["chromium", "complaints", "page", "window"]


@pytest.fixture
def installation(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[RunningInstallation]:
    """Convene with its demo data, started as `make run` starts it, with short patience. Its log is shown when the test fails."""
    running = RunningInstallation(tmp_path / "var", settings="tests.journeys.hasty_settings")
    running.start()
    yield running
    running.stop()
    sys.stdout.write(running.log)
