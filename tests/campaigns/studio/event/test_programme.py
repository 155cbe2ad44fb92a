"""The page on which staff write the speakers and the agenda of an event."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.events.schedule import change_event
from campaigns.models import Event
from newsletter.media.image_use import reference_to
from newsletter.media_library.add_image import add_image
from newsletter.models import MediaImage
from tests.campaigns.events.test_programme import ANA, WELCOME
from tests.newsletter.media.pictures import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(event: Event) -> str:
    return reverse("admin:studio_event_programme", args=[event.pk])


def start_of(event: Event) -> str:
    return f"{event.local_start:%Y-%m-%dT%H:%M}"


def typed(**fields: Any) -> dict[str, Any]:
    return {"act": "save", "speakers": "1", "items": "1", **fields}


def post(client: Client, page: str, fields: dict[str, Any]) -> str:
    return client.post(page, fields, follow=True).content.decode()


def test_speakers_and_agenda_are_written(sams: Client, event: Event, page: str) -> None:
    fields = typed(
        **{
            "speaker-0-name": "Ana Pop",
            "speaker-0-country": "RO",
            "speaker-0-office_ro": "Senatoare",
            "item-0-starts": start_of(event),
            "item-0-minutes": "15",
            "item-0-title": "Welcome",
        }
    )
    assert "Programme saved." in post(sams, page, fields)
    event.refresh_from_db()
    [speaker], [item] = event.speakers, event.agenda
    assert (speaker["name"], speaker["texts"]) == ("Ana Pop", {"ro": {"office": "Senatoare"}})
    assert (item["after"], item["minutes"], item["title"]) == (0, 15, "Welcome")
    html = sams.get(page).content.decode()
    assert 'value="Senatoare"' in html
    assert f'value="{start_of(event)}"' in html


def test_a_row_is_added_without_a_script_and_what_was_typed_stays(
    sams: Client, event: Event, page: str
) -> None:
    html = post(sams, page, typed(act="add-speaker", **{"speaker-0-name": "Ana Pop"}))
    assert 'value="Ana Pop"' in html
    assert 'name="speaker-1-name"' in html
    event.refresh_from_db()
    assert event.speakers == []


def test_a_new_name_follows_into_the_agenda_and_whoever_is_removed_leaves_it(
    sams: Client, event: Event, page: str
) -> None:
    ben = {**ANA, "name": "Ben Ito"}
    change_event(
        event, speakers=[ANA, ben], agenda=[{**WELCOME, "speakers": ["Ana Pop", "Ben Ito"]}]
    )
    fields = typed(
        speakers="2",
        **{
            "speaker-0-name": "Ana Popescu",
            "speaker-1-name": "Ben Ito",
            "speaker-1-remove": "on",
            "item-0-starts": start_of(event),
            "item-0-minutes": "15",
            "item-0-title": "Welcome",
            "item-0-speakers": ["Ana Pop", "Ben Ito"],
        },
    )
    post(sams, page, fields)
    event.refresh_from_db()
    assert [each["name"] for each in event.speakers] == ["Ana Popescu"]
    assert event.agenda[0]["speakers"] == ["Ana Popescu"]


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"speaker-0-office": "Senator"}, "id_speaker-0-name", "Enter the speaker’s name."),
        ({"item-0-title": "Welcome"}, "id_item-0-starts", "at or after the start"),
        ({"item-0-starts": "soon"}, "id_item-0-starts", "Enter a date and time"),
        (
            {"item-0-title": "Welcome", "item-0-starts": "2001-01-01T10:00", "item-0-minutes": "5"},
            "id_item-0-starts",
            "at or after the start",
        ),
    ],
)
def test_a_mistake_is_shown_at_its_field_and_nothing_is_lost(
    sams: Client, event: Event, page: str, fields: dict[str, str], field: str, said: str
) -> None:
    html = post(sams, page, typed(**fields))
    assert f'href="#{field}"' in html
    assert said in html
    for value in fields.values():
        assert value in html
    event.refresh_from_db()
    assert (event.speakers, event.agenda) == ([], [])


def test_an_old_page_takes_no_colleagues_change_back_unasked(
    sams: Client, event: Event, page: str
) -> None:
    html = sams.get(page).content.decode()
    seen = html.partition('name="seen" value="')[2].partition('"')[0]
    change_event(event, title="Another title")
    assert "Not saved" in post(sams, page, typed(seen=seen, **{"speaker-0-name": "Ana Pop"}))
    event.refresh_from_db()
    assert event.speakers == []


@pytest.mark.parametrize("speakers", ["-1", "many", "99999", "²", "9" * 5000])
def test_a_tampered_number_of_rows_does_no_harm(sams: Client, page: str, speakers: str) -> None:
    answer = sams.post(page, {"act": "save", "speakers": speakers, "items": "0"})
    assert answer.status_code in (200, 302)


@pytest.fixture
def image(db: None) -> MediaImage:
    return add_image(picture(size=(300, 400)), name="ana.jpg").image


def test_a_portrait_is_chosen_without_a_script_and_cut_when_it_is_saved(
    sams: Client, event: Event, page: str, image: MediaImage
) -> None:
    act = f"picture:speaker-0:{image.key}"
    html = post(sams, page, typed(act=act, **ANA_TYPED, **{"speaker-0-portrait": ""}))
    assert f'value="{reference_to(image.key)}"' in html
    assert 'value="Ana Pop"' in html
    event.refresh_from_db()
    assert event.speakers == []

    fields = typed(**ANA_TYPED, **{"speaker-0-portrait": reference_to(image.key)})
    assert "Programme saved." in post(sams, page, fields)
    event.refresh_from_db()
    assert event.speakers[0]["portrait"] == reference_to(image.key)
    image.refresh_from_db()
    assert [crop[0] for crop in image.crops] == ["square"]
    assert reverse("media_image", args=[image.pk]) in sams.get(page).content.decode()

    post(sams, page, typed(**ANA_TYPED, **{"speaker-0-portrait": ""}))
    event.refresh_from_db()
    assert "portrait" not in event.speakers[0]


ANA_TYPED = {"speaker-0-name": "Ana Pop"}


@pytest.mark.parametrize("portrait", ["x", "media:" + "0" * 24, "https://example.org/a.jpg"])
def test_what_is_no_image_of_the_library_is_said_at_its_field(
    sams: Client, event: Event, page: str, portrait: str
) -> None:
    html = post(sams, page, typed(**ANA_TYPED, **{"speaker-0-portrait": portrait}))
    assert 'href="#id_speaker-0-portrait"' in html
    assert "no image of the library" in html
    assert f'value="{portrait}"' in html
    event.refresh_from_db()
    assert event.speakers == []


@pytest.mark.parametrize("act", ["picture:speaker-9:x", "picture::", "picture:speaker-0:../x"])
def test_a_button_without_an_image_changes_nothing(
    sams: Client, event: Event, page: str, act: str
) -> None:
    assert 'value="Ana Pop"' in post(sams, page, typed(act=act, **ANA_TYPED))
    event.refresh_from_db()
    assert event.speakers == []
