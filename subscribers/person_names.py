"""Names of people, in any script: tidied for keeping, and the given name by which to greet them."""

import re
import unicodedata
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

MAXIMUM_NAME = 200
MAXIMUM_GIVEN_NAME = 100
NO_WEB_ADDRESS = _(
    "A name can’t contain a web or email address. Remove it, or add a space after the full stop."
)
"""The complaint about a name that `newsletter.core.web_addresses.holds_web_address`: mail programs
would make a link of it.
"""

_JOINERS = "\u200c\u200d"
"""Zero-width (non-)joiners, which Persian and Indic names need. All other invisible characters only
serve tricks.
"""

_TITLES = frozenset(
    "mr mrs ms miss mx mister dr prof professor sir dame rt right hon honourable honorable"
    " the rev reverend sen senator rep representative mp mep mep. minister ambassador judge "
    "justice eng ing dipl h.e he she"
    " excellency his her sr sra sra. srta don doña m mme mlle herr frau dott dra".replace(
        ".", ""
    ).split()
)
"""Words that stand before a name and belong to none. "he" and "she" are the H.E. of diplomats
without its dots.
"""

_PEERAGE = frozenset(
    {"lord", "lady", "baroness", "baron", "viscount", "viscountess", "earl", "countess", "sheikh"}
)
"""Titles after which the family or the seat is named: we can't tell the given name."""

_FAMILY_NAME_FIRST = ("CJK", "HANGUL", "HIRAGANA", "KATAKANA", "BOPOMOFO")
"""Scripts in which names begin with the family's. We can't tell the rest from it, so the person is
not addressed by name.
"""
_FIRST_OF_THESE = "\u1100"
"""The first character of any of these scripts."""

_GIVEN_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0900-\u0dff\u200c\u200d'’·-])+")
_COMMA = re.compile(r"\s*[,،]\s*")


def clean_name(raw: str) -> str:
    """Return a name as it is kept.

    That is one line, NFC, single blanks, nothing invisible, at most 200 characters.
    """
    if raw.isascii() and raw.isprintable():
        # Nothing in it needs a look. An import reads many thousands of these.
        return " ".join(raw.split())[:MAXIMUM_NAME].rstrip()
    visible = unicodedata.normalize("NFC", raw).translate(_VISIBLE)
    return " ".join(visible.split())[:MAXIMUM_NAME].rstrip()


def guess_given_name(full_name: str) -> str:
    """Guess the given name by which to greet a person; "" in doubt.

    A fallback offends nobody, and a wrong name does.

    "Dr Ada Lovelace" → "Ada"; "LOVELACE, Ada" → "Ada"; "J. Smith" and "王小明" → "".
    """
    return given_name_in(clean_name(full_name))


def given_name_in(name: str) -> str:
    """Guess the given name in a name that `clean_name` has returned."""
    if (
        "@" in name
        or "://" in name
        or (max(name, default="") >= _FIRST_OF_THESE and any(map(_is_family_first, name)))
    ):
        return ""
    family, comma, rest = _split_at_comma(name)
    words = (rest if comma else family).split()
    while words and _bare(words[0]) in _TITLES:
        words = words[1:]
    if (
        not words
        or _bare(words[0]) in _PEERAGE
        or not _GIVEN_NAME.fullmatch(words[0])
        or len(words[0]) > MAXIMUM_GIVEN_NAME
    ):
        return ""
    return _in_title_case(words[0])


def initials_of(full_name: str) -> str:
    """Return a name for a page that others than its owner may see: "A… L…".

    It is enough to tell one's own name from one that somebody else typed. A short word, and one of
    a script in which a sign is half a name, has no initial: "Li" and "王小明" are "…".
    """
    return " ".join(_initial(word) for word in clean_name(full_name).split()[:4])


def _initial(word: str) -> str:
    first = word[0]
    return (
        f"{first}…" if first.isalpha() and len(word) >= 3 and not _is_family_first(first) else "…"
    )


def _split_at_comma(name: str) -> tuple[str, bool, str]:
    """Return ("Ada Lovelace", False, "") or, of "LOVELACE, Ada", its two parts.

    "Ada Lovelace, MP" has none before the comma.
    """
    before, *after = _COMMA.split(name, maxsplit=1)
    if not after or len(before.split()) > 1 or _bare(after[0]) in _TITLES or after[0].isupper():
        return before, False, ""
    return before, True, after[0]


def _bare(word: str) -> str:
    return word.replace(".", "").casefold()


def _in_title_case(word: str) -> str:
    """Capitalise ADA and ada, which were typed in haste, and keep McKenna as it is."""
    if len(word) > 1 and (word.isupper() or word.islower()):
        return "-".join(part[:1].title() + part[1:].lower() for part in word.split("-"))
    return word


def is_visible(character: str) -> bool:
    """Return whether a character is shown, or joins letters; controls and overrides are not."""
    return _is_kept(character) and unicodedata.category(character) != "Cc"


def _is_kept(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character) not in ("Cf", "Cs", "Co", "Cn")


class _Visible(dict[int, str]):
    """A table for `str.translate` that finds out about each character once."""

    _MOST = 10_000
    """Characters that it remembers: more than a list of names has, and fewer than there are."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if unicodedata.category(character) in ("Cc", "Zl", "Zp", "Zs"):
            shown = " "
        else:
            shown = character if _is_kept(character) else ""
        if len(self) < self._MOST:
            self[code] = shown
        return shown


_VISIBLE = _Visible()


@lru_cache(maxsize=4_096)
def _is_family_first(character: str) -> bool:
    return not character.isascii() and unicodedata.name(character, "").startswith(
        _FAMILY_NAME_FIRST
    )
