"""The language in which an unknown visitor reads a campaign."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string

from newsletter.core.languages import direction_of, lookup_language, own_name, preferred_language
from newsletter.public_pages.shared_page import SharedPage


@dataclass(frozen=True, slots=True)
class LanguagePreference:
    """The languages that a visitor of the archive prefers.

    `chosen` is a language that they asked for by a link, `accepted` is their browser's
    Accept-Language header; each as it came.
    """

    chosen: str = ""
    accepted: str = ""

    def choose(self, written: Collection[str], *, own: str) -> str:
        """Choose one of the languages in `written`.

        It is the one that was asked for, or that serves who asks for it (pt for pt-br), else the
        one that the browser prefers, else `own`, the campaign's own language.
        """
        if served := lookup_language(self.chosen, written):
            return served
        return preferred_language(self.accepted, in_offered_order(written)) or own


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """One entry of a language switch."""

    tag: str
    name: str
    direction: str
    is_current: bool


def in_offered_order(written: Collection[str]) -> list[str]:
    """Return languages in the order of LANGUAGES. Those that are no longer in it come last."""
    return [
        *(tag for tag in settings.CONTENT_LANGUAGES if tag in written),
        *sorted(set(written) - set(settings.CONTENT_LANGUAGES)),
    ]


def language_switch_entries(written: Collection[str], *, current: str) -> list[LanguageChoice]:
    """Return the entries of a language switch, or none if there is nothing to choose."""
    if len(written) < 2:
        return []
    return [
        LanguageChoice(tag, own_name(tag), direction_of(tag), tag == current)
        for tag in in_offered_order(written)
    ]


def with_archive_bar(
    html: str,
    choices: Sequence[LanguageChoice],
    *,
    shared: SharedPage | None = None,
    notice: str = "",
    back: str = "",
) -> str:
    """Add links to the archive and to its other languages above a rendered email.

    The email is a page of its own, so nothing else can hold them.

    Args:
        shared: how its link is shown elsewhere, for its head.
        notice: HTML that stands between them and the email.
        back: the path of the reader's own list, of an email that isn't in the public archive.
    """
    head, opening, rest = html.partition("<body")
    attributes, closing, content = rest.partition(">")
    tags = render_to_string("_shared_page.html", {"shared": shared}) if shared else ""
    bar = render_to_string("emails/_layouts/archive_bar.html", {"choices": choices, "back": back})
    head = head.replace("</head>", f"{tags}</head>", 1)
    return f"{head}{opening}{attributes}{closing}{bar}{notice}{content}"
