"""The words that people agree to.

A page prints exactly these, and the consent record keeps exactly these.
"""

from collections.abc import Iterable

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from newsletter.brand.current import current_brand
from subscribers.consent.offered_topics import topics_offered
from subscribers.models import Topic


def sign_up_words(offered: Iterable[Topic] | None = None) -> str:
    """Return the words beside the button of a sign-up form.

    Those of a form for one topic are the topic's own, where staff wrote some.

    Args:
        offered: the topics of the form; None: those of one that is opened without a link.
    """
    topics = list(topics_offered() if offered is None else offered)
    return invitation_words(topics[0]) if len(topics) == 1 else preferences_words()


def preferences_words(*, brand: str = "") -> str:
    """Return the words beside the topics in the preference centre.

    Args:
        brand: its name, where the caller has it already.
    """
    return gettext(
        "I agree to receive email from %(brand)s about the topics I chose. I can unsubscribe at "
        "any time."
    ) % {"brand": brand or current_brand().name}


def language_of_words(words: str, *, topic: Topic | None = None) -> str:
    """Return the language of words that stand beside a button now; empty where they don't.

    Args:
        topic: about which they may be.
    """
    default = str(settings.LANGUAGE_CODE)
    # First the language in which words stand that aren't translated.
    for language in (default, *(each for each in settings.CONTENT_LANGUAGES if each != default)):
        with translation.override(language):
            if words in (sign_up_words(), preferences_words()):
                return language
            if topic and words in (invitation_words(topic), application_words(topic)):
                return language
    return ""


def application_words(topic: Topic, *, brand: str = "") -> str:
    """Return the words beside the button of the form to join a moderated topic."""
    return gettext(
        "I agree that %(brand)s keeps what I wrote here to decide on my application, and sends me "
        "email about “%(topic)s” if it is accepted. I can withdraw and unsubscribe at any time."
    ) % {"brand": brand or current_brand().name, "topic": topic.local_name}


def invitation_words(topic: Topic, *, brand: str = "") -> str:
    """Return the words beside a button that subscribes to one topic.

    They are the topic's own, where staff wrote some.
    """
    return topic.local_consent or gettext(
        "I agree to receive email from %(brand)s about “%(topic)s”. I can unsubscribe at any time."
    ) % {"brand": brand or current_brand().name, "topic": topic.local_name}
