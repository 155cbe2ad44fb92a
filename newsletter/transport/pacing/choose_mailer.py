"""Choosing a mailer for campaigns: the first that doesn't rest, of those in BULK_MAILER_URL.

Which one rests, and for how long, is said by `circuit_breaker`. When a rest is over, one worker
tries the mailer, and the others wait for the result.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max

from newsletter.core.db.clock import database_now
from newsletter.models import MailerHealth
from newsletter.transport.pacing.warm_up import USED_UP, used_up_until

PROBE = timedelta(seconds=30)
"""How long the others wait for the one that tries a mailer again. Should that one die, the next
tries."""


@dataclass(frozen=True, slots=True)
class ChosenMailer:
    """The mailer to use for the next messages.

    Args:
        alias: its key in settings.MAILERS.
        probe_until: set where this caller is the one that tries a mailer after its rest.
    """

    alias: str
    probe_until: datetime | None = None

    @property
    def is_probe(self) -> bool:
        """Return whether little should be risked, because the mailer was in trouble until now."""
        return self.probe_until is not None


@dataclass(frozen=True, slots=True)
class Resting:
    """A mailer that takes nothing just now, or all of them.

    Args:
        mailer: its name.
        until: the moment at which it is tried again.
        reason: for staff.
        is_misconfigured: waiting doesn't help; a person has to mend it.
        is_tried: another worker tries it just now, and may be done with that at any moment.
    """

    mailer: str
    until: datetime
    reason: str
    is_misconfigured: bool = False
    is_tried: bool = False


def choose_mailer() -> ChosenMailer | Resting:
    """Return the first mailer for campaigns that works, or else the one that is tried again first.

    Of several that are misconfigured or resting, one that rests is returned, because it comes back
    by itself.
    """
    now, troubles = database_now(), _troubles()
    resting: list[Resting] = []
    for alias in settings.BULK_MAILERS:
        rest = _rest_of(alias, troubles, now=now)
        if rest is not None:
            resting.append(rest)
            continue
        trouble = troubles.get(settings.MAILER_SETTINGS[alias].name)
        if trouble is None:
            return ChosenMailer(alias)
        probe_until = _begin_probe(trouble, now=now)
        if probe_until is not None:
            return ChosenMailer(alias, probe_until)
        resting.append(Resting(trouble.mailer, now + PROBE, trouble.reason, is_tried=True))
    return min(resting, key=_return)


def resting_mailers() -> Sequence[Resting]:
    """Return the mailers for campaigns that take nothing just now, in their order of use."""
    now, troubles = database_now(), _troubles()
    rests = (_rest_of(alias, troubles, now=now) for alias in settings.BULK_MAILERS)
    return [rest for rest in rests if rest is not None]


def first_to_return() -> Resting | None:
    """Return the mailer that is tried again first, where all rest just now; else None."""
    resting = resting_mailers()
    if len(resting) < len(settings.BULK_MAILERS):
        return None
    return min(resting, key=_return)


def _return(rest: Resting) -> tuple[bool, datetime]:
    return rest.is_misconfigured, rest.until


def last_rest_ended_at(*, now: datetime) -> datetime | None:
    """Return when the latest rest ended after which no mailer has proved well yet.

    None where there is no such rest.
    """
    names = [settings.MAILER_SETTINGS[alias].name for alias in settings.BULK_MAILERS]
    ended: datetime | None = MailerHealth.objects.filter(
        mailer__in=names, rests_until__lte=now
    ).aggregate(at=Max("rests_until"))["at"]
    return ended


def _troubles() -> dict[str, MailerHealth]:
    names = [settings.MAILER_SETTINGS[alias].name for alias in settings.BULK_MAILERS]
    return {trouble.mailer: trouble for trouble in MailerHealth.objects.filter(mailer__in=names)}


def _rest_of(alias: str, troubles: dict[str, MailerHealth], *, now: datetime) -> Resting | None:
    mailer = settings.MAILER_SETTINGS[alias]
    trouble = troubles.get(mailer.name)
    if trouble is not None and trouble.rests_until > now:
        return Resting(
            trouble.mailer,
            trouble.rests_until,
            trouble.reason,
            is_misconfigured=trouble.is_misconfigured,
            is_tried=trouble.is_tried,
        )
    tomorrow = used_up_until(alias, now=now)
    if tomorrow is None:
        return None
    return Resting(mailer.name, tomorrow, USED_UP)


def _begin_probe(trouble: MailerHealth, *, now: datetime) -> datetime | None:
    """Return until when this caller may try a mailer, or None where another caller does.

    Nobody knows yet whether the mailer is still misconfigured, so that mark goes.
    """
    until = now + PROBE
    rows = MailerHealth.objects.filter(pk=trouble.pk, rests_until=trouble.rests_until)
    began = rows.update(rests_until=until, is_tried=True, is_misconfigured=False)
    return until if began else None
