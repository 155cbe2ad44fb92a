"""All that a sign-up form offers: its topics, and the words beside its button.

Each form that is shown or sent needs it, so it is read once, until something changes.
"""

from collections.abc import Collection
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

    def of_form(self, *, named: Collection[str], about: Collection[str] = ()) -> "FormOffer":
        """Return the offer of one form.

        Args:
            named: slugs that the form or its link names. An unlisted topic is offered to whoever
                names it.
            about: slugs of the topics that the form is about; without any it is about all. A form
                about topics that are offered no more is closed.
        """
        unlisted = [topic for topic in self.unlisted if topic.slug in {*named, *about}]
        offered = [*self.topics, *unlisted]
        return FormOffer(
            tuple(topic for topic in offered if not about or topic.slug in about),
            sign_up_words(offered) if unlisted else self.words,
            tuple(topic for topic in self.applied_for if not about or topic.slug in about),
        )


@dataclass(frozen=True, slots=True)
class FormOffer:
    """The part of the offer that one form shows."""

    topics: tuple[Topic, ...]
    words: str
    applied_for: tuple[Topic, ...]

    @property
    def is_closed(self) -> bool:
        """Return whether there is nothing to choose."""
        return not self.topics


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
