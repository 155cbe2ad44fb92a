"""The series on an event's page, on the dashboard and on the send page of a step."""

from datetime import timedelta
from html import unescape

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.content.draft_series import draft_series
from campaigns.events.schedule import cancel_event, change_event
from campaigns.events.series import due_of
from campaigns.models import Campaign, CampaignContent, Event
from campaigns.review.approval import approve
from campaigns.sending.launch import launch
from campaigns.studio.pages.event.series import SeriesLine
from campaigns.studio.times import place_time
from newsletter.models import Brand
from subscribers.models import Topic
from tests.campaigns.conftest import MakeFollowers


@pytest.fixture
def meeting(event: Event, brand: Brand) -> Event:
    """The quarterly meeting, in a fortnight, which asks for answers."""
    change_event(event, takes_answers=True)
    return event


def overview(event: Event) -> str:
    return reverse("admin:studio_event", args=[event.pk])


def lines(client: Client, event: Event) -> dict[str, SeriesLine]:
    """Return the steps that the page shows, by their names."""
    sections = client.get(overview(event)).context["sections"]
    [found] = [each.values["lines"] for each in sections if each.name == "series"]
    return {line.step.step: line for line in found}


def press(client: Client, event: Event, topic: object) -> str:
    """Press the button, and return what the next page says."""
    path = reverse("admin:studio_draft_series", args=[event.pk])
    answer = client.post(path, {"topic": topic})
    return " ".join(str(each) for each in get_messages(answer.wsgi_request))


def test_the_page_shows_each_step_with_its_time_and_what_is_past(
    sams: Client, meeting: Event
) -> None:
    found = lines(sams, meeting)
    assert len(found) == 7
    assert {step for step, line in found.items() if line.is_past} == {
        "save_the_date", "invitation",
    }  # fmt: skip
    assert found["save_the_date"].note == "Its time has passed."
    assert found["invitation"].note == "Its time has passed, but it can still be sent."
    assert found["details_day"].when.endswith("Bucharest time (EET)") or "EEST" in (
        found["details_day"].when
    )


def test_one_press_drafts_what_is_missing_and_a_second_one_nothing(
    sams: Client, meeting: Event, topic: Topic
) -> None:
    assert "6 emails drafted" in press(sams, meeting, topic.pk)
    assert {line.campaign is not None for line in lines(sams, meeting).values()} == {True, False}
    html = unescape(sams.get(overview(meeting)).content.decode())
    assert "Draft the series" not in html
    assert "Each must be approved and scheduled by its time, or it isn’t sent." in html
    assert "no step of the series is missing" in press(sams, meeting, topic.pk)


def languages_offered(client: Client, event: Event) -> list[tuple[str, str, bool]]:
    sections = client.get(overview(event)).context["sections"]
    [found] = [each.values["languages"] for each in sections if each.name == "series"]
    return list(found)


def test_a_series_is_drafted_in_the_languages_that_were_chosen(
    sams: Client, meeting: Event, topic: Topic
) -> None:
    meeting.texts = {"fr": {"title": "Réunion"}, "ar": {"title": "اجتماع"}}
    meeting.save()
    offered = languages_offered(sams, meeting)
    assert [(tag, ticked) for tag, _, ticked in offered] == [
        ("en", True),
        ("fr", False),
        ("ar", False),
    ]
    path = reverse("admin:studio_draft_series", args=[meeting.pk])
    sams.post(path, {"topic": topic.pk, "languages": ["ar", "xx", "uk"]})

    assert set(CampaignContent.objects.values_list("language", flat=True)) == {"en", "ar"}
    Campaign.objects.filter(step="reminder").delete()
    offered = languages_offered(sams, meeting)
    assert [tag for tag, _, ticked in offered if ticked] == ["en", "ar"]


@pytest.mark.parametrize("chosen", ["", "x", "²", "9" * 30, "99999", "-1"])
def test_a_topic_that_is_none_drafts_nothing(sams: Client, meeting: Event, chosen: str) -> None:
    assert "Choose the topic" in press(sams, meeting, chosen)
    assert not Campaign.objects.exists()


def test_a_hidden_topic_is_neither_offered_nor_taken(wrens: Client, meeting: Event) -> None:
    secret = Topic.objects.create(
        slug="inner", name="Inner circle", is_public=False, is_restricted=True
    )
    assert "Inner circle" not in wrens.get(overview(meeting)).content.decode()
    assert "Choose the topic" in press(wrens, meeting, secret.pk)


def test_an_event_that_asks_no_answers_says_why_steps_are_missing(
    sams: Client, event: Event
) -> None:
    assert lines(sams, event).keys() == {"save_the_date", "invitation"}
    assert "let the event ask for answers" in sams.get(overview(event)).content.decode()


