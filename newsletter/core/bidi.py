"""Isolation of what is written the other way inside of a text (Unicode bidirectional algorithm).

In an Arabic sentence the full stop after “Ada King (UTC)” would jump to its other end, and an
address could be read in pieces. An isolate keeps a name, a time or an address together, wherever it
stands: in HTML, in a subject, in plain text (UAX #9 section 2.4.2).
"""

import re

from newsletter.core.languages import direction_of

FIRST_STRONG_ISOLATE, LEFT_TO_RIGHT_ISOLATE, POP_ISOLATE = "\u2068", "\u2066", "\u2069"

_NUMBER_IN_GROUPS = re.compile(r"[+(]?\d+(?:[ \u00a0\u202f./()-]+\d+)+#?|\+\d+")
"""A telephone number or a code, as people write them. It may begin with + or a bracket."""


def isolated(text: str, language: str) -> str:
    """Return a text that keeps its own direction within text of `language`.

    Only right-to-left languages need it: their texts quote Latin names and addresses daily, others
    hardly ever hold Arabic, and an invisible character that isn't needed can only do harm.

    Args:
        text: its first letter with a direction gives the direction of all of it.
        language: BCP 47 tag of what stands around it.
    """
    if not text or direction_of(language) != "rtl":
        return text
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"


def isolated_ltr(text: str, language: str) -> str:
    """Return a Latin fragment, such as “UTC−05:00”, that stays so within text of `language`."""
    if not text or direction_of(language) != "rtl":
        return text
    return f"{LEFT_TO_RIGHT_ISOLATE}{text}{POP_ISOLATE}"


def numbers_isolated(text: str, language: str) -> str:
    """Return a text whose telephone numbers stay in order within text of `language`.

    Right to left, “+40 21 555” would be shown as “555 21 40+”: a space between two numbers takes
    the direction of what is around them (UAX #9 section 3.3.5, rule N1).
    """
    if direction_of(language) != "rtl":
        return text
    bare = text.replace("\u200e", "")  # a mark that was set by hand for the same purpose
    return _NUMBER_IN_GROUPS.sub(lambda found: isolated_ltr(found[0], language), bare)
