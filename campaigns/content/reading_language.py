"""In which of a campaign's languages somebody reads it who isn't known to us."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string

from newsletter.core.languages import direction_of, own_name, preferred_language


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody who reads in the archive would rather read.

    `chosen` is a language that they asked for by a link, `accepted` is their browser's
    Accept-Language header; each as it came.
    """

    chosen: str = ""
    accepted: str = ""

    def among(self, written: Collection[str], *, own: str) -> str:
        """The language chosen, else the one that the browser asks for, else the campaign's own; of those that are written."""
        if self.chosen in written:
            return self.chosen
        return preferred_language(self.accepted, in_order(written)) or own


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """One entry of a switch of languages."""

    tag: str
    name: str
    direction: str
    is_current: bool


def in_order(written: Collection[str]) -> list[str]:
    """Languages in the order of LANGUAGES, those that are no longer in it behind."""
    return [
        *(tag for tag in settings.CONTENT_LANGUAGES if tag in written),
        *sorted(set(written) - set(settings.CONTENT_LANGUAGES)),
    ]


def language_choices(written: Collection[str], *, current: str) -> list[LanguageChoice]:
    """The entries of a switch; none where there is nothing to choose."""
    if len(written) < 2:
        return []
    return [
        LanguageChoice(tag, own_name(tag), direction_of(tag), tag == current)
        for tag in in_order(written)
    ]


def with_language_switch(html: str, choices: Sequence[LanguageChoice]) -> str:
    """A rendered email with links to its other languages above it.

    It is a page of its own, so nothing else can hold them.
    """
    if not choices:
        return html
    head, opening, rest = html.partition("<body")
    attributes, closing, content = rest.partition(">")
    switch = render_to_string("emails/_layouts/language_switch.html", {"choices": choices})
    return f"{head}{opening}{attributes}{closing}{switch}{content}"
