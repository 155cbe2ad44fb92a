"""Headings in order, pictures that are described, and enough text beside the pictures."""

import re
from collections.abc import Iterator
from itertools import pairwise

from campaigns.review.checks.empty_words import EMPTY_ALTS
from campaigns.review.checks.written import Written
from campaigns.review.finding import PreflightFinding, advice, warning

_SECTION = 2
_FILE_NAME = re.compile(r"[\w .()-]+\.(?:jpe?g|png|gif|webp|heic|svg|bmp|tiff?)\Z", re.IGNORECASE)
_CAMERA = re.compile(
    r"(?:IMG|DSC[NF]?|PXL|image|photo|screenshot|scan)[\s_-]*\d[\w-]*\Z", re.IGNORECASE
)
_LONG_ALT = 150
MANY_WORDS_MISSING = 20
"""Words of an email below which a picture is most of it. SpamAssassin looks for that, too
(HTML_IMAGE_ONLY, HTML_IMAGE_RATIO)."""
WORDS_FOR_A_PICTURE = 30
"""Words beside each picture, of an email that says enough to whoever sees no pictures."""
WORDS_OF_EVENT_PART = 20
"""Words of an event card at least: a title, two times and a place."""
_MUCH_TEXT = 250
"""Words of a text without any heading that is tiring to read."""


def check_headings(written: Written) -> Iterator[PreflightFinding]:
    """Find headings that skip a level, have no text, or are missing in a long email.

    Screen readers offer headings as a table of contents (WCAG 1.3.1 and 2.4.6).
    """
    for heading in written.headings:
        if not heading.text.strip():
            yield warning("This heading has no text. Write some, or remove it.", heading.path)
    for above, heading in pairwise(written.headings):
        if heading.level > above.level + 1:
            yield warning(
                f"The heading “{_short(heading.text)}” is two levels below the one before it. Make "
                f"it a larger heading, so that people who hear the email can follow.",
                heading.path,
            )
    if written.headings and written.headings[0].level > _SECTION:
        first = written.headings[0]
        yield warning(
            f"The first heading, “{_short(first.text)}”, is a small one. Make it a larger heading.",
            first.path,
        )
    longest = max(
        (passage for passage in written.passages if passage.is_prose),
        key=lambda passage: len(passage.text),
        default=None,
    )
    if longest and not written.headings and len(longest.text.split()) > _MUCH_TEXT:
        yield advice(
            "This is a long text without headings. A few would help people find what they look "
            "for.",
            longest.path,
        )


def check_pictures(written: Written) -> Iterator[PreflightFinding]:
    """Find descriptions of pictures that describe nothing, and too little text beside pictures.

    That there is a description is seen to by the block itself.
    """
    for picture in written.pictures:
        yield from check_alt(picture.alt, picture.path)
    if written.pictures:
        yield from _check_ratio(written)


def check_alt(text: str, path: str, *, of: str = "") -> Iterator[PreflightFinding]:
    """Find a description of a picture that describes nothing, or is long.

    Args:
        path: of its field.
        of: whose it is, such as “ of the event’s picture”, where its path doesn't show that.
    """
    alt = text.strip()
    if _FILE_NAME.match(alt) or _CAMERA.match(alt):
        yield warning(
            f"The alternative text “{_short(alt)}”{of} is the name of a file. Say what the picture "
            f"shows.",
            path,
        )
    elif alt.casefold().strip(".") in EMPTY_ALTS:
        yield warning(f"The alternative text “{alt}”{of} doesn’t say what the picture shows.", path)
    elif len(alt) > _LONG_ALT:
        yield advice(
            f"The alternative text{of} has {len(alt)} characters. One short sentence is easier to "
            f"listen to; the rest can stand in the text.",
            path,
        )


def _check_ratio(written: Written) -> Iterator[PreflightFinding]:
    lines = (".subject", ".preheader")
    words = sum(
        len(passage.text.split())
        for passage in written.passages
        if not passage.path.endswith((*lines, ".alt"))
    )
    words += written.event_parts * WORDS_OF_EVENT_PART
    number, first = len(written.pictures), written.pictures[0]
    if words < MANY_WORDS_MISSING:
        yield warning(
            "This email is almost nothing but pictures. Many programs show no pictures at first, "
            "and spam filters distrust such emails. Say the most important things in words, too.",
            first.path,
        )
    elif words < number * WORDS_FOR_A_PICTURE:
        there_are = f"There are {number} pictures" if number > 1 else "There is a picture"
        yield advice(
            f"{there_are} and only {words} words. Whoever sees no pictures gets little from this "
            f"email.",
            first.path,
        )


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60].rstrip()}…"
