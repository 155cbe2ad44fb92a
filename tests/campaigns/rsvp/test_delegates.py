"""Delegates: asked once, by nothing that was typed but a name, and answering for themselves."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.event_states import RsvpAnswer, RsvpSource, Seat
from campaigns.models import Campaign, Event, Rsvp
from campaigns.retention.forget import forget_rsvps
from campaigns.rsvp.answer import record_answer
from campaigns.rsvp.delegates import NOTICE
from campaigns.rsvp.reply import Reply
from campaigns.rsvp.request_link import store_rsvp_request
from newsletter.core.addresses import address_digest
from newsletter.models import TransactionalMessage
from subscribers.consent.never_again import never_again
from subscribers.consent.submissions import handle_submission
from subscribers.models import Subscriber, Topic
from subscribers.people.erase import erase
from subscribers.people.held_data.collect import held_data
from subscribers.states import ConsentMethod, SuppressionReason
from subscribers.suppression.registry import suppress
from tests.architecture.rows import all_rows, changed
from tests.campaigns.rsvp.conftest import last_mail, link_in
from tests.conftest import MakeSubscriber

pytestmark = pytest.mark.django_db

LEA = "lea@parliament.example"
NAMED = {"answer": "delegate", "delegate_name": "Lea Novak", "delegate_email": LEA}
COMES = {"answer": "yes", "agree": "on"}


@pytest.fixture
def lea(client: Client, path: str) -> Rsvp:
    """Lea, whom Ada has named to come in her place."""
    assert client.post(path, NAMED | {"note": "Ask for her badge"}).status_code == 200
    return Rsvp.objects.get(digest=address_digest(LEA))


def notices() -> int:
    return TransactionalMessage.objects.filter(kind=NOTICE).count()


def test_a_delegate_gets_one_notice_with_nothing_that_was_typed_but_the_name(
    client: Client, path: str, lea: Rsvp
) -> None:
    assert (lea.answer, lea.full_name, lea.source) == ("", "Lea Novak", RsvpSource.DELEGATE)
    assert lea.delegate_of is not None
    assert lea.delegate_of.answer == RsvpAnswer.DELEGATE
    mail = last_mail(NOTICE)
    assert (mail.to, mail.to_name) == (LEA, "")
    assert "Lea Novak" in mail.text
    assert not [
        word
        for word in ("Ada", "ada@", "badge", "meet.example.org")
        if word in mail.text + mail.html
    ]
    confirmation = last_mail("rsvp_confirmation")
    assert confirmation.to == "ada@example.nz"
    assert not [word for word in ("Lea", LEA) if word in confirmation.text + confirmation.html]
    client.post(path, NAMED)
    assert notices() == 1


@pytest.mark.parametrize("typed", ["Win evil.example today", "evil.internal", "O.Brien"])
def test_a_delegates_name_is_no_link_in_any_mail_program(
    client: Client, path: str, typed: str
) -> None:
    client.post(path, NAMED | {"delegate_name": typed})
    mail = last_mail(NOTICE)
    for part in (mail.text, mail.html):
        assert typed not in part
        assert typed.replace(".", ". ") in part


def test_a_delegate_agrees_answers_and_gets_the_meeting_link(client: Client, lea: Rsvp) -> None:
    own = link_in(last_mail(NOTICE), "delegate")
    before = all_rows()
    page = client.get(own).content.decode()
    assert "named you to come in their place" in page
    assert 'value="delegate"' not in page
    assert not [word for word in ("Novak", LEA, "Ada") if word in page]
    assert client.post(own, {"answer": "yes"}).status_code == 422
    assert changed(before, all_rows()) == []
    assert client.post(own, COMES).status_code == 200
    lea.refresh_from_db()
    assert (lea.answer, lea.source) == (RsvpAnswer.YES, RsvpSource.DELEGATE)
    assert lea.agreed_words.startswith("I agree that Interparliamentary Taskforce")
    mail = last_mail("rsvp_confirmation")
    assert mail.to == LEA
    assert "meet.example.org" in mail.text
    client.post(link_in(mail, "answers"), {"answer": "no"})
    lea.refresh_from_db()
    assert (lea.answer, lea.source) == (RsvpAnswer.NO, RsvpSource.DELEGATE)


def test_a_no_needs_no_consent(client: Client, lea: Rsvp) -> None:
    assert client.post(link_in(last_mail(NOTICE), "delegate"), {"answer": "no"}).status_code == 200
    lea.refresh_from_db()
    assert (lea.answer, lea.agreed_words) == (RsvpAnswer.NO, "")


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"delegate_name": ""}, "Enter the name of the person"),
        ({"delegate_email": ""}, "Enter the email address of the person"),
        ({"delegate_name": "Win at casino.com"}, "A name can’t contain a web or email address."),
        ({"delegate_email": "lea"}, "email address"),
    ],
)
def test_a_mistake_about_a_delegate_is_said_and_changes_nothing(
    client: Client, path: str, typed: dict[str, str], problem: str
) -> None:
    before = all_rows()
    page = client.post(path, NAMED | typed)
    assert page.status_code == 422
    assert problem in page.content.decode()
    assert changed(before, all_rows()) == []


def test_a_name_that_is_not_used_is_no_mistake(client: Client, path: str) -> None:
    assert client.post(path, NAMED | {"answer": "no", "delegate_email": "lea"}).status_code == 200
    assert Rsvp.objects.get().answer == RsvpAnswer.NO


@pytest.mark.parametrize(
    "reason", [SuppressionReason.NEVER_AGAIN, SuppressionReason.UNSUBSCRIBED_ALL]
)
def test_whoever_may_not_be_written_to_is_not_kept_and_nobody_can_tell(
    client: Client, path: str, invited: Campaign, reason: SuppressionReason
) -> None:
    suppress(address_digest(LEA), reason=reason)
    page = client.post(path, NAMED).content
    assert notices() == 0
    assert Rsvp.objects.get().answer == RsvpAnswer.DELEGATE
    kept_out = last_mail("rsvp_confirmation").text
    Rsvp.objects.all().delete()
    free = NAMED | {"delegate_email": "noor@parliament.example"}
    assert client.post(path, free).content == page
    assert notices() == 1
    confirmed = last_mail("rsvp_confirmation").text
    assert _without_links(confirmed) == _without_links(kept_out)


def _without_links(text: str) -> list[str]:
    return [word for word in text.split() if "/rsvp/" not in word]


@pytest.mark.parametrize("typed", ["ada@example.nz", "zoe@example.org"])
def test_who_is_invited_and_has_answered_or_is_the_inviter_is_not_asked(
    client: Client, path: str, make_subscriber: MakeSubscriber, topic: Topic, typed: str
) -> None:
    zoe = make_subscriber("zoe@example.org", topic=topic)
    Rsvp.objects.create(event=Event.objects.get(), subscriber=zoe, answer=RsvpAnswer.NO)
    assert client.post(path, NAMED | {"delegate_email": typed}).status_code == 200
    assert notices() == 0
    assert Rsvp.objects.count() == 2


def test_a_subscriber_who_is_named_answers_by_their_own_invitation_too(
    client: Client, path: str, make_subscriber: MakeSubscriber, topic: Topic
) -> None:
    zoe = make_subscriber("zoe@example.org", topic=topic, language="fr")
    client.post(path, NAMED | {"delegate_email": zoe.email})
    rsvp = Rsvp.objects.get(subscriber=zoe)
    assert (rsvp.email, rsvp.digest) == ("", "")
    assert last_mail(NOTICE).language == "fr"
    client.post(link_in(last_mail(NOTICE), "delegate"), COMES)
    rsvp.refresh_from_db()
    assert rsvp.answer == RsvpAnswer.YES


def test_a_delegate_who_has_not_answered_goes_when_the_inviter_changes_their_mind(
    client: Client, path: str, lea: Rsvp
) -> None:
    own = link_in(last_mail(NOTICE), "delegate")
    client.post(path, {"answer": "yes"})
    assert not Rsvp.objects.filter(pk=lea.pk).exists()
    assert client.get(own).status_code == 404
    assert client.post(own, COMES).status_code == 404


def test_a_delegate_who_has_answered_stays(client: Client, path: str, lea: Rsvp) -> None:
    client.post(link_in(last_mail(NOTICE), "delegate"), COMES)
    client.post(path, {"answer": "yes"})
    assert Rsvp.objects.filter(answer=RsvpAnswer.YES).count() == 2


def test_naming_another_replaces_who_has_not_answered(client: Client, path: str, lea: Rsvp) -> None:
    client.post(path, NAMED | {"delegate_email": "noor@parliament.example"})
    assert not Rsvp.objects.filter(pk=lea.pk).exists()
    assert Rsvp.objects.get(answer="").email == "noor@parliament.example"
    assert notices() == 2


def test_three_a_day_are_named(client: Client, path: str) -> None:
    for number in range(3):
        typed = NAMED | {"delegate_email": f"lea{number}@parliament{number}.example"}
        assert client.post(path, typed).status_code == 200
    before = all_rows()
    page = client.post(path, NAMED)
    assert page.status_code == 429
    assert "3 people a day" in page.content.decode()
    assert changed(before, all_rows()) == []


def test_a_mailbox_gets_one_such_notice_a_day_however_it_is_spelt(
    client: Client, path: str
) -> None:
    for tag in ("1", "2"):
        client.post(path, NAMED | {"delegate_email": f"lea+{tag}@parliament.example"})
    assert notices() == 1


def test_a_delegate_cannot_name_a_delegate(
    client: Client, path: str, make_subscriber: MakeSubscriber, topic: Topic, lea: Rsvp
) -> None:
    own = link_in(last_mail(NOTICE), "delegate")
    before = all_rows()
    assert client.post(own, NAMED | {"delegate_email": "x@y.example"}).status_code == 422
    assert changed(before, all_rows()) == []


def test_the_place_of_the_inviter_is_offered_to_the_delegate_first(
    client: Client, path: str, make_subscriber: MakeSubscriber, topic: Topic
) -> None:
    Event.objects.update(capacity=1)
    client.post(path, {"answer": "yes"})
    zoe = make_subscriber("zoe@example.org", topic=topic)
    waiting = Rsvp.objects.create(
        event=Event.objects.get(),
        subscriber=zoe,
        answer=RsvpAnswer.YES,
        attends="online",
        seat=Seat.WAITING,
        waiting_since=timezone.now(),
    )
    client.post(path, NAMED)
    lea, ada = Rsvp.objects.get(answer=""), Rsvp.objects.get(answer=RsvpAnswer.DELEGATE)
    waiting.refresh_from_db()
    assert (ada.seat, lea.seat, waiting.seat) == (Seat.NONE, Seat.OFFERED, Seat.WAITING)
    assert "We keep a place for you until" in last_mail(NOTICE).text
    client.post(link_in(last_mail(NOTICE), "delegate"), COMES)
    lea.refresh_from_db()
    assert lea.seat == Seat.TAKEN


def test_who_comes_after_all_gets_back_the_place_that_a_silent_delegate_was_offered(
    client: Client, path: str, make_subscriber: MakeSubscriber, topic: Topic
) -> None:
    Event.objects.update(capacity=1)
    client.post(path, {"answer": "yes"})
    zoe = make_subscriber("zoe@example.org", topic=topic)
    client.post(path, NAMED)
    event = Event.objects.get()
    reply = Reply(answer=RsvpAnswer.YES)
    record_answer(event.pk, of=zoe, reply=reply, source=RsvpSource.LINK)
    client.post(path, {"answer": "yes"})
    assert dict(Rsvp.objects.values_list("subscriber__email", "seat")) == {
        "ada@example.nz": Seat.TAKEN,
        "zoe@example.org": Seat.WAITING,
    }


def test_the_link_of_a_delegate_ends_with_their_address(
    client: Client, path: str, make_subscriber: MakeSubscriber, topic: Topic
) -> None:
    zoe = make_subscriber(LEA, topic=topic)
    client.post(path, NAMED)
    link = link_in(last_mail(NOTICE), "delegate")
    assert client.get(link).status_code == 200
    Subscriber.objects.filter(pk=zoe.pk).update(address_since=timezone.now() + timedelta(minutes=1))
    assert client.get(link).status_code == 404


def test_without_a_place_the_delegate_queues_as_everybody(
    client: Client, path: str, make_subscriber: MakeSubscriber, topic: Topic
) -> None:
    Event.objects.update(capacity=1)
    zoe = make_subscriber("zoe@example.org", topic=topic)
    Rsvp.objects.create(
        event=Event.objects.get(), subscriber=zoe, answer="yes", attends="online", seat=Seat.TAKEN
    )
    client.post(path, NAMED)
    client.post(link_in(last_mail(NOTICE), "delegate"), COMES)
    assert Rsvp.objects.get(digest=address_digest(LEA)).seat == Seat.WAITING


def test_an_erasure_by_address_finds_a_guest(lea: Rsvp) -> None:
    assert erase(LEA).anything
    assert not Rsvp.objects.filter(pk=lea.pk).exists()
    assert not TransactionalMessage.objects.filter(to=LEA).exists()
    assert not erase(LEA).anything


def test_blocking_all_mail_ends_the_question_to_a_delegate(client: Client, lea: Rsvp) -> None:
    never_again(address_digest(LEA), method=ConsentMethod.MAIL_LINK)
    assert not Rsvp.objects.filter(pk=lea.pk).exists()


def test_a_guest_who_has_become_a_subscriber_downloads_what_they_answered(
    client: Client, lea: Rsvp, make_subscriber: MakeSubscriber, topic: Topic
) -> None:
    subscriber = make_subscriber(LEA, topic=topic)
    [table] = [each for each in held_data(subscriber) if each.name == "answers"]
    assert [row["full_name"] for row in table.given()] == ["Lea Novak"]


def test_the_silent_delegate_goes_with_the_end_of_the_event(lea: Rsvp) -> None:
    now = timezone.now()
    assert forget_rsvps(now=now) == 0
    assert forget_rsvps(now=lea.event.ends_at + timedelta(seconds=1)) == 1
    assert Rsvp.objects.get().answer == RsvpAnswer.DELEGATE


def test_the_owner_of_a_guests_address_gets_the_link_to_their_answers(
    client: Client, lea: Rsvp
) -> None:
    handle_submission(store_rsvp_request(LEA).pk)
    own = link_in(last_mail("rsvp_link"), "mine")
    page = client.get(own).content.decode()
    assert "Quarterly meeting" in page
    assert "You haven’t answered yet." in page
    assert not Subscriber.objects.filter(email=LEA).exists()
