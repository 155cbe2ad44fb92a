"""Turns at a channel: one process tells by it, and the others leave it alone meanwhile."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from campaigns.models import AlertChannel
from campaigns.reports.alerts.by_email import NotTold
from campaigns.reports.diagnostics.alerts_arrive import HEARTBEAT

BUSY = timedelta(minutes=3)
"""For so long others leave a channel alone, unless its turn is renewed; one email takes less."""
LONGEST_PAUSE = timedelta(hours=1)
"""Between two tries of a channel that fails."""

type Clock = Callable[[], datetime]

logger = logging.getLogger(__name__)


class TurnLost(Exception):
    """Another process has the channel now, because this one took too long; it tells all."""


class ChannelTurn:
    """The turn of this process, for as long as nobody else has taken it."""

    def __init__(self, name: str, until: datetime, clock: Clock) -> None:
        self._name, self._until, self._clock = name, until, clock

    def renew(self) -> None:
        """Have others wait from now on.

        Raises:
            TurnLost: another process didn't.
        """
        until = self._clock() + BUSY
        if not self.row().update(busy_until=until):
            raise TurnLost
        self._until = until

    def row(self) -> QuerySet[AlertChannel]:
        """Return the channel's row; none, where another process has it."""
        return AlertChannel.objects.filter(name=self._name, busy_until=self._until)


@contextmanager
def turn_at(name: str, clock: Clock) -> Iterator[ChannelTurn | None]:
    """Keep others from a channel, and note how it went. Yields None where another is at it."""
    AlertChannel.objects.get_or_create(name=name)
    now = clock()
    free = Q(busy_until=None) | Q(busy_until__lt=now)
    if not AlertChannel.objects.filter(free, name=name).update(busy_until=now + BUSY):
        yield None
        return
    turn = ChannelTurn(name, now + BUSY, clock)
    try:
        yield turn
    except TurnLost:
        logger.warning("Another process tells by %s meanwhile, and all of it.", name)
    except Exception as error:  # noqa: BLE001 - the other channels tell all the same
        trouble = (str(error) if isinstance(error, NotTold) else type(error).__name__)[:200]
        logger.error("Alerts can't be told by %s: %s", name, trouble)
        _note_failure(turn, trouble, now=clock())
    else:
        turn.row().update(busy_until=None, failing_since=None, trouble="")


def _note_failure(turn: ChannelTurn, trouble: str, *, now: datetime) -> None:
    turn.row().filter(failing_since=None).update(failing_since=now)
    if (channel := turn.row().first()) is not None:
        turn.row().update(busy_until=_next_try(channel, now), trouble=trouble)


def _next_try(channel: AlertChannel, now: datetime) -> datetime:
    """Return when a channel that fails is tried again: after twice as long each time.

    It may have told all the same, where an answer got lost. A ping tells nobody anything.
    """
    if channel.name == HEARTBEAT:
        return now
    failing = now - channel.failing_since if channel.failing_since else timedelta()
    return now + min(failing, LONGEST_PAUSE)