def test_a_moved_event_says_of_each_step_until_when_it_must_be_approved_again(
    sams: Client, meeting: Event, topic: Topic, followers: MakeFollowers
) -> None:
    followers(1)
    steps = {each.step: each for each in draft_series(meeting, topic=topic)}
    approve(steps["reminder"], by="Ria")
    launch(steps["reminder"], at=due_of(steps["reminder"]))
    assert lines(sams, meeting)["reminder"].note == ""
    start = meeting.local_start + timedelta(days=3)
    change_event(meeting, local_start=start, local_end=start + timedelta(hours=1))
    line = lines(sams, meeting)["reminder"]
    assert line.note == (
        "It lost its approval. Approve and schedule it again by then, or it isn’t sent."
    )
    page = unescape(sams.get("/staff/").content.decode())
    assert "Waiting for approval or a time" in page
    assert line.when in page
    # Moved so near that a reminder has no time any more.
    start = (timezone.now() + timedelta(days=2)).replace(second=0, microsecond=0)
    change_event(meeting, local_start=start, local_end=start + timedelta(hours=1))
    assert lines(sams, meeting)["reminder"].is_past
    assert "Its time has passed." in unescape(sams.get("/staff/").content.decode())
    cancel_event(meeting)
    assert "Waiting for approval or a time" not in sams.get("/staff/").content.decode()
    assert lines(sams, meeting) == {}


def test_the_send_page_proposes_the_time_at_which_a_step_is_due(
    sams: Client, meeting: Event, topic: Topic, followers: MakeFollowers
) -> None:
    followers(1)
    steps = {each.step: each for each in draft_series(meeting, topic=topic)}
    for step in ("reminder", "invitation"):
        approve(steps[step], by="Ria")
    page = sams.get(reverse("admin:studio_launch", args=[steps["reminder"].pk]))
    due = due_of(steps["reminder"])
    assert due
    form = page.context["form"]
    assert form["when"].value() == "later"
    answer = sams.post(
        reverse("admin:studio_launch", args=[steps["reminder"].pk]),
        {
            "when": "later",
            "at": f"{form['at'].value():%Y-%m-%dT%H:%M}",
            "zone": form["zone"].value(),
            "fingerprint": page.context["fingerprint"],
        },
    )
    assert answer.status_code == 302
    steps["reminder"].refresh_from_db()
    assert steps["reminder"].scheduled_at == due
    assert steps["reminder"].scheduled_by
    late = sams.get(reverse("admin:studio_launch", args=[steps["invitation"].pk]))
    assert late.context["form"]["when"].value() == "now"
    assert "was due on" in late.content.decode()


def test_a_zone_that_is_no_more_breaks_no_page(
    sams: Client, meeting: Event, topic: Topic, followers: MakeFollowers
) -> None:
    followers(1)
    steps = {each.step: each for each in draft_series(meeting, topic=topic)}
    Event.objects.update(time_zone="Europe/Atlantis")
    assert lines(sams, meeting)["reminder"].when.endswith("UTC")
    approve(Campaign.objects.get(pk=steps["reminder"].pk), by="Ria")
    page = sams.get(reverse("admin:studio_launch", args=[steps["reminder"].pk]))
    assert page.status_code == 200


def test_a_step_that_went_out_for_another_date_says_that_it_can_be_drafted_again(
    sams: Client, meeting: Event, topic: Topic
) -> None:
    draft_series(meeting, topic=topic)
    reminder = Campaign.objects.filter(step="reminder")
    reminder.update(status="sent", step_of=meeting.starts_at, launched_at=timezone.now())
    assert lines(sams, meeting)["reminder"].note == ""
    reminder.update(step_of=meeting.starts_at - timedelta(days=7))
    note = lines(sams, meeting)["reminder"].note
    assert note == "It went out for the date before. It can be drafted again for the new one."
    sams.post(reverse("admin:studio_draft_series", args=[meeting.pk]), {"topic": topic.pk})
    line = lines(sams, meeting)["reminder"]
    assert line.campaign
    assert (line.campaign.status, line.note) == ("draft", "")
    assert lines(sams, meeting)["details_day"].note == ""


def test_what_was_sent_shows_when_whatever_becomes_of_the_event(
    sams: Client, meeting: Event, topic: Topic
) -> None:
    draft_series(meeting, topic=topic)
    sent_at = timezone.now() - timedelta(days=3)
    Campaign.objects.filter(step="invitation").update(status="sent", launched_at=sent_at)
    shown = place_time(sent_at, meeting.time_zone)
    assert lines(sams, meeting)["invitation"].when == shown
    start = meeting.local_start + timedelta(hours=1)
    change_event(meeting, local_start=start, local_end=start + timedelta(hours=1))
    assert lines(sams, meeting)["invitation"].when == shown


def test_what_is_left_of_the_series_of_a_cancelled_event_is_said_not_to_be_sent(
    sams: Client, meeting: Event, topic: Topic
) -> None:
    reminder = {each.step: each for each in draft_series(meeting, topic=topic)}["reminder"]
    Campaign.objects.filter(step="invitation").update(status="sent", launched_at=timezone.now())
    assert str(reminder) in unescape(sams.get("/staff/").content.decode())
    cancel_event(meeting)
    assert lines(sams, meeting).keys() == {"invitation"}
    html = unescape(sams.get(overview(meeting)).content.decode())
    assert "The event is cancelled, so no more emails of its series are sent." in html
    assert "Each must be approved and scheduled by its time" not in html
    drafts = [line.campaign for line in sams.get("/staff/").context["drafts"]]
    assert reminder not in drafts
