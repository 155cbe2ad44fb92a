import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from newsletter.models import Brand
from subscribers.consent.topic_texts import BadTopicText, checked_texts
from subscribers.models import FormSubmission, Topic


def test_texts_are_kept_in_one_line_and_without_empty_ones() -> None:
    typed = {
        "uk": {"name": "  Щоквартальні \n зустрічі ", "description": "", "consent": " "},
        "fr": {"name": " "},
    }
    assert checked_texts(typed) == {"uk": {"name": "Щоквартальні зустрічі"}}


@pytest.mark.parametrize(
    ("text", "raw"),
    [("name", "x" * 101), ("description", "x" * 301), ("consent", "x" * 1001), ("name", "a\0b")],
)
def test_what_cant_be_kept_is_named_with_its_language(text: str, raw: str) -> None:
    with pytest.raises(BadTopicText, match=f"Ukrainian, {text}"):
        checked_texts({"uk": {text: raw}})


def test_half_a_character_is_refused() -> None:
    with pytest.raises(BadTopicText):
        checked_texts({"fr": {"name": "\ud800"}})


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
