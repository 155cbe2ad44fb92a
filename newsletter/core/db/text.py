"""Text from outside in a form that databases take."""

import re

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def db_text(text: str) -> str:
    """Return `text` with a replacement character for each NUL and lone surrogate.

    No database takes those.
    """
    return _UNSTORABLE.sub("\ufffd", text)
