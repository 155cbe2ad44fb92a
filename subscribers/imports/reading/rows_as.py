"""The option `--as` of an import: what all rows of a file are."""

from enum import StrEnum


class RowsAs(StrEnum):
    """The operator's decision on all rows of a file."""

    SUBSCRIBERS = "subscribers"  # the file's name misleads
    UNSUBSCRIBED = "unsubscribed"
    HARD_BOUNCED = "hard-bounced"
    COMPLAINED = "complained"
