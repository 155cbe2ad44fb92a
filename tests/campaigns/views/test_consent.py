"""The link in an email that asks for consent: it records words, stops mail, and revives nobody."""

from datetime import timedelta
from email import message_from_bytes, policy
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone, translation
from pytest_django import DjangoCaptureOnCommitCallbacks

from campaigns.models import Campaign, Delivery
from campaigns.reports.totals import Answers, count_answers
from newsletter.core.tokens import Purpose, make_expiring_token, make_token
from newsletter.models import Brand, InboxMessage, TransactionalMessage
from subscribers.consent.consent_wording import invitation_words
from subscribers.consent.never_again import never_again
from subscribers.consent.unsubscribe import unsubscribe
from subscribers.evidence.signatures import text_hash
from subscribers.models import ConsentRecord, Subscriber, Subscription, Suppression, Topic
from subscribers.people.erase import erase
from subscribers.states import ConsentAction, ConsentMethod, SubscriptionStatus
from tests.architecture.rows import all_rows, changed
from tests.campaigns.consent_campaign import agree_to, asked, path_for
from tests.conftest import MakeSubscriber
from tests.mutated_tokens import mutated

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(brand: Brand, topic: Topic, ada: Subscriber) -> Campaign:
    agree_to(ada, topic)
    return asked(topic)


@pytest.fixture
def path(campaign: Campaign, ada: Subscriber) -> str:
    return path_for(ada, campaign)


def agreeing(topic: Topic) -> dict[str, str]:
    return {"answer": "agree", "wording": text_hash(invitation_words(topic))}


def last_record(person: Subscriber) -> ConsentRecord:
    return ConsentRecord.objects.filter(digest=person.digest).order_by("-pk")[0]


def test_the_email_holds_the_words_and_a_link_of_its_own(
    campaign: Campaign, path: str, topic: Topic
) -> None:
    raw = bytes(InboxMessage.objects.get().raw)
    mail = message_from_bytes(raw, policy=policy.default)
    for kind in ("plain", "html"):
        part = mail.get_body((kind,))
        assert part is not None
        text = " ".join(part.get_content().split())
        assert path in text
        assert "I agree to receive email from" in text
        assert "If you don’t answer, you stay subscribed" in text


def test_opening_the_link_changes_nothing_however_often(
    client: Client, path: str, topic: Topic
) -> None:
    before = all_rows()
    for _ in range(3):
        page = client.get(path)
        client.head(path)
        assert page.status_code == 200
    assert changed(before, all_rows()) == []
    text = page.content.decode()
    assert invitation_words(topic) in text
    assert not [each for each in ("ada", "Ada", "Lovelace", "example.nz") if each in text]


def test_a_press_records_the_words_and_tells_the_owner(
    client: Client, path: str, topic: Topic, ada: Subscriber
) -> None:
    page = client.post(path, agreeing(topic), REMOTE_ADDR="192.0.2.7")
    assert "Thank you for agreeing" in page.content.decode()
    record = last_record(ada)
    assert (record.action, record.method) == (ConsentAction.AGREED_AGAIN, ConsentMethod.MAIL_LINK)
    assert record.wording is not None
    assert (record.wording.text, record.wording.language) == (invitation_words(topic), "en")
    assert record.network == "192.0.2.0/24"
    told = TransactionalMessage.objects.get()
    assert (told.kind, told.to, told.topic_id) == ("agreed_again", ada.email, topic.pk)
    assert invitation_words(topic) in told.text.replace("\n", " ")
    assert Subscription.objects.get().status == SubscriptionStatus.CONFIRMED


def test_a_second_press_records_and_mails_nothing_more(
    client: Client, path: str, topic: Topic, ada: Subscriber
) -> None:
    for _ in range(3):
        client.post(path, agreeing(topic))
    assert ConsentRecord.objects.filter(action=ConsentAction.AGREED_AGAIN).count() == 1
    assert TransactionalMessage.objects.count() == 1


