"""The real settings with shorter times: a journey takes seconds, an installation minutes."""

from datetime import timedelta

from config.settings import *  # noqa: F403 - all of them

UNDO_WINDOW = timedelta(seconds=2)
CLAIM_LEASE = timedelta(seconds=40)
"""Nothing is begun in its last quarter (LEASE_MARGIN)."""
