"""Texts of staff know their language, and are texts as any other besides."""

import copy
import json
import pickle

import pytest
from django.template import Context, Template
from django.utils import translation

from newsletter.core.staff_text import StaffText

ENGLISH = StaffText("Four meetings a year.", "en")
SHOWN = Template("{% load bidi %}<p{{ text|language_attributes }}>{{ text }}</p>")


def shown(text: str, language: str) -> str:
    with translation.override(language):
        return SHOWN.render(Context({"text": text}))


@pytest.mark.parametrize("language", ["fr", "uk", "ar"])
def test_in_a_page_of_another_language_it_says_its_own_and_its_direction(language: str) -> None:
    assert shown(ENGLISH, language) == '<p lang="en" dir="ltr">Four meetings a year.</p>'


def test_an_arabic_text_in_an_english_page_runs_from_the_right() -> None:
    assert shown(StaffText("أربعة اجتماعات.", "ar"), "en").startswith('<p lang="ar" dir="rtl">')


@pytest.mark.parametrize("text", [ENGLISH, StaffText("Of nobody knows which."), "A plain text."])
def test_in_its_own_language_or_without_one_it_says_nothing(text: str) -> None:
    assert shown(text, "en") == f"<p>{text}</p>"


def test_what_is_no_language_can_add_no_attribute() -> None:
    assert "<script>" not in shown(StaffText("Text", 'en"><script>'), "fr")


def test_it_is_a_text_as_any_other_and_keeps_its_language_where_it_is_copied() -> None:
    assert ENGLISH == "Four meetings a year."
    assert hash(ENGLISH) == hash("Four meetings a year.")
    assert json.dumps({"text": ENGLISH}) == '{"text": "Four meetings a year."}'
    for same in (pickle.loads(pickle.dumps(ENGLISH)), copy.copy(ENGLISH), copy.deepcopy(ENGLISH)):
        assert (type(same), same, same.language) == (StaffText, ENGLISH, "en")
