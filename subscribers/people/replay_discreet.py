"""Applying the discreet mode of journals to a restored database: of each person, the newest word.

Where the backup says another thing than the journal, and nobody can tell which is newer, discreet
mode stays on.
"""

from collections.abc import Mapping
from itertools import batched

from django.db import transaction
from django.utils import timezone

from newsletter.epoch.advance import advance
from subscribers.consent.records import Circumstances
from subscribers.models import Subscriber
from subscribers.opt_outs.entry import ON, OVER, Entry
from subscribers.people.discreet import write_discreet
from subscribers.states import ConsentMethod

_AT_ONCE = 500


def is_discreet_entry(entry: Entry) -> bool:
    """Return whether an entry says that somebody switched discreet mode on or off."""
    return entry.which in (ON, OVER)


def replay_discreet(newest: Mapping[str, Entry]) -> int:
    """Apply the newest entry of each person, unless the database holds a newer word of theirs.

    Neither does it hold for somebody who was erased since and signed up anew.

    Args:
        newest: digest of the address → entry.

    Returns:
        How many people it changed.
    """
    return sum(_replay(some, newest) for some in batched(sorted(newest), _AT_ONCE))


@transaction.atomic
def _replay(digests: tuple[str, ...], newest: Mapping[str, Entry]) -> int:
    changed = 0
    people = Subscriber.objects.select_for_update().filter(digest__in=digests).order_by("pk")
    for person in people:
        entry = newest[person.digest]
        since, on = person.discreet_since, entry.which == ON
        is_older = person.created_at > entry.at or (since is not None and since >= entry.at)
        if is_older or (since is not None) == on:
            continue
        circumstances = Circumstances(
            method=ConsentMethod.PREFERENCES,
            language=person.language,
            details={"replayed": True},
        )
        write_discreet(person, on=on, at=entry.at, circumstances=circumstances)
        changed += 1
    if changed:
        advance(now=timezone.now())
    return changed
