"""Limits on how often one person changes their answer to one event, and names delegates."""

from datetime import datetime, timedelta

from campaigns.models import Rsvp

A_DAY = timedelta(hours=24)
MOST_CHANGES = 10
MOST_DELEGATES = 3
"""Each of a day. Every change is an email to its owner, and every delegate one to a stranger."""
COUNTED = ("changes_since", "changes", "delegates_named")
"""The columns that are set as a change is counted."""


class TooManyChanges(Exception):
    """The person has changed this answer often enough for today."""


class TooManyDelegates(TooManyChanges):
    """The person has named delegates often enough for today."""


def count_change(rsvp: Rsvp, *, names_delegate: bool, now: datetime) -> None:
    """Count a change of an answer that the caller has locked, and saves.

    Raises:
        TooManyChanges: the change must not be kept.
    """
    if rsvp.changes_since is None or now - rsvp.changes_since >= A_DAY:
        rsvp.changes_since, rsvp.changes, rsvp.delegates_named = now, 0, 0
    rsvp.changes += 1
    rsvp.delegates_named += names_delegate
    if rsvp.changes > MOST_CHANGES:
        raise TooManyChanges
    if rsvp.delegates_named > MOST_DELEGATES:
        raise TooManyDelegates
