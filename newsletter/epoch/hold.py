"""The hold on sending, while the database may be older than what this host remembers.

A restored database doesn't know what was sent and who has left since the backup was made. So
nothing is sent from it until a person has said so (`manage.py after_restore`). People can sign up
and leave all the while; their mail waits.
"""

import logging
import time
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.utils import timezone

from newsletter.epoch import memory, shared_memory
from newsletter.epoch.memory import Mark, Memory
from newsletter.epoch.shared_memory import Shared
from newsletter.epoch.skip_ids import skip_ids
from newsletter.models import DatabaseHistory, Epoch

logger = logging.getLogger(__name__)

OTHERS_EVERY = 15.0
"""Seconds after which a process asks again what other hosts remember, and what they have put into
the database.
"""


class Why(Enum):
    """Why a database is held."""

    OLDER = auto()
    """Something that was in the database isn't in it any more."""
    UNKNOWN = auto()
    """This host meets it for the first time, and it has been in use."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold: why nothing is sent.

    Args:
        since: when that was found.
        remembered_at: the newest moment that was remembered; None where nothing was.
        newest_at: the newest moment in the database then; None where it holds none.
    """

    why: Why
    since: datetime
    remembered_at: datetime | None
    newest_at: datetime | None

    @property
    def is_older(self) -> bool:
        return self.why is Why.OLDER

    def __str__(self) -> str:
        newest = (
            f"Its newest record is from {_told(self.newest_at)}."
            if self.newest_at
            else "It has no record of sending."
        )
        if self.why is Why.OLDER:
            return (
                f"Sending has stopped: this database is older than the one that was last used. "
                f"{newest} "
                f"The newest record we know of is from {_told(self.remembered_at)}. Run: manage.py "
                f"after_restore"
            )
        return (
            f"Sending from this host has stopped: it can’t tell if this database is up to date. "
            f"{newest} If it was restored "
            "from a backup, run: manage.py after_restore. If nothing was restored, run: manage.py "
            "after_restore --nothing-lost"
        )


def _told(moment: datetime | None) -> str:
    return f"{moment:%-d %B %Y, %H:%M:%S} UTC" if moment else "an unknown time"


def held(*, now: datetime | None = None, is_logged: bool = True) -> Hold | None:
    """Return the hold on sending from here, or None where all is well.

    When all is well, it costs one small file and one query.

    A hold is kept: in the database, where that is older; in VAR_DIR, where this host meets the
    database for the first time. Outside of transactions, which must not be held up, Redis is asked
    now and then what other hosts remember; half a second at most.

    Args:
        now: the present.
        is_logged: whether a new hold is an error in the log; not where a person is just answering
            it.
    """
    # Read before the database, because every remembered step has committed and must be in it.
    known = memory.recall()
    others_too = (
        not connection.in_atomic_block and time.monotonic() - _others_asked_at >= OTHERS_EVERY
    )
    if (
        known
        and known.is_vouched
        and known.is_own
        and not others_too
        and _is_as_remembered(known.mark)
    ):
        return None
    return _judge(known, now=now or timezone.now(), is_logged=is_logged)


def _is_as_remembered(mark: Mark) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT identity, held_at, (SELECT nonce FROM newsletter_epoch WHERE id = %s) "
            "FROM newsletter_databasehistory ORDER BY number DESC LIMIT 1",
            [mark.epoch],
        )
        found: tuple[object, ...] | None = cursor.fetchone()
    return found == (mark.history, None, mark.nonce or None)


_others_asked_at = float("-inf")


def _judge(known: Memory | None, *, now: datetime, is_logged: bool) -> Hold | None:
    present = present_history(now=now)
    newest = newest_step()
    if present.held_at is not None:
        _tell_what_is_remembered(known, vouching=False)
        return Hold(Why.OLDER, present.held_at, present.remembered_at, present.newest_at)
    others = _ask_others(present.identity)
    missing = [
        mark
        for mark in _marks(known, others)
        if mark.history == present.identity and _is_missing(mark)
    ]
    if missing or (known and present.identity in known.earlier):
        at = max((mark.at for mark in missing), default=known.mark.at if known else now)
        return _hold(present, remembered_at=at, newest=newest, now=now, is_logged=is_logged)
    if newest is None or _may_send(known, present, others):
        _vouch(known, present, newest, now=now)
        return None
    return _meet(known, present, newest, now=now, is_logged=is_logged)


