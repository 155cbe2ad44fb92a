"""Names of the people in a sheet: checked, joined, and the part by which each may be addressed."""

import unicodedata

from subscribers.imports.rows.decision import RefusedRow
from subscribers.person_names import clean_name, given_name_in

MOST_WORDS = 6
"""Words of a person's name. More are an organisation or several people."""


FAMILY_NAME_FIRST = frozenset(
    {"CN", "HK", "HU", "JP", "KH", "KP", "KR", "MN", "MO", "SG", "TW", "VN"}
)
"""Countries where a name may well begin with the family's. No given name is guessed for people from
there.
"""


def checked_name(text: str, *, what: str, maximum: int) -> str:
    """Return a name of any script on one line.

    Raises:
        RefusedRow: control characters (no form lets a person type them), or too long; cutting a
            name would falsify it.
    """
    if not text.isprintable() and any(
        unicodedata.category(mark) in ("Cc", "Zl", "Zp") for mark in text
    ):
        raise RefusedRow(f"The {what} has a control character in it.")
    if len(text) > maximum:
        raise RefusedRow(f"The {what} has more than {maximum} characters.")
    return clean_name(text)


def given_name_of(full_name: str, country: str) -> str:
    """Guess the given name of a whole name, with more care than on the sign-up page.

    There, people see what they typed. Here the answer is "" for a single word (it may be the
    family's), where part of the name stands in capitals (DUPONT Marie), for two people at once, and
    for people of countries where the family's name comes first.

    Args:
        full_name: as `checked_name` or `joined_name` returned it.
        country: ISO code.
    """
    words = full_name.split()
    in_capitals = [word for word in words if len(word) > 2 and word.isupper()]
    if country in FAMILY_NAME_FIRST or len(words) < 2 or len(words) > MOST_WORDS or "&" in words:
        return ""
    if in_capitals and len(in_capitals) < len(words):
        return ""
    return given_name_in(full_name)


def joined_name(given: str, family: str) -> str:
    """Join given and family name as the form asks for them.

    Chinese, Japanese and Korean names are written family first and without a space.
    """
    both = given + family
    if (
        given
        and family
        and all("\u2e80" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7a3" for letter in both)
    ):
        return family + given
    return f"{given} {family}".strip()
