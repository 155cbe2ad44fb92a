"""The words that people agree to. A page prints just these, and the consent record keeps just these."""

from newsletter.brand.current import current_brand


def sign_up_words() -> str:
    """What stands beside the button of a sign-up form."""
    name = current_brand().name
    return f"Yes, {name} may send letters to this address on the topics that I choose. I can leave at any time, by a link in each letter."


def preferences_words() -> str:
    """What stands beside the topics in the preference centre."""
    return f"{current_brand().name} may send me letters on the topics that I tick."
