"""The result of giving a message to a mailer."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from newsletter.core.db.text import db_text
from newsletter.core.without_addresses import without_addresses

LONGEST_REASON = 300
"""Characters; as long as the columns that keep it."""


class Outcome(StrEnum):
    """One of the five things that can become of a message.

    The first question is always whether it surely was not sent.
    """

    ACCEPTED = "accepted"
    """The next hop took it."""
    REFUSED = "refused"
    """Surely not sent, for good: this recipient or this message."""
    MISCONFIGURED = "misconfigured"
    """Surely not sent, and our configuration is why: pause, and blame no subscriber."""
    LATER = "later"
    """Surely not sent; it may be tried again."""
    UNKNOWN = "unknown"
    """It went out, and no answer came that says whether it was taken. Never tried again blindly."""


@dataclass(frozen=True, slots=True)
class Result:
    """An outcome and what is known with it.

    Args:
        provider_message_id: the id that the next hop gave the message.
        mailer: the name of the mailer.
        reason: for staff, without addresses once it is kept; empty when accepted.
        retry_after: seconds after which the next hop wants to be asked again, where it said so.
        mailer_wide: LATER, and not because of this message: the mailer takes nothing at all just
            now. The next message would fare the same, and it must not count as an attempt to reach
            this recipient.
        postponed: LATER, and decided by us before the next hop was asked: it goes on after
            `retry_after`.
        key_is_known: UNKNOWN, but the next hop has answered: it knows the idempotency key. To ask
            once more would tell nothing new, and it is no sign of trouble.
    """

    outcome: Outcome
    provider_message_id: str = ""
    mailer: str = ""
    reason: str = ""
    retry_after: float | None = None
    mailer_wide: bool = False
    postponed: bool = False
    key_is_known: bool = False

    def told_by(self, mailer: str, *, without: str) -> "Result":
        """Return the result as it is kept.

        It has the mailer's name, and neither addresses nor characters that no database takes.
        Servers repeat the recipient's address, in letters of any case, and the reason outlives the
        erasure of its owner. What is said of a call for many names others, too.

        Args:
            mailer: the name of the mailer.
            without: the recipient's address.
        """
        if (
            self.outcome is Outcome.ACCEPTED
            and not self.reason
            and self.provider_message_id.isprintable()
        ):
            return self if self.mailer == mailer else replace(self, mailer=mailer[:60])
        reason = re.sub(
            re.escape(without), "<recipient>", " ".join(self.reason.split()), flags=re.IGNORECASE
        )
        # One next hop that answers with what can't be stored must not keep a whole claim from being
        # settled.
        provider_message_id = db_text(self.provider_message_id)
        return replace(
            self,
            mailer=mailer[:60],
            reason=db_text(without_addresses(reason))[:LONGEST_REASON],
            provider_message_id=provider_message_id,
        )
