"""The words that people agree to. A page prints just these, and the consent record keeps just these."""

from newsletter.brand.current import current_brand
from subscribers.consent.offer import topics_by_default, topics_offered


def sign_up_words() -> str:
    """What stands beside the button of a sign-up form. It says what ticking nothing means, for that is agreed to as well."""
    offered = list(topics_offered())
    if len(offered) == 1:
        what = f"on “{offered[0].name}”"
    else:
        rest = "all of them" if len(topics_by_default()) == len(offered) else "all that need no review"
        what = f"on the topics that I tick, or on {rest} if I tick none"
    return f"Yes, {current_brand().name} may send letters to this address {what}. I can leave at any time, by a link in each letter."


def preferences_words() -> str:
    """What stands beside the topics in the preference centre."""
    return f"{current_brand().name} may send me letters on the topics that I tick."
