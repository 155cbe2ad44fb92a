"""An event whose time changes after people were told it is a moved one."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from campaigns.content.archived_email import neutral_values
from campaigns.content.assemble import render_content, sample_values
from campaigns.content.event_in_email import event_details
from campaigns.content.merge_values import RecipientValues
from campaigns.event_states import EventStatus, RsvpAnswer
from campaigns.events.moved import event_time_before, moved_in_words, previous_time
from campaigns.events.schedule import cancel_event, change_event
from campaigns.models import Campaign, Event, Rsvp
from campaigns.rsvp.mail import about_event
from newsletter.rendering.rendered import fill_preview
from subscribers.models import Subscriber
from tests.as_read import as_read

HOUR = timedelta(hours=1)


def later(event: Event, by: timedelta = HOUR) -> dict[str, Any]:
    return {"local_start": event.local_start + by, "local_end": event.local_end + by}


@pytest.fixture
def announced(draft: Campaign) -> Event:
    Campaign.objects.filter(pk=draft.pk).update(launched_at=timezone.now(), status="sent")
    assert draft.event is not None
    return draft.event


def announce_again(event: Event) -> None:
    Campaign.objects.filter(event=event).update(launched_at=timezone.now())


def test_an_event_of_which_nobody_was_told_is_still_planned(draft: Campaign) -> None:
    event = draft.event
    assert event is not None
    change_event(event, **later(event))
    assert (event.status, event.previous_starts_at) == (EventStatus.PLANNED, None)


def test_an_announced_event_is_moved_and_says_from_when(announced: Event) -> None:
    was = announced.starts_at
    change_event(announced, **later(announced))
    assert announced.status == EventStatus.MOVED
    assert announced.previous_starts_at == was
    assert announced.starts_at == was + HOUR
    words = moved_in_words(announced, language="en")
    assert words.startswith("This event has a new time. It was planned for ")
    assert "12:00–13:30 Bucharest time" in as_read(words)
    in_utc = moved_in_words(announced, language="en", time_zone="UTC")
    assert "10:00–11:30 UTC" in as_read(in_utc)
    assert f"{{event_time_before|{event_time_before(announced, '', 'en')}}}" in (
        event_details(announced).moved
    )


def test_both_times_of_an_email_are_in_the_readers_zone(
    draft: Campaign, announced: Event, ada: Subscriber
) -> None:
    change_event(announced, **later(announced), time_zone="Europe/London")
    values = RecipientValues(draft).of(ada, language="en", unsubscribe_url="https://x/u/1")
    assert "Auckland time" in values["event_time_before"]
    about = about_event(announced, time_zone="", language="en")
    assert "London time" in about["moved"]
    ada.time_zone = "Europe/Kyiv"
    [content] = draft.contents.filter(language="en")
    content.campaign.event = announced
    content.blocks = [{"type": "event_card"}]
    email = fill_preview(render_content(content), sample_values(content, ada))
    for part in (email.html, " ".join(email.text.split())):
        assert "It was planned for" in part
        assert part.count("Kyiv time") == 2
        assert "London time" not in part
    public = fill_preview(render_content(content), neutral_values(draft, "en")).html
    assert public.count("London time") == 2


def test_an_answer_counts_as_told(event: Event, ada: Subscriber) -> None:
    Rsvp.objects.create(
        event=event, subscriber=ada, answer=RsvpAnswer.YES, answered_at=timezone.now()
    )
    change_event(event, **later(event))
    assert event.status == EventStatus.MOVED


@pytest.mark.parametrize(
    "changes", [{"title": "Another"}, {"venue": "Town hall"}, {"summary": "x"}]
)
def test_another_change_moves_nothing(announced: Event, changes: dict[str, str]) -> None:
    change_event(announced, **changes)
    assert (announced.status, announced.previous_starts_at) == (EventStatus.PLANNED, None)


def test_the_same_moment_in_another_zone_moves_nothing(announced: Event) -> None:
    change_event(announced, time_zone="Europe/Kyiv")
    assert announced.status == EventStatus.PLANNED


def test_moved_twice_before_anybody_was_told_it_was_moved_from_the_first(announced: Event) -> None:
    was = announced.starts_at
    change_event(announced, **later(announced))
    change_event(announced, **later(announced))
    assert announced.status == EventStatus.MOVED
    assert announced.previous_starts_at == was


def test_moved_back_before_anybody_was_told_it_was_never_moved(announced: Event) -> None:
    change_event(announced, **later(announced))
    change_event(announced, **later(announced, -HOUR))
    assert (announced.status, previous_time(announced)) == (EventStatus.PLANNED, None)
    assert announced.moved_at is None
    assert moved_in_words(announced, language="en") == ""


def test_told_in_between_it_was_moved_from_what_they_were_told(announced: Event) -> None:
    was = announced.starts_at
    change_event(announced, **later(announced))
    announce_again(announced)
    change_event(announced, **later(announced, -HOUR))
    assert announced.status == EventStatus.MOVED
    assert announced.previous_starts_at == was + HOUR
    assert announced.starts_at == was


def test_a_moved_event_can_be_cancelled_and_moves_no_more(announced: Event) -> None:
    change_event(announced, **later(announced))
    assert cancel_event(announced) is not None
    change_event(announced, **later(announced))
    assert announced.status == EventStatus.CANCELLED
    assert moved_in_words(announced, language="en") == ""


def test_an_event_that_is_over_is_put_right(announced: Event) -> None:
    change_event(announced, **later(announced, timedelta(days=-30)))
    Event.objects.filter(pk=announced.pk).update(status="planned", previous_starts_at=None)
    announced.refresh_from_db()
    change_event(announced, **later(announced))
    assert announced.status == EventStatus.PLANNED


def test_the_words_are_those_of_the_reader(announced: Event) -> None:
    change_event(announced, **later(announced))
    with translation.override("uk"):
        words = moved_in_words(announced, language="uk", time_zone="Europe/Kyiv")
    assert "Київ" in words
