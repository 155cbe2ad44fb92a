"""Characters of a text that nobody sees, and that change how the rest of it is read."""

import unicodedata

REVERSING = frozenset("\u202a\u202b\u202d\u202e")
"""Embeddings and overrides of the direction (UAX #9, 2.1 and 2.2). They turn the rest of a line
around, in lists and subjects, too, and isolates have taken their place."""
_UNSEEN = frozenset({"Cf", "Cc", "Zs", "Zl", "Zp", "Mn", "Me"})


def hidden_fault_of(text: str) -> str:
    """Return why a text can't be shown as it is, fit to be shown to staff; else an empty text.

    An empty text has no fault.
    """
    if not REVERSING.isdisjoint(text):
        return "Remove the invisible characters that change the direction of writing."
    if text and all(unicodedata.category(each) in _UNSEEN for each in text):
        return "It holds nothing that can be seen."
    return ""
