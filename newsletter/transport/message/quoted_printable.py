"""Quoted-printable (RFC 2045 section 6.7) in pieces, so that shared text is encoded once.

No line starts with a dot, so SMTP has nothing to stuff, nor with `From `, which old mailboxes
change. Both would break a DKIM signature.
"""

import re
from functools import lru_cache

SOFT_BREAK = b"=\r\n"
"""Ends a line that the recipient sees as one with the next."""

_LONGEST = 75
"""Characters of a line, without the = of its soft break."""
_LONGEST_KEPT = 500
"""Characters of a line that is kept once it is encoded."""

_UNSAFE = re.compile(rb"[^ -<>-~]")
_LINE_END = re.compile(r"\r\n|\r|\n")
# What stays as it is and fits one line. A value that ends in a space is followed by a soft break,
# so the space is safe.
_PLAIN = re.compile(r"(?!\.|From )[ -<>-~]{0,75}")


def encode(text: str) -> bytes:
    """Encode `text` as it may stand at the start of a line.

    It must be followed by a line end or SOFT_BREAK.

    Raises:
        UnicodeEncodeError: a lone surrogate, which no charset can represent.
    """
    if _PLAIN.fullmatch(text) and text[-1:] != " ":
        return text.encode("ascii")
    return b"\r\n".join(
        _kept_line(line) if len(line) <= _LONGEST_KEPT else _encoded_line(line.encode())
        for line in _LINE_END.split(text)
    )


def encode_value(value: str) -> bytes:
    """Encode `value`, one line without its end, as it may stand between two soft breaks.

    Raises:
        UnicodeEncodeError: a lone surrogate, which no charset can represent.
    """
    if _PLAIN.fullmatch(value):
        return value.encode("ascii")
    return _kept_line(value)


def encode_own(lines: str) -> bytes:
    """Encode lines that hardly ever come again, each with CRLF at its end, and keep none.

    Raises:
        UnicodeEncodeError: a lone surrogate, which no charset can represent.
    """
    return b"\r\n".join(map(_encoded_line, lines.encode().split(b"\r\n")))


@lru_cache(maxsize=1000)
def _kept_line(line: str) -> bytes:
    """Encode one line, and keep the latest.

    The same times and names come again and again, and so do most lines of single messages.
    """
    return _encoded_line(line.encode())


def _encoded_line(line: bytes) -> bytes:
    raw = _UNSAFE.sub(lambda byte: b"=%02X" % byte[0][0], line)
    if raw.endswith(b" "):
        raw = raw[:-1] + b"=20"
    lines, start = [], 0
    while True:
        hidden = b""
        if raw.startswith((b".", b"From "), start):
            hidden = b"=%02X" % raw[start]
            start += 1
        end = start + _LONGEST - len(hidden)
        if end >= len(raw):
            lines.append(hidden + raw[start:])
            return SOFT_BREAK.join(lines)
        # The three characters of one byte stay together.
        if raw[end - 1 : end] == b"=":
            end -= 1
        elif raw[end - 2 : end - 1] == b"=":
            end -= 2
        lines.append(hidden + raw[start:end])
        start = end
