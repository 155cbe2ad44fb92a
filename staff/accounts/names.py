"""Names of staff, as an administrator enters them.

A name stands in email and in the audit log, so it must be what it looks like. Unicode's own advice
on that is its Technical Standard 39.
"""

import re
import unicodedata

from django.contrib.auth.models import User

from newsletter.core.web_addresses import holds_web_address

MAXIMUM_NAME = 150
MOST_MARKS = 4
"""Marks on a letter (UTS 39 section 5.4). Burmese and Tibetan need as many."""

_JOINERS = "\u200c\u200d"
_WITH_JOINERS = """
    ARABIC BENGALI DEVANAGARI GUJARATI GURMUKHI KANNADA KHMER MALAYALAM MYANMAR ORIYA SINHALA SYRIAC
    TAMIL TELUGU TIBETAN
"""
_SCRIPTS_WITH_JOINERS = frozenset(_WITH_JOINERS.split())
"""Names in these need joiners. All other invisible characters only serve tricks."""
_VIRAMA = 9
"""The combining class of the signs that take a letter's vowel away."""

_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U00013441\U00013442\U000e0100-\U000e01ef]"
)
"""Letters, marks and signs that show nothing, although Unicode counts them as printable."""
_FORBIDDEN = frozenset('<>{}[]|\\^`"@')
_DOT_IN_WORD = re.compile(r"\w{2}\.(\w{3})")
"""As in a domain under a new or local ending. Titles go on with a capital: Univ.Prof., Dr.Ada."""

_EAST_ASIAN = frozenset(["CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO"])
_OF_NO_SCRIPT = frozenset(["", "COMBINING", "IDEOGRAPHIC", "MODIFIER"])


class BadName(ValueError):
    """A text that is no name. The message is fit to be shown."""


def clean_name(raw: str) -> str:
    """Return a name as it is kept: one line, NFC, single blanks.

    Raises:
        BadName: it is empty, too long, or holds what no name has.
    """
    name = " ".join(unicodedata.normalize("NFC", raw).split())
    if not name:
        raise BadName("Enter a name.")
    if len(name) > MAXIMUM_NAME:
        raise BadName(f"A name can have at most {MAXIMUM_NAME} characters.")
    refuse_disguise(name)
    if _FORBIDDEN & set(unicodedata.normalize("NFKC", name)) or _leads_to_web(name):
        raise BadName(
            "A name can’t contain a web or email address, or signs such as < and @. After a dot, "
            "put a space."
        )
    if any(map(_is_symbol, name)) or not any(map(str.isalpha, name)):
        raise BadName("A name is made of letters. Please type it without symbols.")
    if _marks_in_a_row(name) > MOST_MARKS:
        raise BadName("A letter of the name has too many accents. Please type it again.")
    return name


def parts_of(name: str) -> tuple[str, str]:
    """Return what Django keeps as first and last name; together they are the name again."""
    first, _, last = name.rpartition(" ")
    return (first, last) if first else (last, "")


def called(account: User) -> str:
    """Return what colleagues know an account by: the person's name, and the username."""
    name, username = account.get_full_name(), account.get_username()
    return f"{name} ({username})" if name else username


def name_of(account_id: int | None, *, otherwise: str) -> str:
    """Return the name of the person whose account it is, or else its username.

    Args:
        account_id: of an account that may be gone.
        otherwise: the name of whoever has no account.
    """
    account = User.objects.filter(pk=account_id).first() if account_id else None
    return (account.get_full_name() or account.get_username()) if account else otherwise


def refuse_disguise(text: str) -> None:
    """Refuse what looks like another text: invisible characters, and a word of two alphabets.

    Words of different alphabets may stand beside each other. Chinese, Japanese and Korean letters
    count as one, because names mix them.

    Raises:
        BadName: one of the two.
    """
    if _shows_nothing(text):
        raise BadName("There is an invisible character in it. Please type it again.")
    plain = unicodedata.normalize("NFKC", text)
    words = "".join(each if _is_of_word(each) else " " for each in plain).split()
    for word in words:
        scripts = sorted({_script(each) for each in word} - _OF_NO_SCRIPT)
        if len(scripts) > 1:
            names = " and ".join(script.title() for script in scripts)
            raise BadName(f"“{word}” mixes letters: {names}. Please type it in one alphabet.")


def _shows_nothing(name: str) -> bool:
    """Return whether a character can't be seen. Joiners may stand where they shape a letter."""
    if _BLANK.search(name):
        return True
    for index, each in enumerate(name):
        if each in _JOINERS:
            before, after = name[index - 1 : index], name[index + 1 : index + 2]
            ends = bool(before) and unicodedata.combining(before) == _VIRAMA
            joined = _script(before) in _SCRIPTS_WITH_JOINERS
            if not joined or not (ends or _script(after) in _SCRIPTS_WITH_JOINERS):
                return True
        elif not each.isprintable():
            return True
    return False


def _is_symbol(character: str) -> bool:
    """Return whether it is a sign or picture, or a letter as a formula or sticker has it."""
    is_font = unicodedata.decomposition(character).startswith("<font>")
    return is_font or unicodedata.category(character) == "So"


def _leads_to_web(name: str) -> bool:
    plain = unicodedata.normalize("NFKC", name).replace("。", ".")
    return holds_web_address(name) or any(
        match[1].islower() for match in _DOT_IN_WORD.finditer(plain)
    )


def _marks_in_a_row(name: str) -> int:
    marks = "".join(
        "m" if unicodedata.category(each) in ("Mn", "Me") else " "
        for each in unicodedata.normalize("NFD", name)
    )
    return max(map(len, marks.split()), default=0)


def _is_of_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN" or character in _JOINERS


def _script(character: str) -> str:
    """Return the script of a letter or mark, by its name in Unicode, which begins with it."""
    if not character or unicodedata.category(character)[0] not in "LM":
        return ""
    script = unicodedata.name(character, "").partition(" ")[0]
    return "East Asian" if script in _EAST_ASIAN else script
