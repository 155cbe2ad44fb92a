"""The health of the mailers for campaigns: which one is given the next batch, which rests, and until when.

A mailer that takes nothing just now rests: as long as it asks for, or else each time for longer.
One whose configuration is wrong has its circuit opened: that does not pass by itself, so it is left
alone for minutes. Either way one worker tries it when the time is over, and the others wait for
what comes of it. It stands in the database, so that all hosts know it and no restart forgets it.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from newsletter.core.db_clock import database_now
from newsletter.models import MailerHealth
from newsletter.transport.pacing.warm_up import USED_UP, used_up_until
from newsletter.transport.results.result import LONGEST_REASON, Outcome, Result

SHORTEST_REST = timedelta(seconds=1)
"""Of a mailer that asks for less."""
PROBE = timedelta(seconds=30)
"""How long the others wait for the one that tries a mailer again. Should that one die, the next
tries."""


@dataclass(frozen=True, slots=True)
class ChosenMailer:
    """The mailer to use.

    Args:
        alias: its key in settings.MAILERS.
        probe_until: where this caller is the one that tries a mailer after its rest.
    """

    alias: str
    probe_until: datetime | None = None

    @property
    def is_probe(self) -> bool:
        """Whether little should be risked: the mailer was in trouble, and nobody has heard better of it yet."""
        return self.probe_until is not None


@dataclass(frozen=True, slots=True)
class Resting:
    """A mailer that takes nothing just now, or all of them.

    Args:
        mailer: its name.
        until: when it is tried again.
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
    """The first mailer for campaigns that works; where none does, the one that is tried again first.

    Of several that are misconfigured and resting, one that rests is told: it comes back by itself.
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
    return min(resting, key=lambda rest: (rest.is_misconfigured, rest.until))


def resting_mailers() -> Sequence[Resting]:
    """The mailers for campaigns that take nothing just now, in the order in which they would be used."""
    now, troubles = database_now(), _troubles()
    rests = (_rest_of(alias, troubles, now=now) for alias in settings.BULK_MAILERS)
    return [rest for rest in rests if rest is not None]


def last_rest_ended_at(*, now: datetime) -> datetime | None:
    """When the latest of the rests ended after which no mailer has proved well yet; None where there is none."""
    names = [settings.MAILER_SETTINGS[alias].name for alias in settings.BULK_MAILERS]
    ended: datetime | None = MailerHealth.objects.filter(
        mailer__in=names, rests_until__lte=now
    ).aggregate(at=Max("rests_until"))["at"]
    return ended


def record_result(choice: ChosenMailer, outcome: Result | None) -> None:
    """Say how a mailer fared with what `choose_mailer` chose it for.

    Args:
        verdict: on the mailer as a whole, as `HandOver.verdict_on_mailer` has it; None where it
            took what it was given.
    """
    if outcome is None:
        _end_probe(choice)
        return
    name, now = settings.MAILER_SETTINGS[choice.alias].name, database_now()
    with transaction.atomic():
        MailerHealth.objects.get_or_create(
            mailer=name, defaults={"rests_until": now, "changed_at": now}
        )
        trouble = MailerHealth.objects.select_for_update().get(mailer=name)
        # Of several workers that meet the same outage the first is heard, or each outage would
        # count as many.
        is_news = trouble.rests_until <= now or trouble.rests_until == choice.probe_until
        is_misconfigured = outcome.outcome is Outcome.MISCONFIGURED
        if is_news:
            # One that answers and says when it wants to be asked is no longer out of order: an
            # outage after this is a new one.
            trouble.failures = 0 if _says_when(outcome) else trouble.failures + 1
        until = now + _rest(outcome, failures=trouble.failures if is_news else 0)
        trouble.rests_until = until if is_news else max(until, trouble.rests_until)
        if is_news or is_misconfigured:
            trouble.is_misconfigured, trouble.reason = (
                is_misconfigured,
                outcome.reason[:LONGEST_REASON],
            )
        trouble.changed_at = now
        trouble.save()


def end_rests() -> int:
    """End all rests now: a person says that what was wrong is mended, as by resuming a campaign.

    The next worker tries.

    Returns:
        How many mailers were resting.
    """
    now = database_now()
    return MailerHealth.objects.filter(rests_until__gt=now).update(rests_until=now)


def _troubles() -> dict[str, MailerHealth]:
    names = [settings.MAILER_SETTINGS[alias].name for alias in settings.BULK_MAILERS]
    return {trouble.mailer: trouble for trouble in MailerHealth.objects.filter(mailer__in=names)}


def _rest_of(alias: str, troubles: dict[str, MailerHealth], *, now: datetime) -> Resting | None:
    mailer = settings.MAILER_SETTINGS[alias]
    trouble = troubles.get(mailer.name)
    if trouble is not None and trouble.rests_until > now:
        return Resting(
            trouble.mailer, trouble.rests_until, trouble.reason, trouble.is_misconfigured
        )
    tomorrow = used_up_until(alias, now=now)
    if tomorrow is None:
        return None
    return Resting(mailer.name, tomorrow, USED_UP)


def _begin_probe(trouble: MailerHealth, *, now: datetime) -> datetime | None:
    """Until when this caller may try; None where another has taken that on.

    Whether it is still misconfigured nobody knows yet.
    """
    until = now + PROBE
    rows = MailerHealth.objects.filter(pk=trouble.pk, rests_until=trouble.rests_until)
    return until if rows.update(rests_until=until, is_misconfigured=False) else None


def _end_probe(choice: ChosenMailer) -> None:
    """The mailer is well again.

    Who was given a mailer that was well knows nothing of what was noted meanwhile.
    """
    if choice.probe_until is not None:
        name = settings.MAILER_SETTINGS[choice.alias].name
        MailerHealth.objects.filter(mailer=name, rests_until=choice.probe_until).delete()


def _says_when(outcome: Result) -> bool:
    """Whether it surely took nothing, and named the moment. After doubts it rests for longer each
    time, whatever it asks for: each try may put more messages in doubt."""
    return outcome.outcome is Outcome.LATER and outcome.retry_after is not None


def _rest(outcome: Result, *, failures: int) -> timedelta:
    """How long a mailer rests: as long as it asked for itself; where it didn't, the longer the more often it failed in a row.

    Args:
        failures: 0 where others have met the same trouble before; then no longer than it asks for.
    """
    if outcome.outcome is Outcome.MISCONFIGURED:
        return settings.MAILER_CIRCUIT
    if _says_when(outcome):
        return max(timedelta(seconds=outcome.retry_after or 0), SHORTEST_REST)
    doubled = settings.MAILER_FIRST_REST * (1 << min(failures - 1, 16)) if failures else timedelta()
    own = min(doubled, settings.MAILER_LONGEST_REST)
    # Up to a quarter more, so that hosts and campaigns don't all come back at the same moment.
    jittered = own * random.uniform(1, 1.25)  # noqa: S311 - nobody gains by guessing it
    return max(jittered, timedelta(seconds=outcome.retry_after or 0))
