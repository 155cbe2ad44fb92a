"""The queue, as web processes meet it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PROGRAM = """
import django; django.setup()
from celery import current_app
from kombu.exceptions import OperationalError
import time
naps = []
time.sleep = naps.append
import kombu.utils.functional as retries
retries.sleep = naps.append
try:
    current_app.send_task("campaigns.advance_campaigns", queue="clock")
except OperationalError:
    print("failed after", len(naps), "naps")
"""


@pytest.mark.thorough
def test_a_broker_that_is_away_is_not_waited_for(tmp_path: Path) -> None:
    """The clock finds the row anyway. A person who signs up must not wait meanwhile."""
    environment = {
        **os.environ,
        "VAR_DIR": str(tmp_path),
        "REDIS_URL": "redis://127.0.0.1:9/0",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "failed after 0 naps\n"
