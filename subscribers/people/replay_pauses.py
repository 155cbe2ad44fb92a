"""Applying the pauses of journals to a restored database: of each person, the newest word."""

from collections.abc import Mapping
from datetime import datetime
from itertools import batched

from django.db import transaction
from django.utils import timezone

from newsletter.epoch.advance import advance
from subscribers.models import Subscriber
from subscribers.opt_outs.entry import OVER, Entry

_AT_ONCE = 500


def is_pause(entry: Entry) -> bool:
    """Return whether an entry says until when somebody has paused, or that they have ended it."""
    try:
        ends = _end_of(entry)
    except ValueError:
        return False
    return ends is None or ends.tzinfo is not None


def replay_pauses(newest: Mapping[str, Entry]) -> int:
    """Apply the newest entry of each person, unless the database holds a newer word of theirs.

    A pause that is over by now is none, and neither is that of somebody who was erased since and
    signed up anew.

    Args:
        newest: digest of the address → entry.

    Returns:
        How many people it changed.
    """
    return sum(_replay(some, newest) for some in batched(sorted(newest), _AT_ONCE))


@transaction.atomic
def _replay(digests: tuple[str, ...], newest: Mapping[str, Entry]) -> int:
    now, changed = timezone.now(), 0
    people = Subscriber.objects.select_for_update().filter(digest__in=digests).order_by("pk")
    for person in people:
        entry = newest[person.digest]
        ends = _end_of(entry)
        if ends is not None and ends <= now:
            ends = None
        is_older = person.created_at > entry.at or (
            person.paused_at is not None and person.paused_at >= entry.at
        )
        if is_older or ends == person.paused_until:
            continue
        Subscriber.objects.filter(pk=person.pk).update(
            paused_until=ends, paused_at=entry.at if ends is not None else None
        )
        changed += 1
    if changed:
        advance(now=now)
    return changed


def _end_of(entry: Entry) -> datetime | None:
    return None if entry.which == OVER else datetime.fromisoformat(entry.which)
