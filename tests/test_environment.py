"""Tests that need a service say so, and are skipped without it."""

import os
import subprocess
import sys

import pytest

from config.env import BASE_DIR

NEEDS_POSTGRESQL = (
    "tests/newsletter/views/test_webhooks.py::"
    "test_a_connection_that_the_database_has_closed_is_renewed"
)


@pytest.mark.thorough
def test_without_postgresql_its_tests_are_skipped_and_the_reason_is_printed() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", NEEDS_POSTGRESQL],
        cwd=BASE_DIR,
        env={name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "needs PostgreSQL: set DATABASE_URL" in done.stdout
    assert "1 skipped" in done.stdout
