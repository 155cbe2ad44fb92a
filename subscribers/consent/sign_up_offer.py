"""All that a sign-up form offers: its topics, and the words beside its button.

Each form that is shown or sent needs it, so it is read once, until something changes.
"""

from dataclasses import dataclass

from django.utils.translation import get_language

from newsletter.public_pages.kept_value import VALUES
from subscribers.consent.consent_wording import sign_up_words
from subscribers.consent.offered_topics import open_topics, topics_by_application, topics_offered
from subscribers.models import Topic


@dataclass(frozen=True, slots=True)
class Offer:
    """The topics to choose from, in their order, and the words that one agrees to.

    Unlisted topics are offered to whoever names them; those that one applies for are links.
    """

    topics: tuple[Topic, ...]
    words: str
    unlisted: tuple[Topic, ...] = ()
    applied_for: tuple[Topic, ...] = ()


def current_offer() -> Offer:
    """Return what is offered now, in the active language. Nobody changes its topics."""
    return VALUES.value(("offer", get_language()), _read)


def _read() -> Offer:
    return Offer(
        tuple(topics_offered()),
        sign_up_words(),
        tuple(open_topics().filter(is_unlisted=True, is_moderated=False)),
        tuple(topics_by_application()),
    )
