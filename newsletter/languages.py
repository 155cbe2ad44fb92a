"""Languages, by their tags (BCP 47)."""

import re

MAXIMUM_LENGTH = 12
"""Characters, as the columns have; zh-hant-hk has ten."""
_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")


class BadLanguage(ValueError):
    """What is no language tag; the message is fit to be shown."""


def parse_language(raw: str) -> str:
    """A language tag as it is kept: in small letters, since case means nothing (RFC 5646 section 2.1.1), and with hyphens.

    Raises:
        BadLanguage: it has not the form of a tag. Whether there is such a language is not asked.
    """
    tag = raw.strip().lower().replace("_", "-")
    if len(tag) > MAXIMUM_LENGTH or not _TAG.fullmatch(tag):
        raise BadLanguage("This is not a language tag, such as en or pt-br.")
    return tag
