"""Trying again: whether and when, decided in one way for single messages and for campaigns."""

import random
from dataclasses import replace
from datetime import timedelta

from django.conf import settings

from newsletter.transport.results.result import LONGEST_REASON, Outcome, Result


def counts(result: Result) -> bool:
    """Whether it was an attempt to reach this recipient. What holds up everybody is none, nor what
    we held back: an evening's outage or a slow rate must not use up the attempts of all that wait.
    """
    return (
        not (result.mailer_wide or result.postponed) and result.outcome is not Outcome.MISCONFIGURED
    )


def concluded(result: Result, *, attempt: int) -> Result:
    """`outcome`, or a refusal for good where it was the last of MAXIMUM_ATTEMPTS that failed.

    Args:
        attempt: the number of this attempt, from 1.
    """
    if (
        result.outcome is not Outcome.LATER
        or not counts(result)
        or attempt < settings.MAXIMUM_ATTEMPTS
    ):
        return result
    reason = f"Given up after {attempt} attempts. {result.reason}"[:LONGEST_REASON]
    return replace(result, outcome=Outcome.REFUSED, reason=reason)


def wait_after(result: Result, *, attempt: int) -> timedelta:
    """How long to wait before the next attempt: doubling from RETRY_FIRST_WAIT, and never less than
    the next hop asks for. What we held back waits just as long as was decided; what a mailer turned
    away that takes nothing just now, as long as that mailer asks for: it says nothing of this
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
