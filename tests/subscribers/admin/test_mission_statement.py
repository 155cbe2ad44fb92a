"""Staff write the mission statement, once in each language."""

import pytest
from django.test import Client

from subscribers.models import MissionStatement

ADD = "/staff/subscribers/missionstatement/add/"
WRITTEN = {"language": "fr", "title": "Notre mission", "text": "Un.\r\n\r\nDeux."}


def test_a_language_has_one_statement(sams: Client) -> None:
    assert sams.post(ADD, WRITTEN).status_code == 302
    made = MissionStatement.objects.get()
    assert (made.language, made.text) == ("fr", "Un.\n\nDeux.")
    again = sams.post(ADD, {**WRITTEN, "language": "fr"})
    assert again.status_code == 200
    assert "There is a mission statement in this language already." in again.content.decode()
    assert sams.post(ADD, {**WRITTEN, "language": "French!"}).status_code == 200
    assert MissionStatement.objects.count() == 1


def test_whoever_may_only_look_writes_none(readers_only: Client) -> None:
    assert readers_only.post(ADD, WRITTEN).status_code == 403


@pytest.fixture
def english(db: None) -> MissionStatement:
    return MissionStatement.objects.create(language="en", title="Our mission", text="To end it.")


def page_of(statement: MissionStatement) -> str:
    return f"/staff/subscribers/missionstatement/{statement.pk}/change/"


def fields_of(statement: MissionStatement, **others: str) -> dict[str, str]:
    own = {"language": statement.language, "title": statement.title, "text": statement.text}
    return {**own, **others}


def in_language(tag: str, title: str, text: str) -> dict[str, str]:
    return {f"texts-{tag}-title": title, f"texts-{tag}-text": text}


def test_it_is_written_side_by_side_in_the_languages_of_pages(
    sams: Client, english: MissionStatement
) -> None:
    french = MissionStatement.objects.create(language="fr", title="Notre mission", text="Un.")
    shown = sams.get(page_of(english)).content.decode()
    for part in ("Notre mission", "Title in Arabic", 'name="texts-uk-text"', "To end it."):
        assert part in shown
    assert "texts-en-title" not in shown
    typed = fields_of(
        english,
        **in_language("fr", "Notre mission", "Un.\r\n\r\nDeux."),
        **in_language("ar", "رسالتنا", "نصنا.\r\n\r\nثانيًا."),
    )
    assert sams.post(page_of(english), typed).status_code == 302
    french.refresh_from_db()
    assert french.text == "Un.\n\nDeux."
    assert MissionStatement.objects.get(language="ar").text == "نصنا.\n\nثانيًا."
    assert MissionStatement.objects.count() == 3


def test_half_of_a_translation_is_refused(sams: Client, english: MissionStatement) -> None:
    answer = sams.post(page_of(english), fields_of(english, **in_language("uk", "", "Текст.")))
    assert answer.status_code == 200
    assert "Enter a title and a text in Ukrainian." in answer.content.decode()
    assert MissionStatement.objects.count() == 1


def test_one_that_is_there_is_not_removed_by_an_old_page(
    sams: Client, english: MissionStatement
) -> None:
    MissionStatement.objects.create(language="fr", title="Notre mission", text="Un.")
    answer = sams.post(page_of(english), fields_of(english, **in_language("fr", "", "")))
    assert answer.status_code == 200
    assert MissionStatement.objects.count() == 2


def test_a_first_one_is_written_without_others(sams: Client, db: None) -> None:
    shown = sams.get(ADD).content.decode()
    assert "texts-" not in shown
