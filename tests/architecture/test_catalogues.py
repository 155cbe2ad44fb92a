"""Each catalogue has all texts of pages and emails, with nothing missing, fuzzy or left over."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po
from django.conf import settings

from config.env import BASE_DIR
from scripts.messages import PLURAL_FORMS, catalogues, everything_said

CATALOGUES = catalogues()
THE_SAME = {
    "fr": {
        "Forum",
        "Europe",
        "Institution",
        "Programme",
        "Signature",
        "Documents",
        "Questions",
    },
    "es": {"Error:", "Asia", "Australia", "No"},
    "ro": {
        "Forum",
        "Online",
        "Contact",
        "Antarctica",
        "America",
        "Africa",
        "Asia",
        "Australia",
        "Subject",
    },
    "uk": set[str](),
    "ar": set[str](),
}
"""Texts that are the same in a language as in English, because they are its words, too."""
PLACEHOLDER = re.compile(r"%\(\w+\)[^a-z]*[a-z]|%[a-z]|%%|\{\w+\}")
TAG = re.compile(r"<[^>]*>")


def language_of(path: Path) -> str:
    return path.parent.parent.name


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def messages(path: Path) -> list[Message]:
    return [message for message in read(path) if message.id]


def forms(text: object) -> list[str]:
    return [str(form) for form in text] if isinstance(text, tuple | list) else [str(text)]


def in_all(path: object) -> str:
    return language_of(path) if isinstance(path, Path) else str(path)


each_catalogue = pytest.mark.parametrize("path", CATALOGUES, ids=in_all)


def test_there_are_catalogues_of_the_six_languages_and_words_to_translate() -> None:
    assert {"en", *map(language_of, CATALOGUES)} >= {"en", "fr", "es", "ro", "uk", "ar"}
    said = {each.singular for each in everything_said()}
    assert {
        "Unsubscribe",
        "Join the meeting",
        "Virtual meeting",
        "Enter your email address.",
    } <= said


@each_catalogue
def test_a_catalogue_translates_each_text_and_no_other(path: Path) -> None:
    found = {(forms(message.id)[0], message.context or ""): message for message in messages(path)}
    said = {each.key for each in everything_said()}

    absent, left_over = sorted(said - set(found)), sorted(set(found) - said)
    assert (absent, left_over) == ([], []), "run: python -m scripts.messages"
    missing = [key[0] for key, message in found.items() if not all(forms(message.string))]
    assert missing == [], f"to translate in {path}"
    assert [key[0] for key, message in found.items() if message.fuzzy] == []


@each_catalogue
def test_a_translation_fills_in_what_its_original_fills_in(path: Path) -> None:
    """A form for one alone may leave the number out: “one day”."""
    differing = [
        said
        for message in messages(path)
        for said in forms(message.string)
        if not _same_fields(forms(message.id), said)
    ]
    assert differing == []


def _same_fields(originals: list[str], said: str) -> bool:
    wanted = [sorted(PLACEHOLDER.findall(original)) for original in originals]
    found = sorted(PLACEHOLDER.findall(said))
    without_number = [
        [field for field in fields if field not in ("%(number)d", "%(keep_days)s")]
        for fields in wanted[1:]
    ]
    return found in wanted or found in without_number


@each_catalogue
def test_a_translation_has_the_elements_of_its_original(path: Path) -> None:
    differing = [
        said
        for message in messages(path)
        for said in forms(message.string)
        if sorted(TAG.findall(said)) != sorted(TAG.findall(forms(message.id)[0]))
    ]
    assert differing == []


@each_catalogue
def test_no_translation_is_its_original(path: Path) -> None:
    same = {
        forms(message.id)[0]
        for message in messages(path)
        if forms(message.string)[0] == forms(message.id)[0] and re.search("[a-z]", str(message.id))
    }
    assert same - THE_SAME[language_of(path)] == set()


@each_catalogue
def test_a_catalogue_has_as_many_plural_forms_as_its_language(path: Path) -> None:
    language = language_of(path)
    declared = int(re.findall(r"nplurals=(\d)", PLURAL_FORMS[language])[0])
    # French and Spanish have a form for whole millions, which we never count; Ukrainian one for
    # fractions.
    assert declared in (get_plural(language)[0], {"fr": 2, "es": 3, "uk": 3}.get(language))
    for message in messages(path):
        if isinstance(message.id, tuple | list):
            assert len(forms(message.string)) == declared, message.id


def test_the_languages_of_a_new_installation_all_have_catalogues() -> None:
    assert set(settings.CONTENT_LANGUAGES) <= {"en", *map(language_of, CATALOGUES)}


TERMS = {
    r"\btopics?\b": {"fr": "thème", "es": "tema", "ro": "tem[aăe]", "uk": "тем", "ar": "موضوع"},
    r"\bunsubscribed?\b": {
        "fr": "désabonn",
        "es": r"\bbajas?\b",
        "ro": "dezabon",
        "uk": "відпи[сш]",
        "ar": "إلغا[ءئ]|[أن]لغ",
    },
    r"\bpreferences\b": {
        "fr": "préférences",
        "es": "preferencias",
        "ro": "preferin[țt]",
        "uk": "налаштуван",
        "ar": "تفضيلات",
    },
    r"\blinks?\b": {
        "fr": "lien",
        "es": "enlace",
        "ro": "link",
        "uk": "посилан",
        "ar": "رابط|روابط",
    },
    r"\btime zone\b": {
        "fr": "fuseau",
        "es": "zona horaria",
        "ro": "fus",
        "uk": "часов",
        "ar": "منطق",
    },
    "mission statement": {
        "fr": "énoncé de mission",
        "es": "declaración de misión",
        "ro": "declarația de misiune",
        "uk": "заяв[уою]+ про місію",
        "ar": "بيان المهمة",
    },
    r"\bapplications?\b": {
        "fr": "candidature",
        "es": "solicitud",
        "ro": "solicit",
        "uk": "заяв",
        "ar": "طلب",
    },
    r"\binvitations?\b": {
        "fr": "invitation",
        "es": "invitaci",
        "ro": "invita",
        "uk": "запрош",
        "ar": "دعو",
    },
    r"country or body": {
        "fr": "entité",
        "es": "entidad",
        "ro": "entitate",
        "uk": "інституці",
        "ar": "هيئة",
    },
    r"^Exit this page$": {"uk": "^Вийти"},
}
"""English terms, and the stems of their one word in each language; docs/languages.md has the whole
list."""


@each_catalogue
def test_a_term_has_one_word_in_a_language(path: Path) -> None:
    language = language_of(path)
    differing = [
        f"{original}: {said}"
        for message in messages(path)
        for original, said in [(forms(message.id)[0], forms(message.string)[0])]
        for term, words in TERMS.items()
        if language in words
        and re.search(term, PLACEHOLDER.sub("", original), re.IGNORECASE)
        and not re.search(words[language], said, re.IGNORECASE)
    ]
    assert differing == []


PLURAL_YOU = re.compile(r"[\u0621-\u064a]{2,}(?:كم|تموه)\b")
"""Arabic for “you” and “your” to several people, or to one with ceremony."""
SINGULAR_YOU = re.compile(r"\b(?!ل?ذلك\b)[\u0621-\u064a]{2,}ك\b|\bستحضر\b")
"""Arabic for “you” and “your” to one person, as far as series of emails have said it."""
OF_CEREMONY = {
    "campaigns/content/series_texts.py",
    "campaigns/content/starting_points.py",
    "subscribers/applications/decline_text.py",
}
"""Texts that staff begin to write from, to members of parliaments."""


def test_arabic_speaks_to_one_person_outside_texts_of_ceremony() -> None:
    (path,) = [path for path in CATALOGUES if language_of(path) == "ar"]
    ceremony = "".join((BASE_DIR / name).read_text(encoding="utf-8") for name in OF_CEREMONY)
    ceremony = re.sub(r'"\s*"', "", ceremony)
    plural = [
        form
        for message in messages(path)
        if forms(message.id)[0].split("\n")[0] not in ceremony
        for form in forms(message.string)
        if PLURAL_YOU.search(form)
    ]
    assert plural == []


PARTED = re.compile(r"[^\s«] [?!;:»](?=\s|$|[\"<])|« ")
"""A mark of French that may stand alone at the begin or end of a line."""


def test_french_marks_stay_beside_their_words() -> None:
    """They have a blank before or after them, which must not break."""
    (path,) = [path for path in CATALOGUES if language_of(path) == "fr"]
    said = [form for message in messages(path) for form in forms(message.string)]

    assert [form for form in said if PARTED.search(form)] == []
    assert PARTED.search("Un « non »")
    assert PARTED.search("Participerez-vous ?")
