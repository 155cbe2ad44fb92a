"""The rules of the guard, as a table: what is bad, of which emails, and the words for staff."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.conf import settings

from campaigns.states import Counted, Fact
from subscribers.sending_limits import in_words


@dataclass(frozen=True, slots=True)
class BadShare:
    """The number of emails to which something bad happened, and of how many.

    Args:
        is_of_late: only emails that were sent within the rule's window.
    """

    facts: Mapping[Fact, int]
    reached: int
    is_of_late: bool = False

    @property
    def bad(self) -> int:
        return sum(self.facts.values())


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the guard.

    Args:
        column: of the topic, with its limit.
        facts: what is bad; they count as one.
        window: the emails of so long are also looked at by themselves.
        counted: what makes up the emails that were sent within the window.
        is_of_attempts: the share is one of all attempts that ended, and not of the emails of which
            it is known what became (`guard.reported`).
        words: says what happened and what to look at, as a sentence or two.
        may_reach: whether the limit itself is still good.
        least_reached: the least emails that a share is computed of.
    """

    column: str
    facts: tuple[Fact, ...]
    window: timedelta
    counted: frozenset[Counted]
    words: Callable[[BadShare], str]
    is_of_attempts: bool = False
    may_reach: bool = False
    least_reached: int = 0

    def is_broken(self, share: BadShare, *, limit: Decimal) -> bool:
        """Return whether the campaign is to be stopped.

        Args:
            limit: in per cent.
        """
        if share.bad < settings.GUARD_LEAST or share.reached < self.least_reached:
            return False
        bad, allowed = share.bad * 100, share.reached * limit
        return bad > allowed if self.may_reach else bad >= allowed

    def reason(self, share: BadShare, *, limit: Decimal) -> str:
        """Return why the campaign is stopped, for staff."""
        because = (
            f", because of the emails of the last {_period(self.window)}"
            if share.is_of_late
            else ""
        )
        return f"Paused automatically{because}: {self.words(share)} The limit is {in_words(limit)}."


def _period(window: timedelta) -> str:
    minutes = round(window.total_seconds() / 60)
    if minutes < 60:
        return f"{minutes} minutes"
    return "hour" if minutes == 60 else f"{minutes // 60} hours"


def _complaints(share: BadShare) -> str:
    return (
        f"{share.bad:,} of {share.reached:,} recipients reported this email as spam. Check who is "
        f"in the audience before you resume."
    )


def _bounces(share: BadShare) -> str:
    hard, blocked = share.facts[Fact.HARD_BOUNCE], share.facts[Fact.BLOCKED]
    if not blocked:
        return (
            f"{hard:,} of {share.reached:,} mailboxes do not exist. Check where these addresses "
            f"come from before you resume."
        )
    if not hard:
        return (
            f"email providers refused this email for {blocked:,} of {share.reached:,} recipients. "
            f"The reasons are in the report."
        )
    return (
        f"{hard:,} of {share.reached:,} mailboxes do not exist, and email providers refused this "
        f"email for {blocked:,} more. The reasons are in the report."
    )


def _failures(share: BadShare) -> str:
    return f"{share.bad:,} of {share.reached:,} emails failed. The reasons are in the report."


RULES = (
    Rule(
        "guard_complaints",
        (Fact.COMPLAINED,),
        settings.GUARD_COMPLAINTS_WINDOW,
        frozenset({Counted.ACCEPTED}),
        _complaints,
        may_reach=True,
    ),
    # Both kinds count as one: each harms our name.
    Rule(
        "guard_bounces",
        (Fact.BLOCKED, Fact.HARD_BOUNCE),
        settings.GUARD_BOUNCES_WINDOW,
        frozenset({Counted.ACCEPTED}),
        _bounces,
        least_reached=settings.GUARD_LEAST_REACHED,
    ),
    Rule(
        "guard_failures",
        (Fact.FAILED,),
        settings.GUARD_FAILURES_WINDOW,
        frozenset({Counted.ACCEPTED, Counted.FAILED, Counted.UNCERTAIN}),
        _failures,
        is_of_attempts=True,
        least_reached=settings.GUARD_LEAST_REACHED,
    ),
)
"""In this order. The facts stand in the order of their names, in which they are written."""
