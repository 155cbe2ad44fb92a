"""The HTML of lists of past emails, each line of which is made once for a language of pages."""

from collections.abc import Iterable

from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from campaigns.content.archive import ArchiveLine
from newsletter.public_pages.kept_value import KeptValues

_LINES = KeptValues(room=2_000)
"""Lines of this process."""

type _Name = tuple[ArchiveLine, str, str]


def emails_html(lines: Iterable[ArchiveLine]) -> SafeString:
    """Return the lines of a list, as the active language has them."""
    page = (get_language(), get_script_prefix())
    kept = _LINES.several([(line, *page) for line in lines], _made)
    return mark_safe("".join(kept))  # noqa: S308 - made by the template


def _made(names: Iterable[_Name]) -> dict[_Name, str]:
    return {name: render_to_string("campaigns/_email.html", {"email": name[0]}) for name in names}
