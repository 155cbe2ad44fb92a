"""An event's description: rich text, or plain text with paragraphs, as it was before.

Rich text begins with an element, and is cleaned when it is saved and again when it is shown, as
that of an email. Everything else is plain.
"""

import re

from django.utils.html import escape, linebreaks
from django.utils.safestring import SafeString

from newsletter.rendering.content_errors import BlockError, as_sentence
from newsletter.rendering.rich_text import clean_rich_text, rich_text_of_page
from newsletter.rendering.text_part import text_part_of

_RICH = re.compile(r"\s*<(p|div|ul|ol|h[1-6]|blockquote|hr)\b", re.IGNORECASE)
_WITHOUT_TEXT = re.compile(r"(?:<[^>]*>|&nbsp;|\s)*\Z")
_BETWEEN_PARAGRAPHS = re.compile(r"\n{2,}")


class BadDescription(ValueError):
    """A description that can't be kept. The message is fit to be shown."""


def kept_description(typed: str) -> str:
    """Return a description as it is kept: cleaned rich text, or the plain text itself.

    Raises:
        BadDescription: a link that can't be taken, or too much formatting.
    """
    if not _RICH.match(typed):
        return typed.strip()
    if _WITHOUT_TEXT.match(typed):
        return ""  # the editor's empty paragraph
    try:
        return clean_rich_text(typed, path="description", takes_fields=False)
    except BlockError as error:
        raise BadDescription(as_sentence(error.problem)) from error


def description_html(text: str) -> SafeString:
    """Return a kept description as a page shows it."""
    if _RICH.match(text):
        return rich_text_of_page(text)
    return SafeString(linebreaks(text, autoescape=True))


def description_text(text: str) -> str:
    """Return a kept description as plain text, as calendars and text parts show it."""
    return text_part_of(text).strip() if _RICH.match(text) else text


def to_edit(text: str) -> str:
    """Return a kept description as the editor takes it, which knows rich text alone."""
    if not text or _RICH.match(text):
        return text
    paragraphs = (escape(each) for each in _BETWEEN_PARAGRAPHS.split(text.strip()))
    return "".join(f"<p>{each.replace('\n', '<br>')}</p>" for each in paragraphs)


def unless_as_before(typed: str, *, before: str) -> str:
    """Return what was typed, or the description of before where the editor changed its form alone.

    A plain description would otherwise become another one, and end approvals, by being looked at.
    """
    try:
        is_as_before = kept_description(typed) == kept_description(to_edit(before))
    except BadDescription:
        return typed
    return before if is_as_before else typed
