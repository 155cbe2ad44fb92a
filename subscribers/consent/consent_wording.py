"""The words that people agree to.

A page prints exactly these, and the consent record keeps exactly these.
"""

from newsletter.brand.current import current_brand
from subscribers.consent.offered_topics import topics_offered


def sign_up_words() -> str:
    """Return the words beside the button of a sign-up form."""
    offered = list(topics_offered())
    what = f"“{offered[0].name}”" if len(offered) == 1 else "the topics I chose"
    return (
        f"I agree to receive email from {current_brand().name} about {what}. I can unsubscribe "
        f"at any time."
    )


def preferences_words() -> str:
    """Return the words beside the topics in the preference centre."""
    return (
        f"I agree to receive email from {current_brand().name} about the topics I chose. I can "
        f"unsubscribe at any time."
    )
