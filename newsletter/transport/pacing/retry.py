"""Retries: if and when to try again, decided in one way for single messages and campaigns."""

import random
from dataclasses import replace
from datetime import timedelta

from django.conf import settings

from newsletter.transport.results.result import LONGEST_REASON, Outcome, Result


def counts(result: Result) -> bool:
    """Return whether it was an attempt to reach this recipient.

    What holds up everybody is none, and neither is what we held back. An evening's outage or a slow
    rate must not use up the attempts of all that wait.
    """
    return (
        not (result.mailer_wide or result.postponed) and result.outcome is not Outcome.MISCONFIGURED
    )


SPENT = "Failed after "
"""The words with which the reason of whatever `concluded` refuses begins. Each of its attempts was
put off, so it surely wasn't sent, and another attempt may do: nothing else begins so."""


def concluded(result: Result, *, attempt: int, before: int = 0) -> Result:
    """Return `result`, or a final refusal where the last of MAXIMUM_ATTEMPTS has failed.

    Args:
        attempt: the number of this attempt, from 1.
        before: how many of them were made before a person had it tried again, which don't count.
    """
    if (
        result.outcome is not Outcome.LATER
        or not counts(result)
        or attempt - before < settings.MAXIMUM_ATTEMPTS
    ):
        return result
    reason = f"{SPENT}{attempt} attempts. {result.reason}"[:LONGEST_REASON]
    return replace(result, outcome=Outcome.REFUSED, reason=reason)


def wait_after(result: Result, *, attempt: int) -> timedelta:
    """Return how long to wait before the next attempt.

    It doubles from RETRY_FIRST_WAIT, and is never less than the next hop asks for. A message that
    we held back waits for as long as was decided. One that was turned away by a mailer that takes
    nothing just now waits for as long as that mailer asks, because this says nothing of the
    recipient.

    Args:
        attempt: the number of this attempt, from 1.
    """
    if result.postponed or (result.mailer_wide and result.retry_after is not None):
        return timedelta(seconds=result.retry_after or 0)
    doublings = min(max(attempt - 1, 0), 16)
    # Up to a quarter more, so that those who were turned away together don't come back together.
    own = min(
        settings.RETRY_FIRST_WAIT * (1 << doublings), settings.RETRY_LONGEST_WAIT
    ) * random.uniform(1, 1.25)  # noqa: S311 - nobody gains by guessing it
    return max(own, timedelta(seconds=result.retry_after or 0))
