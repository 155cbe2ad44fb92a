"""Writing what must not be lost when the database fails."""

import logging
import time
from collections.abc import Callable

from django.db import InterfaceError, OperationalError, connection

AGAIN_AFTER = (0.2, 1.0, 3.0, 5.0)
"""Seconds before each further attempt. In sum well within the last quarter of a lease, in which
nothing begins any more.
"""

logger = logging.getLogger(__name__)


def db_retry[T](settle: Callable[[], T], *, what: str) -> T:
    """Call `settle`, again if the database fails, and return its result.

    It is for what a worker knows of mail that has left, because nobody else knows it.

    Args:
        settle: safe to be done twice, as by a token that is gone after the first time. A
            transaction of its own.
        what: for the log.

    Raises:
        DatabaseError: the database did not come back.
    """
    for wait in AGAIN_AFTER:
        try:
            return settle()
        except (OperationalError, InterfaceError) as error:
            logger.warning("%s could not be settled (%s); once more", what, type(error).__name__)
            connection.close_if_unusable_or_obsolete()
            time.sleep(wait)
    return settle()
