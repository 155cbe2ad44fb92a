"""Answering by the link of an invitation, and by the link in the mail that confirms an answer."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.event_states import Attendance, EventStatus, RsvpAnswer, RsvpSource, Seat
from campaigns.models import Campaign, Event, Rsvp
from campaigns.rsvp.urls_in_mail import place_url
from newsletter.core.tokens import Purpose, make_expiring_token
from newsletter.models import TransactionalMessage
from subscribers.models import Subscriber, Suppression, Topic
from subscribers.people.erase import erase
from subscribers.states import SuppressionReason, SuppressionScope
from subscribers.suppression.registry import suppress
from tests.architecture.rows import all_rows, changed
from tests.as_read import as_read
from tests.campaigns.rsvp.conftest import PathFor, last_mail, link_in
from tests.conftest import MakeSubscriber

pytestmark = pytest.mark.django_db

NAMES = ("ada", "Ada", "Lovelace", "example.nz")


def test_opening_the_link_changes_nothing_and_names_nobody(client: Client, path: str) -> None:
    before = all_rows()
    for _ in range(3):
        page = client.get(path)
        client.head(path)
        assert page.status_code == 200
    text = page.content.decode()
    assert changed(before, all_rows()) == []
    assert "Quarterly meeting" in text
    assert "12:00–13:30 Bucharest time" in as_read(text)
    assert "10:00–11:30 UTC" in as_read(text)
    assert "meet.example.org" not in text
    assert not [each for each in NAMES if each in text]


def test_a_yes_is_recorded_and_confirmed_to_its_owner_with_the_meeting_link(
    client: Client, path: str, ada: Subscriber
) -> None:
    page = client.post(path, {"answer": "yes", "note": "I bring a colleague’s greetings"})
    assert page.status_code == 200
    assert "We have your answer" in page.content.decode()
    rsvp = Rsvp.objects.get()
    assert (rsvp.subscriber, rsvp.answer, rsvp.source) == (ada, RsvpAnswer.YES, RsvpSource.LINK)
    mail = last_mail("rsvp_confirmation")
    assert mail.to == ada.email
    assert "https://meet.example.org/quarterly" in mail.text
    text = " ".join(mail.text.split())
    assert "Auckland time" in text
    assert "Yes, I’ll come" in text
    assert "greetings" not in mail.text + mail.html + mail.subject


@pytest.mark.parametrize("said", ["no", "maybe"])
def test_whoever_does_not_surely_come_gets_no_meeting_link(
    client: Client, path: str, said: str
) -> None:
    client.post(path, {"answer": said})
    assert Rsvp.objects.get().answer == said
    assert "meet.example.org" not in last_mail("rsvp_confirmation").text


def test_the_link_of_the_invitation_never_shows_what_was_answered(
    client: Client, path: str
) -> None:
    empty = client.get(path).content
    client.post(path, {"answer": "maybe", "access_needs": "A ramp", "note": "By train"})
    assert client.get(path).content == empty


def test_the_link_in_the_confirmation_shows_the_answer_and_changes_it(
    client: Client, path: str
) -> None:
    client.post(path, {"answer": "maybe", "access_needs": "A ramp", "note": "By train"})
    own = link_in(last_mail("rsvp_confirmation"), "answers")
    before = all_rows()
    page = client.get(own).content.decode()
    assert changed(before, all_rows()) == []
    assert 'value="maybe" checked' in page
    assert "A ramp" in page
    assert "By train" in page
    client.post(own, {"answer": "no"})
    rsvp = Rsvp.objects.get()
    assert (rsvp.answer, rsvp.access_needs) == (RsvpAnswer.NO, "")
    assert TransactionalMessage.objects.filter(kind="rsvp_confirmation").count() == 2


def test_the_same_answer_again_mails_nothing_and_the_page_is_the_same(
    client: Client, path: str
) -> None:
    first = client.post(path, {"answer": "yes"}).content
    before = all_rows()
    assert client.post(path, {"answer": "yes"}).content == first
    assert changed(before, all_rows()) == []


def test_that_link_opens_for_an_hour(client: Client, path: str, settings: Settings) -> None:
    client.post(path, {"answer": "yes"})
    rsvp = Rsvp.objects.get()
    late = timezone.now() - settings.OWNER_LINK_LIFETIME
    page = client.get(
        f"/rsvp/answers/{make_expiring_token(Purpose.RSVP_ANSWER, rsvp.pk, now=late)}/"
    )
    assert page.status_code == 410
    assert 'href="/rsvp/"' in page.content.decode()


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({}, "Choose one of the answers."),
        ({"answer": "perhaps"}, "Choose one of the answers."),
        ({"answer": "yes", "note": "x" * 1001}, "Use at most 1000 characters."),
        ({"answer": "yes", "access_needs": "x" * 501}, "Use at most 500 characters."),
    ],
)
def test_a_mistake_is_said_beside_its_field_and_above_and_changes_nothing(
    client: Client, path: str, typed: dict[str, str], problem: str
) -> None:
    before = all_rows()
    page = client.post(path, typed)
    assert page.status_code == 422
    assert page.content.decode().count(problem) == 2
    assert "There is a problem" in page.content.decode()
    assert changed(before, all_rows()) == []


def test_a_hybrid_event_asks_how_people_take_part(
    client: Client, path: str, meeting: Event
) -> None:
    Event.objects.update(attendance=Attendance.HYBRID, interpretation=["fr", "ar"], venue="Hall")
    page = client.get(path).content.decode()
    assert 'name="attends"' in page
    assert "français" in page.lower()
    assert client.post(path, {"answer": "yes"}).status_code == 422
    typed = {"answer": "yes", "attends": "in_person", "interpretation": "fr", "dietary_needs": "V"}
    assert client.post(path, typed).status_code == 200
    rsvp = Rsvp.objects.get()
    assert (rsvp.attends, rsvp.interpretation, rsvp.dietary_needs) == ("in_person", "fr", "V")
    assert "In person" in last_mail("rsvp_confirmation").text


def test_an_online_event_asks_for_neither_place_nor_food(client: Client, path: str) -> None:
    page = client.get(path).content.decode()
    assert "dietary_needs" not in page
    assert 'name="attends"' not in page
    assert 'name="interpretation"' not in page


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"status": EventStatus.CANCELLED}, "This event will not take place."),
        ({"starts_at": timedelta(hours=-1)}, "This event has begun or is over."),
        ({"answers_until": timedelta(hours=-1)}, "The time to answer was over on"),
        ({"takes_answers": False}, "We don’t ask for answers to this event."),
    ],
)
def test_an_event_that_takes_no_answers_says_so_and_records_none(
    client: Client, path: str, columns: dict[str, object], words: str
) -> None:
    now = timezone.now()
    Event.objects.update(
        **{
            name: now + value if isinstance(value, timedelta) else value
            for name, value in columns.items()
        }
    )
    before = all_rows()
    for page in (client.get(path), client.post(path, {"answer": "yes"})):
        assert words in page.content.decode()
        assert "<form" not in page.content.decode()
    assert page.status_code == 409
    assert changed(before, all_rows()) == []


def test_a_full_event_without_a_waiting_list_says_so_and_keeps_what_was_said(
    client: Client, invited: Campaign, path: str, make_subscriber: MakeSubscriber, topic: Topic
) -> None:
    Event.objects.update(capacity=1, has_waiting_list=False)
    other = make_subscriber("zoe@example.org", topic=topic)
    Rsvp.objects.create(
        event=Event.objects.get(), subscriber=other, answer="yes", attends="online", seat="taken"
    )
    assert "All places are taken." in client.get(path).content.decode()
    page = client.post(path, {"answer": "yes"})
    assert page.status_code == 409
    assert "we can’t record a yes" in page.content.decode()
    assert client.post(path, {"answer": "maybe"}).status_code == 200


def test_the_next_waits_and_leaves_the_list_by_a_no(
    client: Client, path: str, invited: Campaign, make_subscriber: MakeSubscriber, topic: Topic
) -> None:
    Event.objects.update(capacity=1)
    other = make_subscriber("zoe@example.org", topic=topic)
    Rsvp.objects.create(
        event=Event.objects.get(), subscriber=other, answer="yes", attends="online", seat="taken"
    )
    page = client.post(path, {"answer": "yes"}).content.decode()
    assert "on the waiting list" in page
    mail = last_mail("rsvp_confirmation")
    assert "waiting list" in mail.text
    assert "meet.example.org" not in mail.text
    client.post(path, {"answer": "no"})
    assert Rsvp.objects.get(subscriber__email="ada@example.nz").seat == Seat.NONE


def owners_pages(client: Client, own: str) -> list[str]:
    """Return what the owner of an answer is shown by its link, and in the list of their answers."""
    mine = make_expiring_token(Purpose.RSVPS, Subscriber.objects.get(email="ada@example.nz").pk)
    return [client.get(page).content.decode() for page in (own, f"/rsvp/mine/{mine}/")]


def test_the_owner_alone_is_told_of_their_place_when_all_are_taken(
    client: Client, path: str, invited: Campaign
) -> None:
    Event.objects.update(capacity=1)
    client.post(path, {"answer": "yes"})
    page = client.get(link_in(last_mail("rsvp_confirmation"), "answers")).content.decode()
    assert "You have a place." in page
    assert "All places are taken." not in page
    neutral = client.get(path).content.decode()
    assert "You have a place." not in neutral
    assert "If you have one already, you keep it." in neutral


@pytest.mark.parametrize(
    ("seat", "said"), [("taken", "You have a place."), ("waiting", "waiting list")]
)
def test_of_an_event_that_is_cancelled_or_over_nobody_is_told_of_a_place(
    client: Client, path: str, invited: Campaign, seat: str, said: str
) -> None:
    Event.objects.update(capacity=1)
    client.post(path, {"answer": "yes"})
    Rsvp.objects.update(seat=seat, waiting_since=timezone.now() if seat == "waiting" else None)
    own = link_in(last_mail("rsvp_confirmation"), "answers")
    pages = owners_pages(client, own)
    assert all(said in page for page in pages)
    Event.objects.update(status=EventStatus.CANCELLED)
    pages = owners_pages(client, own)
    assert "This event is cancelled" in pages[0]
    assert "This event has been cancelled." in pages[1]
    assert not any(said in page or "Your answer:" in page for page in pages)
    now = timezone.now()
    Event.objects.update(
        status=EventStatus.PLANNED, starts_at=now - timedelta(hours=2), ends_at=now
    )
    assert said not in client.get(own).content.decode()


def test_who_was_never_invited_is_not_told_of_an_invitation(client: Client, path: str) -> None:
    client.post(path, {"answer": "yes"})
    assert "because we were told in your name whether you come" in " ".join(
        last_mail("rsvp_confirmation").text.split()
    )


def test_a_place_that_was_freed_is_offered_taken_and_confirmed(
    client: Client,
    meeting: Event,
    draft: Campaign,
    make_subscriber: MakeSubscriber,
    topic: Topic,
    request: pytest.FixtureRequest,
) -> None:
    zoe = make_subscriber("zoe@example.org", topic=topic, time_zone="Europe/Kyiv")
    path_for: PathFor = request.getfixturevalue("path_for")
    ada = Subscriber.objects.get(email="ada@example.nz")
    Event.objects.update(capacity=1)
    client.post(path_for(ada), {"answer": "yes"})
    client.post(path_for(zoe), {"answer": "yes"})
    client.post(path_for(ada), {"answer": "no"})

    mail = last_mail("rsvp_place_offered")
    assert mail.to == zoe.email
    assert "Kyiv time" in " ".join(mail.text.split())
    own = link_in(mail, "place")
    before = all_rows()
    assert "Take the place" in client.get(own).content.decode()
    assert client.post(own, {}).status_code == 422
    assert changed(before, all_rows()) == []
    assert "You have a place." in client.post(own, {"answer": "yes"}).content.decode()
    assert Rsvp.objects.get(subscriber=zoe).seat == Seat.TAKEN
    assert "meet.example.org" in last_mail("rsvp_confirmation").text
    assert "not on offer any more" in client.get(own).content.decode()
    assert "not on offer any more" in client.post(own, {"answer": "no"}).content.decode()
    assert Rsvp.objects.get(subscriber=zoe).seat == Seat.TAKEN


FRENCH = "Interpretation: Français"


@pytest.mark.parametrize(
    ("since", "attends", "said"),
    [
        ({"interpretation": []}, "in_person", [FRENCH]),
        ({"interpretation": ["es"]}, "in_person", [FRENCH]),
        ({"attendance": "online"}, "in_person", ["In person"]),
        ({"attendance": "online", "interpretation": []}, "in_person", ["In person", FRENCH]),
        ({"attendance": "in_person"}, "online", ["Online"]),
        ({"attendance": "in_person"}, "in_person", []),
        ({"capacity": None}, "in_person", []),
    ],
)
def test_a_place_is_taken_though_the_event_offers_less_since(
    client: Client,
    meeting: Event,
    ada: Subscriber,
    since: dict[str, object],
    attends: str,
    said: list[str],
) -> None:
    Event.objects.update(attendance="hybrid", interpretation=["fr"], capacity=1)
    rsvp = Rsvp.objects.create(
        event=meeting, subscriber=ada, answer="yes", attends=attends, interpretation="fr",
        seat=Seat.OFFERED, offered_until=timezone.now() + timedelta(days=1), note="Hello",
    )  # fmt: skip
    Event.objects.update(**since)

    page = client.post("/" + place_url(rsvp).split("/", 3)[3], {"answer": "yes"})

    assert page.status_code == 200
    _, _, left_out = page.content.decode().partition("we left it out")
    assert re.findall(r"<li>(.*?)</li>", left_out.partition("</ul>")[0]) == said
    rsvp.refresh_from_db()
    assert (rsvp.will_come, rsvp.note) == (True, "Hello")
    assert rsvp.interpretation == ("" if "interpretation" in since else "fr")
    assert rsvp.attends == since.get("attendance", attends)


def test_an_answer_that_cannot_be_confirmed_is_not_recorded(
    client: Client, path: str, ada: Subscriber
) -> None:
    suppress(ada.digest, reason=SuppressionReason.NEVER_AGAIN)
    before = all_rows()
    for page in (client.get(path), client.post(path, {"answer": "yes"})):
        assert "We may not send email to the address" in page.content.decode()
    assert changed(before, all_rows()) == []


def test_whoever_gets_no_campaigns_any_more_can_answer_still(
    client: Client, path: str, ada: Subscriber
) -> None:
    suppress(ada.digest, reason=SuppressionReason.UNSUBSCRIBED_ALL)
    assert Suppression.objects.get(digest=ada.digest).scope == SuppressionScope.BULK
    client.post(path, {"answer": "no"})
    assert Rsvp.objects.get().answer == RsvpAnswer.NO
    assert last_mail("rsvp_confirmation").to == ada.email


def nothing_comes_of(client: Client, path: str) -> None:
    before = all_rows()
    for page in (client.get(path), client.post(path, {"answer": "yes"})):
        assert page.status_code == 404
        assert "Quarterly" not in page.content.decode()
    assert changed(before, all_rows()) == []


def test_an_erased_person_s_link_leads_nowhere(client: Client, path: str, ada: Subscriber) -> None:
    erase(ada.pk)
    nothing_comes_of(client, path)


def test_a_link_to_an_earlier_address_leads_nowhere(client: Client, path: str) -> None:
    Subscriber.objects.update(address_since=timezone.now())
    nothing_comes_of(client, path)


def test_the_link_to_an_answer_is_void_once_the_address_has_changed(
    client: Client, path: str
) -> None:
    client.post(path, {"answer": "yes"})
    own = link_in(last_mail("rsvp_confirmation"), "answers")
    Subscriber.objects.update(address_since=timezone.now() + timedelta(seconds=2))
    assert client.get(own).status_code == 410


def test_a_delivery_without_an_event_invites_to_nothing(
    client: Client, path: str, invited: Campaign
) -> None:
    Campaign.objects.update(event=None)
    nothing_comes_of(client, path)


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_token_of_another_purpose_opens_nothing(
    client: Client, path: str, purpose: Purpose
) -> None:
    client.post(path, {"answer": "yes"})
    rsvp, delivery = Rsvp.objects.get(), Campaign.objects.get().deliveries.get()
    for own, where, subject in (
        (Purpose.RSVP, "/rsvp/{}/", delivery.pk),
        (Purpose.RSVP_ANSWER, "/rsvp/answers/{}/", rsvp.pk),
        (Purpose.RSVP_PLACE, "/rsvp/place/{}/", rsvp.pk),
    ):
        if purpose is not own:
            token = make_expiring_token(purpose, subject)
            assert client.get(where.format(token)).status_code == 404


def test_ten_changes_a_day_are_recorded_and_the_next_is_said_to_be_too_many(
    client: Client, path: str
) -> None:
    for number in range(10):
        assert client.post(path, {"answer": ("yes", "no")[number % 2]}).status_code == 200
    before = all_rows()
    page = client.post(path, {"answer": "maybe"})
    assert page.status_code == 429
    assert "10 times a day" in page.content.decode()
    assert changed(before, all_rows()) == []
    Rsvp.objects.update(changes_since=timezone.now() - timedelta(hours=24))
    assert client.post(path, {"answer": "maybe"}).status_code == 200


def test_the_page_is_in_the_language_of_the_email(
    client: Client, meeting: Event, draft: Campaign, ada: Subscriber, request: pytest.FixtureRequest
) -> None:
    path = request.getfixturevalue("path")
    campaign = Campaign.objects.get()
    campaign.deliveries.update(language="uk")
    page = client.get(path).text
    assert '<html lang="uk"' in page
    assert re.search(r'<span lang="uk"[^>]* aria-current="true">', page)
    assert '<html lang="fr"' in client.get(f"/fr{path}").content.decode()


def test_a_restricted_event_is_open_to_whoever_holds_its_link(client: Client, path: str) -> None:
    restricted = Topic.objects.create(
        slug="advisers", name="Advisers", is_restricted=True, is_public=False
    )
    Event.objects.update(topic=restricted, is_public=False)
    assert client.get("/events/quarterly-meeting/").status_code == 404
    assert "Quarterly meeting" in client.get(path).content.decode()
    client.post(path, {"answer": "yes"})
    assert last_mail("rsvp_confirmation").topic_id == restricted.pk
