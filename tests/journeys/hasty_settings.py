"""The real settings with shorter patience, so that a drill takes seconds where an installation would take minutes."""

import os
from datetime import timedelta

# Importing anything of `config` starts Celery, which reads Django's settings while these are only half here.
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
from config.settings import *  # noqa: F403 - the line above goes first; all of them

os.environ["DJANGO_SETTINGS_MODULE"] = __name__

UNDO_WINDOW = timedelta(seconds=2)
CLAIM_LEASE = timedelta(seconds=40)
"""Not shorter: nothing is begun in the last 30 s of a lease (campaigns.sending.send.LEASE_MARGIN)."""
