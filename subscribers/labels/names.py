"""Names of labels: as they are kept, and as they are compared."""

import unicodedata

from newsletter.core.hidden_characters import hidden_fault_of
from subscribers.models.label import LONGEST_LABEL, Label
from subscribers.person_names import clean_name

SEPARATORS = ",;"
"""Characters that part the labels of one cell in a list, so no name has them."""


class BadLabel(ValueError):
    """A name that no label can have. The message is fit to be shown."""


def label_name(raw: str) -> str:
    """Return a label's name as it is kept: one line, NFC, nothing invisible.

    Raises:
        BadLabel: it is empty or too long, or has a comma or a semicolon.
    """
    name = clean_name(raw)
    if not name:
        raise BadLabel("Enter a name.")
    if fault := hidden_fault_of(name):
        raise BadLabel(fault)
    if any(mark in name for mark in SEPARATORS):
        raise BadLabel("A label can’t have a comma or a semicolon: lists part labels by them.")
    if len(name) > LONGEST_LABEL or len(label_key(name)) > _LONGEST_KEY:
        raise BadLabel(f"Use at most {LONGEST_LABEL} characters.")
    return name


def label_key(name: str) -> str:
    """Return what two names that read alike have in common: “Balkans” and “BALKANS”.

    Whatever was typed has one, and a database takes it.
    """
    return " ".join(unicodedata.normalize("NFKC", clean_name(name)).casefold().split())


_LONGEST_KEY = int(Label._meta.get_field("key").max_length or 0)
"""Characters of the column. A letter can become several where its case is taken away."""
