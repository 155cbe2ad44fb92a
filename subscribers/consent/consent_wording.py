"""The words that people agree to.

A page prints exactly these, and the consent record keeps exactly these.
"""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from newsletter.brand.current import current_brand
from subscribers.consent.offered_topics import topics_offered


def sign_up_words() -> str:
    """Return the words beside the button of a sign-up form.

    Those of a form for one topic are the topic's own, where staff wrote some.
    """
    offered = list(topics_offered())
    if len(offered) != 1:
        return preferences_words()
    topic = offered[0]
    return topic.local_consent or gettext(
        "I agree to receive email from %(brand)s about “%(topic)s”. I can unsubscribe at any time."
    ) % {"brand": current_brand().name, "topic": topic.local_name}


def preferences_words() -> str:
    """Return the words beside the topics in the preference centre."""
    return gettext(
        "I agree to receive email from %(brand)s about the topics I chose. I can unsubscribe at "
        "any time."
    ) % {"brand": current_brand().name}


def language_of_words(words: str) -> str:
    """Return the language of words that stand beside a button now; empty where they don't."""
    default = str(settings.LANGUAGE_CODE)
    # First the language in which words stand that aren't translated.
    for language in (default, *(each for each in settings.CONTENT_LANGUAGES if each != default)):
        with translation.override(language):
            if words in (sign_up_words(), preferences_words()):
                return language
    return ""
