"""The real settings with shorter patience, so that a drill takes seconds where an installation would take minutes."""

from datetime import timedelta

from config.settings import *  # noqa: F403 - all of them

UNDO_WINDOW = timedelta(seconds=2)
CLAIM_LEASE = timedelta(seconds=40)
"""Not shorter: nothing is begun in the last 30 s of a lease
(campaigns.sending.claims_in_flight.LEASE_MARGIN)."""
