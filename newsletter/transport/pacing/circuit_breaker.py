"""The circuit breaker of the mailers for campaigns: which of them rest, and for how long.

A mailer that takes nothing just now rests for as long as it asks for, or else for longer each time.
One whose configuration is wrong has its circuit opened for minutes, because that does not pass by
itself. When the rest is over, one worker tries the mailer, and the others wait for the result. All
this stands in the database, so that every host knows it and no restart forgets it.
"""

import random
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from newsletter.core.db.clock import database_now
from newsletter.models import MailerHealth
from newsletter.transport.pacing.choose_mailer import ChosenMailer
from newsletter.transport.results.result import LONGEST_REASON, Outcome, Result

SHORTEST_REST = timedelta(seconds=1)
"""Of a mailer that asks for less."""


def record_result(chosen: ChosenMailer, result: Result | None) -> None:
    """Record what was learnt of a mailer that `choose_mailer` chose.

    Args:
        result: about the mailer as a whole, as `Dispatch.result_on_mailer` has it; None where the
            mailer took what it was given.
    """
    if result is None:
        _end_probe(chosen)
        return
    name, now = settings.MAILER_SETTINGS[chosen.alias].name, database_now()
    with transaction.atomic():
        MailerHealth.objects.get_or_create(
            mailer=name, defaults={"rests_until": now, "changed_at": now}
        )
        trouble = MailerHealth.objects.select_for_update().get(mailer=name)
        # Of several workers that meet the same outage the first is heard, or each outage would
        # count as many.
        is_news = trouble.rests_until <= now or trouble.rests_until == chosen.probe_until
        is_misconfigured = result.outcome is Outcome.MISCONFIGURED
        if is_news:
            # One that answers and says when it wants to be asked is no longer out of order: an
            # outage after this is a new one.
            trouble.failures = 0 if _says_when(result) else trouble.failures + 1
        until = now + _rest(result, failures=trouble.failures if is_news else 0)
        if is_news or until > trouble.rests_until:
            # Otherwise another caller may be trying it now, and is still to tell of that.
            trouble.rests_until, trouble.is_tried = until, False
        if is_news or is_misconfigured:
            trouble.is_misconfigured = is_misconfigured
            trouble.reason = result.reason[:LONGEST_REASON]
        trouble.changed_at = now
        trouble.save()


def give_back_probe(chosen: ChosenMailer) -> None:
    """Leave a mailer to the next worker at once, where this caller's probe has learnt nothing.

    It does nothing after `record_result`, or once another probe has begun.
    """
    if chosen.is_probe:
        _tried_by(chosen).update(rests_until=database_now(), is_tried=False)


def end_rests() -> int:
    """End all rests now, because a person says that the fault is mended, as by resuming a campaign.

    The next worker tries.

    Returns:
        The number of mailers that were resting.
    """
    now = database_now()
    return MailerHealth.objects.filter(rests_until__gt=now).update(rests_until=now, is_tried=False)


def _end_probe(chosen: ChosenMailer) -> None:
    """Delete the trouble that this caller's probe has disproved.

    A caller that was given a mailer without trouble knows nothing of what was recorded meanwhile.
    """
    _tried_by(chosen).delete()


def _tried_by(chosen: ChosenMailer) -> QuerySet[MailerHealth]:
    """Return the trouble that this caller's probe is still to tell of, or no row."""
    if chosen.probe_until is None:
        return MailerHealth.objects.none()
    name = settings.MAILER_SETTINGS[chosen.alias].name
    return MailerHealth.objects.filter(mailer=name, rests_until=chosen.probe_until)


def _says_when(result: Result) -> bool:
    """Return whether the mailer surely took nothing, and named the moment for the next try.

    After doubts it rests for longer each time, whatever it asks for: each try may put more messages
    in doubt.
    """
    return result.outcome is Outcome.LATER and result.retry_after is not None


def _rest(result: Result, *, failures: int) -> timedelta:
    """Return how long a mailer rests.

    It rests for as long as it asked for. Where it didn't ask, the rest grows with each failure in a
    row.

    Args:
        failures: 0 where others have met the same trouble before; then no longer than it asks for.
    """
    if result.outcome is Outcome.MISCONFIGURED:
        return settings.MAILER_CIRCUIT
    if _says_when(result):
        return max(timedelta(seconds=result.retry_after or 0), SHORTEST_REST)
    doubled = settings.MAILER_FIRST_REST * (1 << min(failures - 1, 16)) if failures else timedelta()
    own = min(doubled, settings.MAILER_LONGEST_REST)
    # Up to a quarter more, so that hosts and campaigns don't all come back at the same moment.
    jittered = own * random.uniform(1, 1.25)  # noqa: S311 - nobody gains by guessing it
    return max(jittered, timedelta(seconds=result.retry_after or 0))
