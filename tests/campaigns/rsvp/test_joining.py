"""Dial-in and documents for participants: in the confirmation and in one's own answers alone."""

from pathlib import Path as FilePath
from typing import Any

import pytest
from django.test import Client

from campaigns.content.archived_email import archived_email
from campaigns.content.assemble import render_content
from campaigns.event_states import DocumentAccess
from campaigns.events.calendar import event_ics
from campaigns.events.documents.add import add_document
from campaigns.events.documents.delete import delete_document
from campaigns.events.schedule import cancel_event, change_event
from campaigns.models import Audience, Campaign, Event, EventDocument, Rsvp
from campaigns.rsvp.urls_in_mail import answers_url_of
from campaigns.states import AudienceRule
from newsletter.core.tokens import Purpose, make_token
from newsletter.models import Brand
from subscribers.models import Subscriber
from tests.campaigns.events.pdfs import PDF
from tests.campaigns.rsvp.conftest import PathFor, last_mail, link_in
from tests.mutated_tokens import mutated

DIAL_IN = "+40 21 555 0100, code 4711-86-20"
SECRETS = ("4711-86-20", "Briefing", "meet.example.org", "/rsvp/documents/")


@pytest.fixture(autouse=True)
def var_dir(settings: Any, tmp_path: FilePath) -> None:
    settings.VAR_DIR = tmp_path


@pytest.fixture
def briefing(meeting: Event) -> EventDocument:
    change_event(
        meeting,
        dial_in=DIAL_IN,
        contact_name="The secretariat",
        contact_email="forum@example.org",
        address="1 Square",
        texts={"uk": {"dial_in": "+380 44 555 0100, код 4712"}},
    )
    return add_document(
        meeting,
        content=PDF,
        title="Briefing",
        access=DocumentAccess.ACCEPTED,
        language="fr",
        texts={"uk": {"title": "Довідка"}},
    )


@pytest.fixture
def agenda(meeting: Event) -> EventDocument:
    return add_document(meeting, content=PDF, title="Agenda", access=DocumentAccess.PUBLIC)


@pytest.mark.parametrize(("mode", "links"), [("file", True), ("invitation", False)])
def test_the_confirmation_leads_whoever_comes_to_the_calendar_file(
    meeting: Event, client: Client, path: str, mode: str, links: bool
) -> None:
    Event.objects.filter(pk=meeting.pk).update(is_public=True, calendar_mode=mode)
    client.post(path, {"answer": "maybe"})
    assert f"/events/{meeting.slug}.ics" not in last_mail("rsvp_confirmation").text
    client.post(path, {"answer": "yes"})
    mail = last_mail("rsvp_confirmation")
    for part in (mail.text, mail.html):
        assert (f"/events/{meeting.slug}.ics" in part) is links


def test_the_confirmation_holds_the_way_in_for_whoever_comes(
    briefing: EventDocument, agenda: EventDocument, client: Client, path: str
) -> None:
    client.post(path, {"answer": "yes"})
    mail = last_mail("rsvp_confirmation")
    for part in (mail.text, mail.html):
        assert DIAL_IN in part
        assert "1 Square" in part
    page = client.get(link_in(mail, "documents"))
    assert page.status_code == 200
    html = page.content.decode()
    assert "Briefing" in html
    assert "Agenda" not in html
    names = ("ada", "Ada ", "Lovelace", "4711-86-20", "meet.example")
    assert not [each for each in names if each in html]
    answer = client.get(f"{link_in(mail, 'documents')}{briefing.pk}/")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="briefing.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("said", ["no", "maybe"])
def test_whoever_does_not_come_gets_none_of_it(
    briefing: EventDocument, client: Client, path: str, said: str
) -> None:
    client.post(path, {"answer": said})
    mail = last_mail("rsvp_confirmation")
    assert not [secret for secret in SECRETS if secret in mail.text + mail.html]


def test_the_page_that_answers_a_forwarded_link_shows_none_of_it(
    briefing: EventDocument, client: Client, path: str
) -> None:
    for page in (client.get(path), client.post(path, {"answer": "yes"}), client.get(path)):
        html = page.content.decode()
        assert not [secret for secret in SECRETS if secret in html]


def test_ones_own_answers_show_it_in_ones_own_language(
    briefing: EventDocument, client: Client, path: str, ada: Subscriber
) -> None:
    client.post(path, {"answer": "yes"})
    Subscriber.objects.filter(pk=ada.pk).update(language="uk")
    ada.refresh_from_db()
    mine = "/" + answers_url_of(ada).split("/", 3)[3]
    for page in (mine, link_in(last_mail("rsvp_confirmation"), "answers")):
        html = client.get(page).content.decode()
        assert "код 4712" in html
        assert "Документи для учасників" in html
        assert "https://meet.example.org/quarterly" in html
    html = client.get(link_in(last_mail("rsvp_confirmation"), "documents")).content.decode()
    assert "Довідка" in html
    assert "Français" in html
    client.post(path, {"answer": "no"})
    html = client.get(mine).content.decode()
    assert "4712" not in html
    assert "Документи для учасників" not in html


