"""Staff write a topic's texts in other languages beside its own."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from newsletter.models import AuditEntry, Brand
from subscribers.models import Topic

SAID = {"name": "Quarterly meetings", "description": "Four a year.", "position": "0"}


@pytest.fixture(autouse=True)
def three_languages(settings: Settings) -> None:
    settings.CONTENT_LANGUAGES = ["en", "uk", "ar"]


def change(topic: Topic) -> str:
    return f"/staff/subscribers/topic/{topic.pk}/change/"


def test_each_text_stands_beside_the_topics_own(sams: Client, topic: Topic) -> None:
    html = sams.get(change(topic)).content.decode()
    assert "Name in Ukrainian" in html
    assert "Description in English" in html
    assert 'name="texts-ar-name"' in html
    assert 'dir="rtl"' in html
    assert "texts-en-name" not in html


def test_what_is_written_is_shown_to_whoever_reads_that_language(
    sams: Client, client: Client, brand: Brand, topic: Topic, other_topic: Topic
) -> None:
    texts = {"texts-uk-name": "Щоквартальні зустрічі", "texts-ar-name": "اجتماعات فصلية"}
    assert sams.post(change(topic), {**SAID, **texts, "is_public": "on"}).status_code == 302
    topic.refresh_from_db()
    assert topic.texts == {
        "uk": {"name": "Щоквартальні зустрічі"},
        "ar": {"name": "اجتماعات فصلية"},
    }
    ukrainian = client.get("/uk/subscribe/").content.decode()
    assert "Щоквартальні зустрічі" in ukrainian
    assert "Quarterly meetings" not in ukrainian
    assert "Four a year." in ukrainian, "what is missing is the topic's own"
    assert "اجتماعات فصلية" in client.get("/ar/subscribe/").content.decode()
    assert "Quarterly meetings" in client.get("/en/subscribe/").content.decode()


def test_a_form_without_the_texts_leaves_them(sams: Client, topic: Topic) -> None:
    Topic.objects.filter(pk=topic.pk).update(texts={"uk": {"name": "Зустрічі"}})
    sams.post(change(topic), {**SAID, "name": "Meetings"})
    topic.refresh_from_db()
    assert (topic.name, topic.texts) == ("Meetings", {"uk": {"name": "Зустрічі"}})


def test_texts_of_a_language_that_is_no_longer_offered_stay_and_can_be_changed(
    sams: Client, topic: Topic, settings: Settings
) -> None:
    Topic.objects.filter(pk=topic.pk).update(texts={"fr": {"name": "Réunions"}})
    assert 'value="Réunions"' in sams.get(change(topic)).content.decode()
    sams.post(change(topic), {**SAID, "texts-fr-name": "", "texts-uk-name": "Зустрічі"})
    topic.refresh_from_db()
    assert topic.texts == {"uk": {"name": "Зустрічі"}}


def test_what_a_colleague_changed_meanwhile_stays(sams: Client, topic: Topic) -> None:
    """The page says what it was opened with: texts that weren't touched are not written."""
    Topic.objects.filter(pk=topic.pk).update(texts={"uk": {"name": "Новіше"}})
    opened_with = {"initial-texts": "{}", "initial-name": "Quarterly meetings"}
    sams.post(change(topic), {**SAID, **opened_with, "name": "Meetings", "texts-uk-name": ""})
    topic.refresh_from_db()
    assert (topic.name, topic.texts) == ("Meetings", {"uk": {"name": "Новіше"}})


@pytest.mark.parametrize("initial", ["{", "[]", "null", "x" * 1000])
def test_a_forged_opening_state_is_no_error(sams: Client, topic: Topic, initial: str) -> None:
    said = {**SAID, "initial-texts": initial, "texts-uk-name": "Зустрічі"}
    assert sams.post(change(topic), said).status_code == 302
    topic.refresh_from_db()
    assert topic.texts == {"uk": {"name": "Зустрічі"}}


def test_a_text_that_is_too_long_is_refused_beside_its_field(sams: Client, topic: Topic) -> None:
    answer = sams.post(change(topic), {**SAID, "texts-uk-name": "x" * 101})
    assert answer.status_code == 200
    assert "Ukrainian, name: Use at most 100 characters." in answer.content.decode()
    topic.refresh_from_db()
    assert topic.texts == {}


def test_a_change_of_texts_is_in_the_audit_log(sams: Client, topic: Topic) -> None:
    sams.post(change(topic), {**SAID, "texts-uk-name": "Зустрічі"})
    entry = AuditEntry.objects.filter(topic_id=topic.pk).latest("pk")
    assert "Other languages" in str(entry.details)


def test_the_language_of_a_text_is_found_as_a_readers_is(topic: Topic) -> None:
    topic.texts = {"es": {"name": "Reuniones"}, "fr": {"description": "Quatre par an."}}
    assert topic.text_in("es-mx", "name") == "Reuniones"
    assert topic.text_in("fr", "name") == topic.name
    assert topic.text_in("fr", "description") == "Quatre par an."
    assert topic.text_in("", "name") == topic.text_in("<b>", "name") == topic.name
