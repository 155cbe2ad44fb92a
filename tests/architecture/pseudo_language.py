"""A made-up catalogue, in which each text is its English between brackets that nothing else has.

Whatever a page says outside of brackets was not marked to be translated.
"""

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from scripts.messages import everything_said

TAG = "am"
"""Amharic: Babel writes its dates and zones in Ethiopic letters, and Django says nothing in it."""
_OPEN, _CLOSE = "⟦", "⟧"
_ATTRIBUTES = ("aria-label", "alt", "title", "placeholder", "label")
_SAID_BY_SCRIPTS = (
    "data-label",
    "data-exit-twice",
    "data-exit-once",
    "data-exit-expired",
    "data-exit-leaving",
    "data-working",
    "data-done",
    "data-failed",
)
"""Attributes from which a script or a style takes its words. A test finds those that lack here."""
_UNSEEN = ("script", "style", "option", "head", "svg")
"""Elements without words of ours. The options of a menu are names of countries and languages, by
libraries, or tested as what they stand for; but the one that stands for nothing is ours."""
_LATIN = re.compile(r"[^\W\d_]*[A-Za-z]{2,}[^\W\d_]*")
NOT_WORDS = re.compile(r"[A-Z]{3,5}|Convene|Atom")
"""Abbreviations, such as UTC and EET, and names that are the same everywhere."""


def said_by_scripts() -> frozenset[str]:
    """Return the attributes whose words a script or a style says."""
    return frozenset(_SAID_BY_SCRIPTS)


def write_pseudo_catalogue(folder: Path) -> None:
    """Write the catalogue where Django looks for that of TAG in `folder`."""
    catalogue = Catalog(TAG)
    for said in everything_said():
        singular = _OPEN + said.singular + _CLOSE
        if said.plural:
            catalogue.add(
                (said.singular, said.plural),
                (singular, _OPEN + said.plural + _CLOSE),
                context=said.context or None,
            )
        else:
            catalogue.add(said.singular, singular, context=said.context or None)
    place = folder / TAG / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / "django.mo").open("wb") as file:
        write_mo(file, catalogue)


def untranslated(markup: str, *, data: Iterable[str] = ()) -> list[str]:
    """Return the words of a page or email that are neither in brackets nor data.

    Args:
        markup: HTML, or plain text.
        data: what staff and subscribers wrote, which nobody translates.
    """
    reader = _Reader()
    reader.feed(markup)
    text = "\n".join(reader.texts)
    # The inner brackets first: a translated text may be filled in with another.
    while (inner := re.sub(rf"{_OPEN}[^{_OPEN}{_CLOSE}]*{_CLOSE}", " ", text)) != text:
        text = inner
    text = re.sub(r"\S+@\S+|https?://\S+|\S+…@\S+", " ", text)
    text = " ".join(text.split())  # the text part of an email breaks its lines
    for written in sorted({" ".join(each.split()) for each in data}, key=len, reverse=True):
        # A lower-case word alone is the name of a state, such as "confirmed", and may be ours, too;
        # codes of countries are parts of other words.
        if len(written) > 2 and not (written.isalpha() and written.islower()):
            text = text.replace(written, " ")
    return [word for word in _LATIN.findall(text) if not NOT_WORDS.fullmatch(word)]


class _Reader(HTMLParser):
    """The texts that somebody sees or hears, elements inside of a sentence left out."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = [""]
        self._unseen: list[str] = []
        self._other_language: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag in _UNSEEN and not (tag == "option" and named.get("value") == ""):
            self._unseen.append(tag)
        if tag in _VOID:
            pass
        elif self._other_language:
            self._other_language.append(tag)
        elif tag != "html" and named.get("lang") not in (None, TAG):
            self._other_language = [tag]
        if not self._other_language:
            spoken = (*_ATTRIBUTES, *_SAID_BY_SCRIPTS)
            self.texts += [str(named[name]) for name in spoken if named.get(name)]
        if tag == "meta" and "description" in str(named.get("name") or named.get("property")):
            self.texts.append(str(named.get("content")))
        self.texts.append("") if tag in _BLOCKS else None

    def handle_endtag(self, tag: str) -> None:
        if self._unseen and self._unseen[-1] == tag:
            self._unseen.pop()
        if self._other_language and self._other_language[-1] == tag:
            self._other_language.pop()
        if tag == "title":
            self.texts.append("")

    def handle_data(self, data: str) -> None:
        if self._other_language or (self._unseen and self._unseen != ["head"]):
            return
        if self._unseen == ["head"] and self.lasttag != "title":
            return
        self.texts[-1] += data


_VOID = ("br", "hr", "img", "input", "link", "meta", "wbr", "col")
_BLOCKS = ("p", "h1", "h2", "h3", "li", "td", "th", "dt", "dd", "div", "label", "button", "legend")