def test_a_link_to_a_document_works_while_its_owner_has_a_place(
    briefing: EventDocument, client: Client, path: str
) -> None:
    client.post(path, {"answer": "yes"})
    listed = link_in(last_mail("rsvp_confirmation"), "documents")
    for link in (listed, f"{listed}{briefing.pk}/"):
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200
        client.post(path, {"answer": "no"})
        assert client.get(link).status_code == 404
        client.post(path, {"answer": "yes"})
        assert client.get(link).status_code == 200
    delete_document(briefing)
    assert client.get(f"{listed}{briefing.pk}/").status_code == 404
    assert "There are no documents yet." in client.get(listed).content.decode()


def test_a_document_that_is_added_later_needs_no_new_email(
    meeting: Event, client: Client, path: str
) -> None:
    client.post(path, {"answer": "yes"})
    mail = last_mail("rsvp_confirmation")
    assert "Documents for participants" in mail.text
    listed = link_in(mail, "documents")
    assert "There are no documents yet." in client.get(listed).content.decode()
    add_document(meeting, content=PDF, title="Agenda", access=DocumentAccess.ACCEPTED)
    assert "Agenda" in client.get(listed).content.decode()
    client.post(path, {"answer": "no"})
    assert client.get(listed).status_code == 404
    assert "/rsvp/documents/" not in last_mail("rsvp_confirmation").text


def test_joining_details_lead_those_who_come_to_their_documents(
    invited: Campaign, brand: Brand
) -> None:
    """By the page that mails each their own link: the email is the same for all who forward it."""
    assert "My answer and documents" not in render_content(invited.contents.get()).html
    Audience.objects.update_or_create(campaign=invited, defaults={"rule": AudienceRule.ACCEPTED})
    content = Campaign.objects.get(pk=invited.pk).contents.get()
    rendered = render_content(content)
    assert "My answer and documents" in rendered.html
    assert "http://localhost:8000/rsvp/" in rendered.text
    archived = archived_email(content.campaign)
    assert archived is not None
    assert "My answer and documents" not in archived.html


def test_a_link_opens_documents_of_its_own_event_and_kind_alone(
    briefing: EventDocument, agenda: EventDocument, client: Client, path: str
) -> None:
    client.post(path, {"answer": "yes"})
    link = link_in(last_mail("rsvp_confirmation"), "documents")
    other_event = Event.objects.get(pk=briefing.event_id)
    other_event.pk, other_event.slug, other_event.uid = None, "other", "0" * 32
    other_event.save(force_insert=True)
    other = add_document(other_event, content=PDF, title="Other", access=DocumentAccess.ACCEPTED)
    for number in (agenda.pk, other.pk, 987654):
        assert client.get(f"{link}{number}/").status_code == 404
    token = link.split("/")[3]
    for wrong in (
        *mutated(token, 20),
        make_token(Purpose.RSVP_PLACE, Rsvp.objects.get().pk, 4_000_000_000),
    ):
        assert client.get(f"/rsvp/documents/{wrong}/{briefing.pk}/").status_code == 404


def test_a_link_of_an_earlier_address_opens_nothing(
    briefing: EventDocument, client: Client, path: str
) -> None:
    client.post(path, {"answer": "yes"})
    old = make_token(Purpose.RSVP_DOCUMENTS, Rsvp.objects.get().pk, 1)
    assert client.get(f"/rsvp/documents/{old}/{briefing.pk}/").status_code == 200
    Subscriber.objects.update(address_since="2026-01-01T00:00:00Z")
    assert client.get(f"/rsvp/documents/{old}/{briefing.pk}/").status_code == 404


def test_no_public_page_and_no_calendar_tells_it(
    briefing: EventDocument, agenda: EventDocument, client: Client, meeting: Event
) -> None:
    meeting.refresh_from_db()
    for page in ("/events/quarterly-meeting/", "/uk/events/quarterly-meeting/", "/events/", "/"):
        html = client.get(page).content.decode()
        assert not [each for each in (*SECRETS, "4712", "Довідка") if each in html]
    assert not [each for each in SECRETS if each in event_ics([meeting]).decode()]
    assert not [each for each in SECRETS if each in client.get("/events/calendar.ics").text]
    html = client.get("/events/quarterly-meeting/").content.decode()
    assert "The secretariat" in html
    assert 'href="mailto:forum@example.org"' in html
    assert "1 Square" in html
    public = f"/events/quarterly-meeting/documents/{agenda.pk}/"
    assert public in html
    assert client.get(public).status_code == 200
    hidden = f"/events/quarterly-meeting/documents/{briefing.pk}/"
    assert client.get(hidden).status_code == 404
    Event.objects.filter(pk=meeting.pk).update(is_public=False)
    assert client.get(public).status_code == 404


def test_a_cancelled_event_has_no_way_in(
    briefing: EventDocument, client: Client, path_for: PathFor, ada: Subscriber, meeting: Event
) -> None:
    client.post(path_for(ada), {"answer": "yes"})
    cancel_event(meeting)
    html = client.get("/" + answers_url_of(ada).split("/", 3)[3]).content.decode()
    assert not [secret for secret in SECRETS if secret in html]
