import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from newsletter.models import Brand
from subscribers.local_texts import BadLocalText, TextKind, checked_texts
from subscribers.models import FormSubmission, Topic
from subscribers.models.topic import TOPIC_TEXTS


def test_texts_are_kept_in_one_line_and_without_empty_ones() -> None:
    typed = {
        "uk": {"name": "  Щоквартальні \n зустрічі ", "description": "", "consent": " "},
        "fr": {"name": " "},
    }
    assert checked_texts(typed, kinds=TOPIC_TEXTS) == {"uk": {"name": "Щоквартальні зустрічі"}}


@pytest.mark.parametrize(
    ("text", "raw"),
    [("name", "x" * 101), ("description", "x" * 301), ("consent", "x" * 1001), ("name", "a\0b")],
)
def test_what_cant_be_kept_is_named_with_its_language(text: str, raw: str) -> None:
    with pytest.raises(BadLocalText, match=f"Ukrainian, {text}"):
        checked_texts({"uk": {text: raw}}, kinds=TOPIC_TEXTS)


def test_half_a_character_is_refused() -> None:
    with pytest.raises(BadLocalText):
        checked_texts({"fr": {"name": "\ud800"}}, kinds=TOPIC_TEXTS)


def test_a_topic_s_own_words_are_printed_and_kept_in_the_language_of_the_page(
    client: Client, brand: Brand, topic: Topic, settings: Settings
) -> None:
    settings.CONTENT_LANGUAGES = ["en", "uk", "fr"]
    topic.consent = "I agree to hear of the meetings."
    topic.texts = {"uk": {"consent": "Я погоджуюся отримувати запрошення."}}
    topic.save()
    asked = {"topics": topic.slug, "email": "eve@example.org"}
    for language, words in (
        ("uk", "Я погоджуюся отримувати запрошення."),
        ("fr", "I agree to hear of the meetings."),
    ):
        assert words in client.get(f"/{language}/subscribe/").content.decode()
        client.post(f"/{language}/subscribe/", {**asked, "email": f"eve@{language}.example.org"})
        assert FormSubmission.objects.latest("pk").words == words


def test_paragraphs_are_kept_where_a_text_has_some() -> None:
    kinds = {"text": TextKind("Text", longest=100, rows=9, has_paragraphs=True)}
    typed = {"uk": {"text": " Один \r\n\r\n  два  три "}}
    assert checked_texts(typed, kinds=kinds) == {"uk": {"text": "Один\n\nдва три"}}


def test_texts_without_a_translation_carry_their_language_on_pages_of_another(
    client: Client, brand: Brand, topic: Topic, other_topic: Topic
) -> None:
    topic.texts = {"ar": {"name": "اجتماعات فصلية"}}
    topic.save()
    page = client.get("/ar/subscribe/").content.decode()
    english = f'<bdi lang="en" dir="ltr">{topic.description}</bdi>'
    assert english in page
    assert "<bdi>اجتماعات فصلية</bdi>" in page
    assert english not in client.get("/en/subscribe/").content.decode()


def test_consent_words_without_a_translation_carry_their_language(
    client: Client, brand: Brand, topic: Topic
) -> None:
    assert 'class="consent-words">' in client.get("/ar/subscribe/").content.decode()
    topic.consent = "I agree to hear of forums."
    topic.save()
    words = 'class="consent-words" lang="en" dir="ltr">I agree to hear of forums.'
    assert words in client.get("/ar/subscribe/").content.decode()