def test_the_page_is_in_the_language_of_the_email_and_records_those_words(
    client: Client, brand: Brand, topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    olena = make_subscriber("olena@example.org", topic=topic, language="uk")
    path = path_for(olena, asked(topic, "uk"))
    with translation.override("uk"):
        words = invitation_words(topic)
    page = client.get(path, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert words in page
    assert '<html lang="uk"' in page
    # Whoever chooses another reads that.
    assert invitation_words(topic) in client.get(f"/en{path}").content.decode()
    client.post(path, {"answer": "agree", "wording": text_hash(words)})
    record = last_record(olena)
    assert record.wording is not None
    assert (record.wording.text, record.wording.language, record.language) == (words, "uk", "uk")


def test_words_that_changed_since_the_page_was_opened_are_shown_again(
    client: Client, path: str, topic: Topic, ada: Subscriber
) -> None:
    seen = agreeing(topic)
    topic.consent = "I agree to hear of the meetings."
    topic.save()
    page = client.post(path, seen)
    assert page.status_code == 422
    assert "The words have changed" in page.content.decode()
    assert topic.consent in page.content.decode()
    assert last_record(ada).action == ConsentAction.CONFIRMED
    client.post(path, agreeing(topic))
    assert last_record(ada).words == topic.consent


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize(
    "typed", [{}, {"answer": "yes"}, {"answer": "agree"}, {"answer": "agree", "wording": "0" * 64}]
)
def test_a_post_without_the_words_that_were_shown_changes_nothing(
    client: Client, path: str, typed: dict[str, str]
) -> None:
    before = all_rows()
    assert client.post(path, typed).status_code == 422
    assert changed(before, all_rows()) == []


def test_the_other_button_leaves_the_topic_and_counts_as_left(
    client: Client, path: str, campaign: Campaign, ada: Subscriber
) -> None:
    page = client.post(path, {"answer": "leave"})
    assert "You are unsubscribed" in page.content.decode()
    assert Subscription.objects.get().status == SubscriptionStatus.UNSUBSCRIBED
    assert last_record(ada).action == ConsentAction.UNSUBSCRIBED
    assert TransactionalMessage.objects.count() == 0


def nothing_comes_of(client: Client, path: str, topic: Topic) -> str:
    """Press the button of the link, and return the page; nothing changes."""
    before = all_rows()
    shown = client.get(path).content.decode()
    pressed = client.post(path, agreeing(topic)).content.decode()
    assert changed(before, all_rows()) == []
    assert "Thank you" not in pressed
    return shown


def test_an_opt_out_since_the_email_wins(
    client: Client, path: str, topic: Topic, ada: Subscriber
) -> None:
    unsubscribe(Subscription.objects.get().pk, method=ConsentMethod.ONE_CLICK)
    assert "You are already unsubscribed" in nothing_comes_of(client, path, topic)
    assert Subscription.objects.get().status == SubscriptionStatus.UNSUBSCRIBED


def test_an_opt_out_wins_though_they_came_back_by_themselves(
    client: Client, path: str, topic: Topic, ada: Subscriber
) -> None:
    unsubscribe(Subscription.objects.get().pk, method=ConsentMethod.ONE_CLICK)
    Subscription.objects.update(status=SubscriptionStatus.CONFIRMED)
    agree_to(ada, topic)
    assert "You are already unsubscribed" in nothing_comes_of(client, path, topic)


@pytest.mark.parametrize("lifted", [False, True])
def test_a_block_since_the_email_wins_lifted_or_not(
    client: Client, path: str, topic: Topic, ada: Subscriber, lifted: bool
) -> None:
    never_again(ada.digest, method=ConsentMethod.MAIL_LINK)
    Subscription.objects.update(status=SubscriptionStatus.CONFIRMED)
    ConsentRecord.objects.filter(action=ConsentAction.UNSUBSCRIBED).delete()
    if lifted:
        Suppression.objects.update(lifted_at=timezone.now())
    nothing_comes_of(client, path, topic)


def test_a_link_to_an_earlier_address_leads_nowhere(
    client: Client, path: str, topic: Topic
) -> None:
    Subscriber.objects.update(address_since=timezone.now() + timedelta(seconds=1))
    nothing_comes_of(client, path, topic)
    assert client.get(path).status_code == 404


def test_an_erased_person_s_link_leads_nowhere(
    client: Client, path: str, topic: Topic, ada: Subscriber
) -> None:
    erase(ada.pk)
    nothing_comes_of(client, path, topic)
    assert client.get(path).status_code == 404


def test_the_delivery_of_an_announcement_asks_nothing(
    client: Client, sending: Campaign, topic: Topic
) -> None:
    path = f"/consent/{make_token(Purpose.CONSENT, Delivery.objects.all()[0].pk)}/"
    assert client.get(path).status_code == 404
    nothing_comes_of(client, path, topic)


def test_no_mutated_token_shows_or_changes_anything(client: Client, path: str) -> None:
    token = path.split("/")[2]
    before, statuses = all_rows(), set()
    for wrong in mutated(token, 150, seed=Purpose.CONSENT):
        for answer in (
            client.get(f"/consent/{quote(wrong, safe='')}/"),
            client.post(f"/consent/{quote(wrong, safe='')}/", {"answer": "leave"}),
        ):
            statuses.add(answer.status_code)
            assert "Quarterly" not in answer.content.decode()
    assert statuses == {404}
    assert changed(before, all_rows()) == []


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize("purpose", [each for each in Purpose if each is not Purpose.CONSENT])
def test_a_token_of_another_purpose_is_none(
    client: Client, campaign: Campaign, purpose: Purpose
) -> None:
    token = make_token(purpose, Delivery.objects.get().pk)
    assert client.get(f"/consent/{token}/").status_code == 404


def test_the_report_counts_who_agreed_left_and_did_not_answer(
    client: Client, brand: Brand, topic: Topic, make_subscriber: MakeSubscriber, sams: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    people = [make_subscriber(f"reader{n}@example.org", topic=topic) for n in range(6)]
    campaign = asked(topic)
    for person in people[:3]:
        client.post(path_for(person, campaign), agreeing(topic))
    # One of them leaves later, and one leaves at once.
    with django_capture_on_commit_callbacks(execute=True):
        for person in people[2:4]:
            client.post(path_for(person, campaign), {"answer": "leave"})
    assert count_answers(campaign) == Answers(agreed=2, left=2, silent=2)
    page = sams.get(f"/staff/campaigns/campaign/{campaign.pk}/report/").content.decode()
    assert "<strong>2</strong> agreed to the wording" in page
    assert "<strong>2</strong> didn’t answer, and stay subscribed" in page
    follows = Subscription.objects.filter(status=SubscriptionStatus.CONFIRMED)
    assert follows.count() == 4


def test_agreeing_again_is_in_the_person_s_history(
    client: Client, path: str, topic: Topic, ada: Subscriber
) -> None:
    client.post(path, agreeing(topic))
    token = make_expiring_token(Purpose.MANAGE, ada.pk)
    assert "You agreed again" in client.get(f"/preferences/receipt/{token}/").content.decode()
