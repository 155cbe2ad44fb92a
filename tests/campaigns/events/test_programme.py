"""Speakers and agenda of an event: what is kept, and what pages show of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override

from campaigns.events.check_event import BadEvent
from campaigns.events.programme import agenda_by_day, speakers_of
from campaigns.events.schedule import change_event
from campaigns.models import Event

pytestmark = pytest.mark.django_db
ANA = {
    "name": "Ana Pop",
    "office": "Member of the Senate",
    "country": "RO",
    "biography": "Lawyer.",
    "texts": {"ro": {"office": "Senatoare"}},
}
WELCOME = {"after": 0, "minutes": 15, "title": "Welcome", "speakers": ["Ana Pop"]}
DEBATE = {"after": 15, "minutes": 75, "title": "Debate", "texts": {"ro": {"title": "Dezbatere"}}}


def test_a_programme_is_shown_in_the_readers_language(event: Event) -> None:
    change_event(event, speakers=[ANA], agenda=[DEBATE, WELCOME])
    with override("ro"):
        [speaker] = speakers_of(event)
        [day] = agenda_by_day(event)
    assert (speaker.name, speaker.office, speaker.country) == ("Ana Pop", "Senatoare", "România")
    assert (speaker.biography, getattr(speaker.biography, "language", "")) == ("Lawyer.", "en")
    assert [item.title for item in day.items] == ["Welcome", "Dezbatere"], "in their order in time"
    assert [f"{item.starts:%H:%M}–{item.ends:%H:%M}" for item in day.items] == [
        "12:00–12:15",
        "12:15–13:30",
    ]


def test_the_agenda_moves_with_the_event(event: Event) -> None:
    change_event(event, agenda=[{**WELCOME, "speakers": []}])
    moved = event.local_start.replace(hour=18)
    change_event(event, local_start=moved, local_end=moved.replace(hour=20))
    [day] = agenda_by_day(event)
    assert day.items[0].starts == moved


def test_an_event_of_several_days_lists_each(event: Event) -> None:
    agenda = [{**WELCOME, "speakers": []}, {**DEBATE, "after": 24 * 60}]
    change_event(event, local_end=event.local_end + timedelta(days=1), agenda=agenda)
    days = agenda_by_day(event)
    assert [len(day.items) for day in days] == [1, 1]
    assert days[1].day == days[0].day + timedelta(days=1)


@pytest.mark.parametrize(
    ("speakers", "said"),
    [
        ("Ana", "a list of speakers"),
        ([7], "a list of speakers"),
        ([{**ANA, "name": " "}], "Enter the speaker’s name"),
        ([{**ANA, "name": 7}], "It must be text"),
        ([{**ANA, "name": "x" * 201}], "at most 200"),
        ([{**ANA, "country": "ZZ"}], "country or body"),
        ([{**ANA, "pronouns": "x"}], "no such field"),
        ([{**ANA, "portrait": "https://example.org/ana.jpg"}], "Choose an image of the library"),
        ([{**ANA, "portrait": 7}], "Choose an image of the library"),
        ([{**ANA, "portrait": "media:" + "0" * 24}], "was deleted from the library"),
        ([{**ANA, "texts": []}], "texts by language"),
        ([{**ANA, "texts": {"ro": {"name": "x"}}}], "texts by language"),
        ([{**ANA, "biography": "a\0b"}], "special characters"),
        ([ANA] * 51, "at most 50"),
    ],
)
def test_speakers_that_can_not_be_kept_are_refused(event: Event, speakers: Any, said: str) -> None:
    with pytest.raises(BadEvent, match=said) as caught:
        change_event(event, speakers=speakers)
    assert caught.value.field == "speakers"


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ({**WELCOME, "after": -1}, "at or after the start"),
        ({**WELCOME, "after": True}, "at or after the start"),
        ({**WELCOME, "after": 10**9}, "at or after the start"),
        ({**WELCOME, "minutes": 0}, "from 1 minute"),
        ({**WELCOME, "minutes": None}, "from 1 minute"),
        ({**WELCOME, "minutes": 24 * 60 + 1}, "from 1 minute"),
        ({**WELCOME, "title": ""}, "Enter a title"),
        ({**WELCOME, "speakers": ["Somebody else"]}, "speakers of this event"),
        ({**WELCOME, "speakers": "Ana Pop"}, "speakers of this event"),
        ({**WELCOME, "speakers": [["Ana Pop"]]}, "speakers of this event"),
    ],
)
def test_an_item_that_can_not_be_kept_is_refused(
    event: Event, item: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadEvent, match=said) as caught:
        change_event(event, speakers=[ANA], agenda=[item])
    assert caught.value.field == "agenda"
