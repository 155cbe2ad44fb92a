"""Asking for the link to one's answers: the same page for all, and a link for whom it concerns."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.event_states import EventStatus
from campaigns.models import Event, Rsvp
from campaigns.rsvp.mail import send_event_changed, send_joining_details
from campaigns.rsvp.request_link import KIND, store_rsvp_request
from campaigns.rsvp.urls_in_mail import rsvp_page_url
from newsletter.models import Brand, TransactionalMessage
from subscribers.consent.never_again import never_again
from subscribers.consent.submissions import handle_submission
from subscribers.models import FormSubmission, Subscriber
from subscribers.states import ConsentMethod
from tests.architecture.rows import all_rows, changed
from tests.campaigns.rsvp.conftest import last_mail, link_in
from tests.discretion import NEUTRAL

pytestmark = pytest.mark.django_db


def ask(email: str) -> None:
    handle_submission(store_rsvp_request(email).pk)


def links() -> int:
    return TransactionalMessage.objects.filter(kind=KIND).count()


def test_the_form_answers_the_same_for_every_address_and_stores_as_much(
    client: Client, path: str
) -> None:
    answers = []
    for email in ("ada@example.nz", "nobody@example.org"):
        response = client.post("/rsvp/", {"email": email})
        answers.append((response.status_code, response["Location"], response.content))
    assert answers[0] == answers[1]
    assert FormSubmission.objects.count() == 2
    assert client.get("/rsvp/sent/").status_code == 200


def test_whoever_is_invited_gets_a_link_to_all_their_events(
    client: Client, path: str, ada: Subscriber
) -> None:
    ask("ada@example.nz")
    own = link_in(last_mail(KIND), "mine")
    before = all_rows()
    page = client.get(own).content.decode()
    assert changed(before, all_rows()) == []
    assert "You haven’t answered yet." in page
    assert f'href="{path}"' in page
    client.post(path, {"answer": "maybe"})
    page = client.get(own).content.decode()
    assert "<strong>Maybe</strong>" in page
    found = re.search(r'href="(/rsvp/answers/[^"]+)"', page)
    assert found is not None
    assert 'value="maybe" checked' in client.get(found[1]).content.decode()


@pytest.mark.parametrize(
    "columns",
    [
        {"status": EventStatus.CANCELLED},
        {"starts_at": timedelta(hours=-1)},
        {"takes_answers": False},
    ],
)
def test_without_an_invitation_to_an_event_ahead_there_is_no_mail(
    path: str, columns: dict[str, object]
) -> None:
    now = timezone.now()
    Event.objects.update(
        **{
            name: now + value if isinstance(value, timedelta) else value
            for name, value in columns.items()
        }
    )
    ask("ada@example.nz")
    ask("nobody@example.org")
    assert links() == 0


def test_links_have_their_limits_and_a_blocked_address_gets_none(
    path: str, ada: Subscriber
) -> None:
    ask("ada@example.nz")
    ask("ada@example.nz")
    assert links() == 1
    TransactionalMessage.objects.all().delete()
    never_again(ada.digest, method=ConsentMethod.MAIL_LINK)
    ask("ada@example.nz")
    assert links() == 0


def test_the_list_opens_for_an_hour_and_is_void_after_a_change_of_address(
    client: Client, path: str
) -> None:
    ask("ada@example.nz")
    own = link_in(last_mail(KIND), "mine")
    Subscriber.objects.update(address_since=timezone.now() + timedelta(seconds=2))
    page = client.get(own)
    assert page.status_code == 410
    assert "Quarterly" not in page.content.decode()


def test_the_page_shows_the_event_of_the_mail_that_led_there(
    client: Client, path: str, ada: Subscriber, brand: Brand
) -> None:
    event = Event.objects.get()
    # It is in the mail of whoever asks, so it is shown though no public page shows it.
    Event.objects.update(is_public=False)
    page_url = rsvp_page_url(event).removeprefix("http://localhost:8000")
    for page in (client.get(page_url), client.post(page_url, {"email": "nobody"})):
        assert "Quarterly meeting" in page.text
        assert "Why we ask" in page.text
        assert f'action="{page_url}"' in page.text
    for other in ("/rsvp/", f"{page_url[:-3]}AAA", f"/rsvp/?event={event.slug}"):
        assert "Quarterly meeting" not in client.get(other).text


@pytest.mark.parametrize(("ends_in", "is_shown"), [(60, True), (-1, False)])
def test_an_old_mail_shows_nothing_more_of_an_event_that_is_over(
    client: Client, path: str, brand: Brand, ends_in: int, *, is_shown: bool
) -> None:
    page_url = rsvp_page_url(Event.objects.get()).removeprefix("http://localhost:8000")
    now = timezone.now()
    Event.objects.update(
        starts_at=now - timedelta(hours=1), ends_at=now + timedelta(seconds=ends_in)
    )
    for page in (client.get(page_url), client.post(page_url, {"email": "nobody"})):
        assert ("Quarterly meeting" in page.text) is is_shown
        assert ('action="/rsvp/"' in page.text) is not is_shown


def test_the_neutral_domain_shows_no_event_beside_the_form(
    client: Client, path: str, brand: Brand, settings: Settings
) -> None:
    Brand.objects.update(**NEUTRAL)
    host = NEUTRAL["neutral_domain"]
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, host]
    page_url = rsvp_page_url(Event.objects.get()).removeprefix("http://localhost:8000")
    page = client.get(page_url, headers={"host": host})
    assert page.status_code == 200
    assert "Quarterly meeting" not in page.text


def test_a_message_about_an_answer_leads_to_the_page_with_its_event(
    path: str, ada: Subscriber, brand: Brand
) -> None:
    event = Event.objects.get()
    rsvp = Rsvp.objects.create(event=event, subscriber=ada, answer="yes")
    for send in (send_joining_details, send_event_changed):
        message = send(rsvp)
        assert message is not None
        assert rsvp_page_url(event) in message.text
