"""Ending a hold: a person has said that this database is the one to go on with."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction

from newsletter.epoch import memory, shared_memory
from newsletter.epoch.advance import advance
from newsletter.epoch.hold import newest_step, present_history
from newsletter.epoch.memory import Mark, Memory
from newsletter.epoch.skip_ids import skip_ids
from newsletter.models import DatabaseHistory

_ABOVE_ALL = 2**53
"""The number of a stretch that has ended, so that no host takes a backup of it for the newest
database. It is the largest that Lua counts to exactly.
"""


def release(*, by: str, now: datetime, restored_at: datetime | None) -> None:
    """Begin the next stretch of this database, from which all hosts may send again.

    That includes hosts that knew it before, and those that have met it since.

    Args:
        by: the person who said so.
        now: the present.
        restored_at: when it was noticed that something was lost, so that ids may have been given in
            the lost time; None: nothing was.
    """
    with transaction.atomic():
        present = DatabaseHistory.objects.select_for_update().get(pk=present_history(now=now).pk)
        if restored_at:
            skip_ids()
        begun = DatabaseHistory.objects.create(
            number=present.number + 1,
            identity=uuid4().hex,
            began_at=now,
            began_by=by[:150],
            restored_at=restored_at,
        )
    # After the commit, because a release that failed to commit must not be remembered.
    with transaction.atomic():
        advance(now=now)
    earlier = tuple(
        DatabaseHistory.objects.filter(number__lt=begun.number)
        .order_by("number")
        .values_list("identity", flat=True)
    )
    newest = newest_step()
    mark = (
        Mark(begun.identity, newest.pk, newest.nonce, newest.at)
        if newest
        else Mark(begun.identity, 0, "", now)
    )
    memory.adopt(Memory(mark, earlier=earlier, since=now), instead_of=memory.recall())
    shared_memory.publish(Mark(present.identity, _ABOVE_ALL, "ended", now), vouching=False)
    shared_memory.publish(mark, vouching=True)
