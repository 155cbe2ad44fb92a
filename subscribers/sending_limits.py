"""The limits at which a topic's campaigns are paused: its own, or the installation's."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from subscribers.models import Topic


@dataclass(frozen=True, slots=True)
class SendingLimit:
    """One limit, in per cent.

    Args:
        words: what happened to the emails.
        default: the installation's.
        providers: the one from which mailbox or sending providers treat a sender worse; None where
            they name none.
    """

    words: str
    default: Decimal
    providers: Decimal | None = None


LIMITS: Mapping[str, SendingLimit] = {
    "guard_complaints": SendingLimit(
        "reported as spam", settings.GUARD_COMPLAINTS, settings.PROVIDERS_COMPLAINTS
    ),
    "guard_bounces": SendingLimit("bounced", settings.GUARD_BOUNCES, settings.PROVIDERS_BOUNCES),
    "guard_failures": SendingLimit("failed", settings.GUARD_FAILURES),
}
"""By the topic's column."""


def limit_of(topic: Topic, column: str) -> Decimal:
    """Return the limit that holds for the campaigns of a topic, in per cent.

    Args:
        column: a key of LIMITS.
    """
    own: Decimal | None = getattr(topic, column)
    return LIMITS[column].default if own is None else own


def looser_than_providers(topic: Topic) -> Mapping[str, Decimal]:
    """Return the columns whose limit is above the providers' own, with that."""
    return {
        column: limit.providers
        for column, limit in LIMITS.items()
        if limit.providers is not None and limit_of(topic, column) > limit.providers
    }


def in_words(per_cent: Decimal) -> str:
    """Write a limit, such as "0.1 %"."""
    return f"{per_cent.normalize():f} %"