def _vouch(
    known: Memory | None, present: DatabaseHistory, newest: Epoch | None, *, now: datetime
) -> None:
    """Remember the database as the one to send from, and what is in it by now."""
    mark = Mark(present.identity, 0, "", now)
    if newest is not None and not connection.in_atomic_block:
        # Outside of a transaction, because a step within one may be rolled back.
        mark = Mark(present.identity, newest.pk, newest.nonce, newest.at)
    if known is None or not (
        known.is_vouched and known.is_own and known.mark.history == present.identity
    ):
        memory.adopt(Memory(mark, earlier=_identities_before(present), since=now), instead_of=known)
    else:
        memory.remember(mark)
    _tell_what_is_remembered(memory.recall(), vouching=True)


def _tell_what_is_remembered(known: Memory | None, *, vouching: bool) -> None:
    if known is not None and not connection.in_atomic_block:
        shared_memory.publish(known.mark, vouching=vouching)


def present_history(*, now: datetime) -> DatabaseHistory:
    """Return the present stretch of this database. Where there is none, begin the first."""
    newest = DatabaseHistory.objects.order_by("-number").first()
    if newest is None:
        DatabaseHistory.objects.bulk_create(
            [DatabaseHistory(number=1, identity=uuid4().hex, began_at=now)], ignore_conflicts=True
        )
        newest = DatabaseHistory.objects.order_by("-number")[0]
    return newest


def newest_step() -> Epoch | None:
    """Return the step that the database made last; None where it has made none."""
    return Epoch.objects.order_by("-pk").first()


def _ask_others(history: str) -> Shared:
    global _others_asked_at  # of this process
    if connection.in_atomic_block:
        return Shared(None, is_alive=False)
    _others_asked_at = time.monotonic()
    return shared_memory.fetch(history)


def _marks(known: Memory | None, others: Shared) -> list[Mark]:
    """Return the marks that must be in the database, if it is the newest."""
    marks = [known.mark] if known else []
    if others.mark:
        marks.append(others.mark)
    return [mark for mark in marks if mark.epoch]


def _is_missing(mark: Mark) -> bool:
    step = Epoch.objects.filter(pk=mark.epoch).first()
    if step is not None:
        return step.nonce != mark.nonce
    oldest = Epoch.objects.order_by("pk").first()
    # Steps are forgotten after a year. Where a host was away for longer, only the number tells.
    return oldest is None or mark.epoch > oldest.pk


def _may_send(known: Memory | None, present: DatabaseHistory, others: Shared) -> bool:
    """Return whether somebody vouches for this database.

    That is this host, another that is alive, or a person who spoke after this host had met it.
    """
    if others.is_alive:
        return True
    if known is None or not known.is_own:
        return False
    if known.mark.history == present.identity:
        return known.is_vouched
    return DatabaseHistory.objects.filter(identity=known.mark.history).exists()


def _identities_before(present: DatabaseHistory) -> tuple[str, ...]:
    rows = DatabaseHistory.objects.filter(number__lt=present.number).order_by("number")
    return tuple(rows.values_list("identity", flat=True))


def _hold(
    present: DatabaseHistory,
    *,
    remembered_at: datetime,
    newest: Epoch | None,
    now: datetime,
    is_logged: bool,
) -> Hold:
    """Hold the whole installation, because what is missing here is missing for every host."""
    found = {
        "held_at": now,
        "remembered_at": remembered_at,
        "newest_at": newest.at if newest else None,
    }
    if DatabaseHistory.objects.filter(pk=present.pk, held_at=None).update(**found):
        skip_ids()
        _log(Hold(Why.OLDER, now, remembered_at, found["newest_at"]), is_logged=is_logged)
    return Hold(Why.OLDER, now, remembered_at, found["newest_at"])


def _meet(
    known: Memory | None, present: DatabaseHistory, newest: Epoch, *, now: datetime, is_logged: bool
) -> Hold:
    """Hold this host alone: others may know the database well."""
    hold = Hold(Why.UNKNOWN, now, None, newest.at)
    if known is not None and not known.is_vouched and known.mark.history == present.identity:
        return replace(hold, since=known.since)
    if settings.REDIS_URL and connection.in_atomic_block:
        return hold  # others have not been asked yet
    mark = Mark(present.identity, newest.pk, newest.nonce, newest.at)
    met = Memory(mark, earlier=_identities_before(present), is_vouched=False, since=now)
    if memory.adopt(met, instead_of=known):
        # Only where the memory could be written, or ids would be skipped at each look.
        skip_ids()
        _log(hold, is_logged=is_logged)
    return hold


def _log(hold: Hold, *, is_logged: bool) -> None:
    if is_logged:
        logger.error("%s", hold)
