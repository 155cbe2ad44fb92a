import re
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.event_states import EventStatus
from campaigns.events.schedule import change_event
from campaigns.models import Campaign, Event
from campaigns.states import CampaignStatus
from campaigns.studio.pages.event.form import EventForm
from newsletter.models import Brand
from staff.roles import AUTHOR
from subscribers.models import Topic
from tests.campaigns.studio.page_helpers import replaced_by
from tests.staff_members import browser_of, staff_member

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
    "attendance": "in_person",
    "venue": "Palace of the Parliament",
    "join_url": "",
    "is_public": "on",
}


def change_page(event: Event) -> str:
    return reverse("admin:studio_event_details", args=[event.pk])


def overview(event: Event) -> str:
    return reverse("admin:studio_event", args=[event.pk])


def test_an_event_is_created_at_wall_clock_time_and_its_utc_time_derived(sams: Client) -> None:
    assert sams.post(ADD, FIELDS).status_code == 302
    event = Event.objects.get()
    assert event.starts_at == datetime(2035, 6, 12, 6, 0, tzinfo=UTC)
    assert event.local_start == datetime(2035, 6, 12, 9, 0, tzinfo=UTC)
    html = sams.get(change_page(event)).content.decode()
    assert 'value="2035-06-12T09:00"' in html
    assert "06:00" in html


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        (
            {"local_start": "2035-03-25T03:30", "local_end": "2035-03-25T06:00"},
            "local_start",
            "does not exist",
        ),
        ({"local_end": "2035-06-12T08:00"}, "local_end", "must be after the start"),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "Choose one of"),
        ({"local_start": "soon"}, "local_start", "Enter a date and time"),
        ({"title": ""}, "title", "Fill in"),
        ({"title": "a\nb"}, "title", "one line"),
        ({"slug": "Not A Slug"}, "slug", ""),
        ({"slug": "calendar"}, "slug", "can’t be used"),
        ({"join_url": "javascript:alert(1)"}, "join_url", ""),
        ({"title": "x" * 5000}, "title", "160"),
    ],
)
def test_an_impossible_value_is_refused_at_its_field(
    sams: Client, changes: dict[str, str], field: str, said: str
) -> None:
    answer = sams.post(ADD, {**FIELDS, **changes})
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert field in errors
    assert said in " ".join(errors[field])
    assert not Event.objects.exists()


def test_a_slug_is_taken_once(sams: Client) -> None:
    sams.post(ADD, FIELDS)
    answer = sams.post(ADD, FIELDS)
    assert "slug" in answer.context["form"].errors
    assert Event.objects.count() == 1


