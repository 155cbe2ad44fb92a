"""Noting how providers' webhooks and the mailboxes do, so that somebody is told where they fail.

A report that is refused is a bounce that nobody learns of, and so is a mail that isn't read.
"""

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from django.db import DatabaseError, transaction

from newsletter.core.db.clock import database_now
from newsletter.core.without_addresses import without_addresses
from newsletter.models import Intake
from newsletter.transport.connections.mailbox import MailboxTrouble

BOUNCES, REPLIES = "bounces", "replies"
"""The mailboxes; a webhook has its provider's name."""
LONGEST_PAUSE = timedelta(minutes=10)
"""Between two visits to a mailbox that fails: a server may lock out whoever comes too often."""
_A_QUARTER = 4
_NOT_AGAIN_FOR = 10.0
"""Seconds in which a process notes no further refusal: anybody may send as many as they like."""

logger = logging.getLogger(__name__)
_noted: dict[str, float] = {}


def note_failure(name: str, trouble: str) -> None:
    """Note that something came that can't be taken in, or that nothing can be fetched.

    Args:
        name: of the mailbox or provider.
        trouble: why, for whoever runs the installation.
    """
    now = database_now()
    seen = {"failed_at": now, "trouble": without_addresses(trouble)[:300]}
    with transaction.atomic():
        Intake.objects.get_or_create(name=name, defaults=seen)
        rows = Intake.objects.filter(name=name)
        rows.filter(failing_since=None).update(failing_since=now)
        rows.update(**seen)


def note_refusal(name: str, trouble: str) -> None:
    """Note within a request that it was refused, once in ten seconds. Nothing is raised."""
    present = time.monotonic()
    if present - _noted.get(name, -_NOT_AGAIN_FOR) < _NOT_AGAIN_FOR:
        return
    _noted[name] = present
    try:
        note_failure(name, trouble)
    except DatabaseError as error:
        logger.warning("A refused webhook can't be noted (%s)", type(error).__name__)


def visit_mailbox(name: str, visit: Callable[[], object]) -> None:
    """Visit a mailbox where it is time, and note how that went.

    Args:
        name: of the mailbox.
        visit: takes over its mail, and raises MailboxTrouble where it can't be read.
    """
    if not may_be_visited(name):
        return
    try:
        visit()
    except MailboxTrouble as trouble:
        logger.warning("%s The clock tries again.", trouble)
        note_failure(name, str(trouble))
    else:
        note_success(name)


def note_success(name: str) -> None:
    """Note that it works."""
    failing = Intake.objects.filter(name=name).exclude(failing_since=None)
    failing.update(failing_since=None, trouble="")


def may_be_visited(name: str) -> bool:
    """Return whether it is time for a visit to a mailbox: the longer it fails, the more seldom."""
    row = Intake.objects.filter(name=name).exclude(failing_since=None).first()
    if row is None or row.failing_since is None:
        return True
    now = database_now()
    return now - row.failed_at >= min((now - row.failing_since) / _A_QUARTER, LONGEST_PAUSE)
