"""The two headers that people read and that differ by recipient: To and Subject.

RFC 5322 says how they are written, and RFC 2047 how with other characters than ASCII.
"""

import re
from binascii import b2a_base64

from newsletter.transport.message.envelope import plain_words

_WORD_BYTES = 39
"""Bytes of UTF-8 in one encoded-word, so that even behind `Subject: ` a line has less than the 76
characters of RFC 2047."""
_LINE = 78
_FOLDABLE = re.compile(r" *[^ ]+(?: +$)?")


def to_line(address: str, name: str) -> bytes:
    """Return the To header.

    Args:
        address: in ASCII, checked.
        name: without control characters.
    """
    if not name:
        return b"To: %b\r\n" % address.encode("ascii")
    if len(name) + len(address) < _LINE - 12 and name.isascii() and "=?" not in name:
        quoted = name if name.isalnum() else name.replace("\\", "\\\\").replace('"', '\\"')
        return f'To: "{quoted}" <{address}>\r\n'.encode("ascii")
    return b"To: %b\r\n <%b>\r\n" % (encoded_words(plain_words(name)), address.encode("ascii"))


def subject_line(text: str) -> bytes:
    """Return the Subject header.

    Args:
        text: without control characters.
    """
    if not text.isascii() or "=?" in text:
        return b"Subject: %b\r\n" % encoded_words(plain_words(text))
    if len(text) < _LINE - 9:
        return b"Subject: %b\r\n" % text.encode("ascii")
    return b"Subject: %b\r\n" % _folded(text, used=9).encode("ascii")


def encoded_words(text: str) -> bytes:
    """Return `text` as encoded-words, one a line.

    A mail program that decodes them drops what stands between two of them (section 6.2).
    """
    raw = text.encode()
    if len(raw) <= _WORD_BYTES:
        return _word(raw)
    words = []
    while raw:
        end = min(_WORD_BYTES, len(raw))
        while end < len(raw) and raw[end] & 0xC0 == 0x80:
            end -= 1  # a character stays in one word (section 5)
        words.append(_word(raw[:end]))
        raw = raw[end:]
    return b"\r\n ".join(words)


def _word(raw: bytes) -> bytes:
    return b"=?utf-8?b?%b?=" % b2a_base64(raw, newline=False)


def _folded(text: str, *, used: int) -> str:
    lines, line = [], " " * used
    for piece in _FOLDABLE.findall(text):
        if len(line) + len(piece) > _LINE and piece.startswith(" ") and line.strip():
            lines.append(line)
            line = ""
        line += piece
    return "\r\n".join([*lines, line])[used:]
