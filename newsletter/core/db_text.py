"""Text from outside, as it can be stored."""

import re

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def db_text(text: str) -> str:
    """`text` with a replacement character for each NUL and lone surrogate, which no database takes."""
    return _UNSTORABLE.sub("\ufffd", text)
