"""The quota of a worker: how many messages it may send next, by which mailer, and how fast."""

import time
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from redis.exceptions import RedisError

from newsletter.core.db.clock import database_now
from newsletter.transport.pacing import warm_up
from newsletter.transport.pacing.choose_mailer import ChosenMailer, Resting, choose_mailer
from newsletter.transport.pacing.circuit_breaker import give_back_probe
from newsletter.transport.pacing.throttle import SlotFarOff, reserve

PROBE_SIZE = 10
"""Messages that a mailer is given which was in trouble: few are held up again if it still is."""


@dataclass(frozen=True, slots=True)
class Quota:
    """Messages of one mailer that are the caller's alone to send.

    Args:
        number: how many messages.
        starts_at: by time.monotonic(), the moment at which the first may leave.
        pause: seconds from one to the next; 0.0 where the mailer has no rate.
        share: of the mailer's daily limit while it warms up.
    """

    chosen: ChosenMailer
    number: int
    starts_at: float
    pause: float
    share: warm_up.Share

    def give_back(self, used: int) -> None:
        """Give back what was not used of the daily limit. Slots that passed are lost.

        A probe that has learnt nothing, as where nothing was due, is the next caller's to make:
        otherwise every worker would wait for it for as long as for one that died.

        Args:
            used: how many messages were sent or are in doubt.
        """
        try:
            warm_up.give_back(self.share, self.number - used)
        finally:
            give_back_probe(self.chosen)


def reserve_quota(most: int) -> Quota | Resting:
    """Reserve up to `most` messages of the first mailer for campaigns that works.

    Returns:
        The quota, or the rest that keeps every mailer from taking anything just now.
    """
    chosen = choose_mailer()
    if isinstance(chosen, Resting):
        return chosen
    quota = _quota_of(chosen, most)
    if isinstance(quota, Resting):
        give_back_probe(chosen)
    return quota


def _quota_of(chosen: ChosenMailer, most: int) -> Quota | Resting:
    mailer = settings.MAILER_SETTINGS[chosen.alias]
    most = min(most, PROBE_SIZE) if chosen.is_probe else most
    starts_in = 0.0
    if mailer.rate is not None:
        try:
            slots = reserve(mailer.name, rate=mailer.rate, most=most)
        except SlotFarOff as far:
            return _resting(mailer.name, far.seconds, str(far))
        except RedisError as error:
            reason = (
                f"The sending rate can’t be kept, because Redis does not answer "
                f"({type(error).__name__})."
            )
            return _resting(mailer.name, 5.0, reason)
        most, starts_in = slots.number, slots.starts_in
    share = warm_up.reserve_for_today(chosen.alias, most)
    if not share.number:
        return _resting(mailer.name, 60.0, warm_up.USED_UP)
    return Quota(
        chosen,
        share.number,
        time.monotonic() + starts_in,
        1 / mailer.rate if mailer.rate else 0.0,
        share,
    )


def _resting(mailer: str, seconds: float, reason: str) -> Resting:
    return Resting(mailer, database_now() + timedelta(seconds=seconds), reason)
