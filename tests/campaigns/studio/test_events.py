from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign, Event
from campaigns.states import CampaignStatus, EventStatus

ADD = "/staff/campaigns/event/add/"
FIELDS = {
    "title": "Forum in Bucharest",
    "slug": "forum-bucharest",
    "kind": "forum",
    "summary": "",
    "description": "",
    "local_start": "2035-06-12T09:00",
    "local_end": "2035-06-12T17:00",
    "time_zone": "Europe/Bucharest",
    "venue": "Palace of the Parliament",
    "join_url": "",
    "is_public": "on",
}


def change_page(event: Event) -> str:
    return reverse("admin:campaigns_event_change", args=[event.pk])


def test_an_event_is_planned_at_wall_clock_time_and_its_moment_derived(sams: Client) -> None:
    assert sams.post(ADD, FIELDS).status_code == 302
    event = Event.objects.get()
    assert event.starts_at == datetime(2035, 6, 12, 6, 0, tzinfo=UTC)
    assert event.local_start == datetime(2035, 6, 12, 9, 0, tzinfo=UTC)
    html = sams.get(change_page(event)).content.decode()
    assert 'value="2035-06-12T09:00"' in html
    assert "06:00" in html


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"local_start": "2035-03-25T03:30", "local_end": "2035-03-25T06:00"}, "local_start", "does not exist"),
        ({"local_end": "2035-06-12T08:00"}, "local_end", "must end after"),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "valid choice"),
        ({"local_start": "soon"}, "local_start", "valid date"),
        ({"title": ""}, "title", "required"),
        ({"title": "a\nb"}, "title", "one line"),
        ({"slug": "Not A Slug"}, "slug", ""),
        ({"slug": "calendar"}, "slug", "taken"),
        ({"join_url": "javascript:alert(1)"}, "join_url", ""),
        ({"title": "x" * 5000}, "title", "160"),
    ],
)
def test_what_can_not_be_is_refused_at_its_field(sams: Client, changes: dict[str, str], field: str, said: str) -> None:
    answer = sams.post(ADD, {**FIELDS, **changes})
    assert answer.status_code == 200
    errors = answer.context["adminform"].form.errors
    assert field in errors
    assert said in " ".join(errors[field])
    assert not Event.objects.exists()


def test_a_slug_is_taken_once(sams: Client) -> None:
    sams.post(ADD, FIELDS)
    answer = sams.post(ADD, FIELDS)
    assert "slug" in answer.context["adminform"].form.errors
    assert Event.objects.count() == 1


def test_a_change_goes_through_the_verb(sams: Client, approved: Campaign) -> None:
    event = approved.event
    assert event is not None
    fields = {**FIELDS, "slug": "another-slug", "title": "Moved"}
    assert sams.post(change_page(event), fields).status_code == 302
    event.refresh_from_db()
    approved.refresh_from_db()
    assert (event.title, event.sequence, event.slug) == ("Moved", 1, "quarterly-meeting")
    assert approved.status == CampaignStatus.DRAFT


def test_a_cancelled_event_stays_and_says_so(sams: Client, event: Event) -> None:
    address = reverse("admin:campaigns_event_cancel", args=[event.pk])
    assert sams.get(address).status_code == 405
    sams.post(address)
    event.refresh_from_db()
    assert event.status == EventStatus.CANCELLED
    assert "had been cancelled before" in sams.post(address, follow=True).content.decode()
    assert sams.post(reverse("admin:campaigns_event_delete", args=[event.pk]), {"post": "yes"}).status_code == 403


def test_cancelling_needs_the_permission(wrens: Client, event: Event) -> None:
    assert wrens.post(reverse("admin:campaigns_event_cancel", args=[event.pk])).status_code == 403
