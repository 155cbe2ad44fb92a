"""The watch: each process with a heartbeat looks at the installation, one after another.

So it doesn't matter which process is what is wrong. Only a database that is away, or a host, takes
it from all of them: of the first the threads of `database_away` tell, of the second the silence of
HEARTBEAT_URL does.
"""

import logging
from collections.abc import Callable
from threading import Thread

from django.db import connection

from campaigns.reports.alerts.database_away import DatabaseWatch
from campaigns.reports.alerts.follow import follow
from campaigns.reports.alerts.tell import tell
from campaigns.reports.diagnostics.keep import keep_findings, take_turn
from campaigns.reports.operator_email import remember_sender
from newsletter.core.outbound.reach import PUBLIC, Reach
from newsletter.heartbeat.beat import Heartbeat

PAUSE = 10.0
"""Seconds between two questions of a process whether it is its turn."""

logger = logging.getLogger(__name__)


def keep_watch(heart: Heartbeat) -> None:
    """Look from now on, in threads that end with the process.

    The one that tells of a database that is away asks it nothing. The other may wait for its
    answer for as long as that takes.

    Args:
        heart: of this process.
    """
    outage = DatabaseWatch()
    rounds = {"watch": look, "database watch": lambda: outage.look(heart.unanswered_for())}
    for name, once in rounds.items():
        Thread(target=_go_on, args=(heart, once), name=name, daemon=True).start()


def look(*, reach: Reach = PUBLIC) -> bool:
    """Run the quick checks where it is time, note what they found, and tell somebody.

    Args:
        reach: what requests may open.

    Returns:
        Whether it was the turn of this process.
    """
    if not take_turn():
        return False
    remember_sender()
    follow(keep_findings(reach=reach))
    tell(reach=reach)
    return True


def _go_on(heart: Heartbeat, once: Callable[[], object]) -> None:
    failed = False
    while not heart.wait_for_end(PAUSE):
        try:
            once()
            failed = False
        except Exception as error:  # noqa: BLE001 - the next round is the repetition
            if not failed:
                logger.warning("The watch can't look (%s).", type(error).__name__)
            failed = True
        finally:
            connection.close()  # it isn't needed for seconds
