"""Plain text with paragraphs: of applicants, in any script, and of staff."""

import re
import unicodedata

from subscribers.person_names import is_visible

_BREAKS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_MANY = re.compile(r"\n{3,}")


def clean_paragraphs(raw: str, *, at_most: int) -> str:
    """Return text as it is kept: NFC, nothing invisible, single empty lines.

    Overrides of the direction of writing go, too: they make a sentence read as another one.

    Args:
        at_most: characters; the rest is cut off, so a form says so before.
    """
    text = _BREAKS.sub("\n", unicodedata.normalize("NFC", raw)).replace("\t", " ")
    shown = "".join(character for character in text if character == "\n" or is_visible(character))
    lines = "\n".join(" ".join(line.split()) for line in shown.split("\n"))
    return _MANY.sub("\n\n", lines).strip()[:at_most].rstrip()


def paragraphs_of(text: str) -> list[str]:
    """Return the paragraphs of a text, each in one line; an empty line ends one.

    A line of its own stays one, such as those of an address or of a signature.
    """
    return [line.strip() for line in text.split("\n") if line.strip()]