def between_check_and_save(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let another process act once a form was found valid, as for a button pressed twice."""
    is_valid = EventForm.is_valid

    def then_act(form: EventForm) -> bool:
        found = is_valid(form)
        act()
        return found

    monkeypatch.setattr(EventForm, "is_valid", then_act)


def test_a_slug_that_was_taken_since_the_form_was_checked_is_refused(
    sams: Client, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = Event.objects.filter(pk=event.pk)
    between_check_and_save(monkeypatch, lambda: taken.update(slug=FIELDS["slug"]))

    answer = sams.post(ADD, FIELDS)
    assert answer.status_code == 422
    assert "slug" in answer.context["form"].errors


def test_an_event_that_was_changed_since_the_form_was_checked_is_a_conflict(
    sams: Client, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = re.findall(r'name="seen" value="(\w+)"', sams.get(change_page(event)).content.decode())
    other = Event.objects.get(pk=event.pk)
    between_check_and_save(monkeypatch, lambda: change_event(other, title="Theirs"))

    answer = sams.post(change_page(event), {**FIELDS, "seen": seen[0]})
    assert answer.status_code == 409
    event.refresh_from_db()
    assert event.title == "Theirs"


def test_a_change_goes_through_the_action(sams: Client, approved: Campaign) -> None:
    event = approved.event
    assert event is not None
    fields = {**FIELDS, "slug": "another-slug", "title": "Moved"}
    assert sams.post(change_page(event), fields).status_code == 302
    event.refresh_from_db()
    approved.refresh_from_db()
    assert (event.title, event.sequence, event.slug) == ("Moved", 1, "quarterly-meeting")
    assert approved.status == CampaignStatus.DRAFT


def test_a_cancelled_event_stays_and_says_so(sams: Client, event: Event) -> None:
    address = reverse("admin:studio_event_cancel", args=[event.pk])
    for method in (sams.get, sams.head):
        assert method(address)["Location"] == overview(event)
    event.refresh_from_db()
    assert event.status == EventStatus.PLANNED
    sams.post(address)
    event.refresh_from_db()
    assert event.status == EventStatus.CANCELLED
    assert "was already cancelled" in sams.post(address, follow=True).content.decode()
    assert (
        sams.post(
            reverse("admin:campaigns_event_delete", args=[event.pk]), {"post": "yes"}
        ).status_code
        == 403
    )


def test_an_old_form_takes_no_colleagues_change_back_unasked(sams: Client, event: Event) -> None:
    seen = re.findall(r'name="seen" value="(\w+)"', sams.get(change_page(event)).content.decode())
    change_event(event, venue="Palace of the Parliament")
    typed = {**FIELDS, "title": "Renamed", "venue": "", "seen": seen[0]}

    for _ in range(2):  # pressing the same button again doesn't replace it either
        answer = sams.post(change_page(event), typed)
        html = answer.content.decode()
        assert answer.status_code == 409
        assert "Not saved: this form was saved again after you opened it" in html
        assert 'value="Renamed"' in html
        assert html.index(">Save</button>") < html.index('name="overwrite"')
        typed["seen"] = re.findall(r'name="seen" value="(\w+)"', html)[0]
    event.refresh_from_db()
    assert (event.title, event.venue) == ("Quarterly meeting", "Palace of the Parliament")

    assert sams.post(change_page(event), {**typed, **replaced_by(html)}).status_code == 302
    event.refresh_from_db()
    assert (event.title, event.venue) == ("Renamed", "")


def test_a_form_replaces_only_the_change_that_it_told_of(sams: Client, event: Event) -> None:
    seen = re.findall(r'name="seen" value="(\w+)"', sams.get(change_page(event)).content.decode())
    typed = {**FIELDS, "title": "Renamed", "venue": "", "seen": seen[0]}
    for venue in ("Palace of the Parliament", "Town hall"):
        change_event(event, venue=venue)
        answer = sams.post(change_page(event), typed)
        assert answer.status_code == 409
        typed |= replaced_by(answer.content.decode())
    event.refresh_from_db()
    assert event.venue == "Town hall"
    assert sams.post(change_page(event), typed).status_code == 302


def test_a_form_that_is_sent_twice_is_no_old_form(sams: Client, event: Event) -> None:
    seen = re.findall(r'name="seen" value="(\w+)"', sams.get(change_page(event)).content.decode())
    for _ in range(2):
        assert sams.post(change_page(event), {**FIELDS, "seen": seen[0]}).status_code == 302
    event.refresh_from_db()
    assert event.sequence == 1


def scheduled_reminder(like: Campaign) -> Campaign:
    return Campaign.objects.create(
        name="Reminder",
        topic=like.topic,
        event=like.event,
        status=CampaignStatus.SCHEDULED,
        scheduled_at=timezone.now(),
    )


def test_whoever_changes_an_event_is_told_which_campaigns_became_drafts(
    sams: Client, approved: Campaign
) -> None:
    other = scheduled_reminder(approved)
    Campaign.objects.create(name="Not yet", topic=approved.topic, event=approved.event)
    address = reverse("admin:studio_event_details", args=[approved.event_id])

    said = [str(each) for each in sams.post(address, FIELDS, follow=True).context["messages"]]

    [first] = [words for words in said if f"The campaign “{approved}”" in words]
    assert "was approved before the change. It is a draft again" in first
    [second] = [words for words in said if f"The campaign “{other}”" in words]
    assert "isn’t sent at the scheduled time" in second
    assert not [words for words in said if "Not yet" in words]


def test_whoever_changes_an_event_is_told_which_campaigns_are_paused(
    sams: Client, sending: Campaign
) -> None:
    address = reverse("admin:studio_event_details", args=[sending.event_id])

    said = [str(each) for each in sams.post(address, FIELDS, follow=True).context["messages"]]

    assert [words for words in said if f"“{sending}” was being sent and is paused now" in words]
    sending.refresh_from_db()
    assert sending.status == CampaignStatus.PAUSED


def test_a_scheduled_campaign_of_a_cancelled_event_is_said_to_be_unsendable(
    sams: Client, approved: Campaign
) -> None:
    other = scheduled_reminder(approved)
    address = reverse("admin:studio_event_cancel", args=[approved.event_id])

    said = [str(each) for each in sams.post(address, follow=True).context["messages"]]

    why = "because it announces a cancelled event."
    assert f"The campaign “{approved}” can’t be sent any more, {why}" in said
    assert f"The campaign “{other}” isn’t sent at the scheduled time, {why}" in said


def test_cancelling_needs_the_permission(lees: Client, event: Event) -> None:
    assert lees.post(reverse("admin:studio_event_cancel", args=[event.pk])).status_code == 403


def menu(html: str) -> dict[str, list[str]]:
    """The zones of a page's menu, by group."""
    found = re.search(r'<select[^>]*name="(?:time_zone|zone)".*?</select>', html, re.DOTALL)
    assert found is not None
    groups = re.findall(r'<optgroup label="([^"]*)">(.*?)</optgroup>', found[0], re.DOTALL)
    return {name: re.findall(r'<option value="([^"]*)"', options) for name, options in groups}


def test_a_new_event_has_no_time_zone_before_somebody_chooses_one(
    sams: Client, brand: Brand
) -> None:
    html = sams.get(ADD).content.decode()
    found = re.search(r'<select[^>]*name="time_zone".*?</select>', html, re.DOTALL)
    assert found is not None
    assert re.search(r"<option[^>]*>", found[0])[0].startswith('<option value=""')  # type: ignore[index]  # there is one
    assert 'Africa/Abidjan" selected' not in found[0]
    answer = sams.post(ADD, {**FIELDS, "time_zone": ""})
    assert "time_zone" in answer.context["form"].errors
    assert not Event.objects.exists()


def test_zones_in_use_stand_first_and_the_others_by_continent(
    sams: Client, event: Event, lees: Client, approved: Campaign
) -> None:
    other = Event.objects.get(pk=event.pk)
    other.pk = None
    other.slug = "elsewhere"
    other.uid = uuid4()
    other.time_zone = "Pacific/Auckland"
    other.save(force_insert=True)
    for html in (sams.get(ADD), lees.get(f"/staff/campaigns/campaign/{approved.pk}/launch/")):
        groups = menu(html.content.decode())
        assert next(iter(groups)) == "In use"
        assert {"Europe/Bucharest", "Pacific/Auckland", "UTC"} == set(groups["In use"])
        assert list(groups)[1:] == sorted(list(groups)[1:])
        assert "Europe" in groups
        assert all(
            zone.startswith(f"{name}/")
            for name, zones in groups.items()
            if name != "In use"
            for zone in zones
        )
        assert all(zones == sorted(zones) for name, zones in groups.items() if name != "In use")
        zones = [zone for group in groups.values() for zone in group]
        assert len(zones) == len(set(zones))
        assert {"America/Sao_Paulo", "Asia/Tokyo", "Africa/Abidjan"} <= set(zones)


@pytest.mark.parametrize("zone", ["US/Eastern", "Etc/GMT+5", "EST5EDT"])
def test_an_event_keeps_a_zone_that_the_menu_would_not_offer(
    sams: Client, event: Event, zone: str
) -> None:
    Event.objects.filter(pk=event.pk).update(time_zone=zone)
    html = sams.get(change_page(event)).content.decode()
    assert re.search(rf'<option value="{re.escape(zone)}" selected', html)


def test_answers_interpretation_and_translations_are_kept(sams: Client) -> None:
    more = {
        "attendance": "hybrid",
        "takes_answers": "on",
        "local_answers_until": "2035-06-01T18:00",
        "capacity": "200",
        "interpretation": ["fr", "ar"],
        "texts-ro-title": "Forum la București",
    }
    assert sams.post(ADD, FIELDS | more).status_code == 302
    event = Event.objects.get()
    assert event.answers_until == datetime(2035, 6, 1, 15, 0, tzinfo=UTC)
    assert (event.capacity, event.has_waiting_list) == (200, False)
    assert event.interpretation == ["fr", "ar"]
    assert event.texts == {"ro": {"title": "Forum la București"}}
    html = sams.get(change_page(event)).content.decode()
    assert 'value="2035-06-01T18:00"' in html
    assert 'value="Forum la București"' in html


def test_a_url_name_is_made_from_the_title(sams: Client) -> None:
    for title, slug in (
        ("Forum in Bucharest", "forum-in-bucharest"),
        ("Форум", "event-2035-06-12"),
    ):
        assert sams.post(ADD, {**FIELDS, "title": title, "slug": ""}).status_code == 302
        assert Event.objects.filter(slug=slug).exists()


def test_address_contact_and_dial_in_are_kept_in_each_language(sams: Client) -> None:
    more = {
        "address": "1 Square\r\nBucharest",
        "contact_name": "The secretariat",
        "contact_email": "forum@example.org",
        "dial_in": "+40 21 555 0100, code 1234",
        "texts-ro-address": "Piața 1\r\nBucurești",
        "texts-ro-description": "<p>Un <strong>forum</strong></p>",
    }
    assert sams.post(ADD, FIELDS | more).status_code == 302
    event = Event.objects.get()
    assert (event.address, event.contact_name) == ("1 Square\nBucharest", "The secretariat")
    assert event.dial_in == "+40 21 555 0100, code 1234"
    assert event.texts["ro"] == {
        "address": "Piața 1\nBucurești",
        "description": "<p>Un <strong>forum</strong></p>",
    }
    html = sams.get(change_page(event)).content.decode()
    assert "Piața 1\nBucurești" in html
    wrong = sams.post(ADD, {**FIELDS, "slug": "other", "contact_email": "nobody"})
    assert "contact_email" in wrong.context["form"].errors


def test_a_plain_description_that_nobody_wrote_in_stays_plain(sams: Client, event: Event) -> None:
    change_event(
        event, description="First & last\n\nSecond", texts={"ro": {"description": "Unu\nDoi"}}
    )
    typed = {
        **FIELDS,
        "description": "<p>First &amp; last</p><p>Second</p>",
        "texts-ro-description": "<p>Unu<br>Doi</p>",
    }
    assert sams.post(change_page(event), typed).status_code == 302
    event.refresh_from_db()
    assert event.description == "First & last\n\nSecond"
    assert event.texts == {"ro": {"description": "Unu\nDoi"}}
    typed["description"] = "<p>First</p><script>alert(1)</script>"
    sams.post(change_page(event), typed)
    event.refresh_from_db()
    assert event.description == "<p>First</p>"


def test_a_topic_that_its_writer_may_not_know_of_is_not_taken_away(
    draft: Campaign, sams: Client
) -> None:
    hidden = Topic.objects.create(
        slug="inner-circle", name="Inner circle", is_public=False, is_restricted=True
    )
    event = draft.event
    assert event is not None
    # A campaign that may be known names the event.
    Event.objects.filter(pk=event.pk).update(topic=hidden, is_public=False)
    amys = browser_of(staff_member("amy", AUTHOR))
    page = amys.get(change_page(event))
    assert page.status_code == 200
    assert "Inner circle" not in page.content.decode()
    amys.post(change_page(event), {**FIELDS, "title": "Renamed"})
    event.refresh_from_db()
    assert event.topic == hidden


def test_the_next_quarters_event_is_one_press_away(sams: Client, event: Event) -> None:
    html = sams.get(overview(event)).content.decode()
    address = reverse("admin:studio_event_copy", args=[event.pk])
    assert f'action="{address}"' in html
    answer = sams.post(address)
    copy = Event.objects.exclude(pk=event.pk).get()
    assert answer["Location"] == overview(copy)
    assert not copy.is_public
