"""The preference centre."""

import pytest
from django.test import Client

from newsletter.models import Brand
from subscribers.consent.urls_in_mail import manage_url
from subscribers.models import ConsentRecord, FormSubmission, Subscriber, Topic
from subscribers.people.erase import erase
from subscribers.signals import unsubscribed
from subscribers.states import SubscriptionStatus, SuppressionReason
from subscribers.suppression.registry import active, suppress
from tests.opened_form import opened_form
from tests.subscribers.views.conftest import Mailed

SAID = {
    "name": "Ada King",
    "language": "en",
    "country": "GB",
    "time_zone": "Europe/London",
    "chosen": "1",
    "topics": ["quarterly-meetings"],
}


@pytest.fixture
def path(ada: Subscriber, brand: Brand) -> str:
    return "/" + manage_url(ada).split("/", 3)[3]


def test_the_link_is_mailed_to_a_subscriber_and_the_answer_is_the_same_for_all(
    client: Client, brand: Brand, ada: Subscriber, cleo: Subscriber, mailed: Mailed
) -> None:
    answers = [
        client.post("/preferences/", {"email": email})
        for email in (ada.email, cleo.email, "stranger@example.org", ada.email)
    ]
    assert {(answer.status_code, answer["Location"], answer.content) for answer in answers} == {
        (302, "/preferences/sent/", b"")
    }
    assert client.get("/preferences/sent/").status_code == 200
    assert (mailed(ada.email), mailed(cleo.email), mailed("stranger@example.org")) == (
        ["preferences_link"],
        [],
        [],
    )


@pytest.mark.parametrize(
    "email", ["", "nonsense", "x" * 100_000, "a@b\x00", "<script>alert(1)</script>"]
)
def test_a_mistaken_address_is_told(client: Client, brand: Brand, email: str) -> None:
    response = client.post("/preferences/", {"email": email})
    assert response.status_code == 422
    assert "<title>Error: Your preferences" in response.content.decode()
    assert "<script>alert" not in response.content.decode()
    assert not FormSubmission.objects.exists()


def test_a_field_that_people_do_not_see_asks_for_proof(
    client: Client, brand: Brand, ada: Subscriber
) -> None:
    assert client.post("/preferences/", {"email": ada.email, "website": "x"}).status_code == 429
    assert not FormSubmission.objects.exists()


def test_the_page_shows_what_is_known(path: str, client: Client, other_topic: Topic) -> None:
    page = client.get(path).content.decode()
    for known in (
        "a…@e…",
        'value="Ada Lovelace"',
        '<option value="NZ" selected',
        '<option value="Pacific/Auckland" selected',
    ):
        assert known in page
    assert "ada@" not in page
    assert 'value="quarterly-meetings" checked' in page
    assert 'value="forums">' in page


def test_saving_changes_details_and_topics_and_records_each_move(
    path: str, client: Client, ada: Subscriber, other_topic: Topic
) -> None:
    response = client.post(path, {**SAID, "topics": ["forums"]}, follow=True)
    assert response.redirect_chain == [(f"{path}?saved=yes", 302)]
    assert "Your preferences have been saved" in response.content.decode()
    ada.refresh_from_db()
    assert (ada.full_name, ada.given_name, str(ada.country), ada.time_zone) == (
        "Ada King",
        "Ada",
        "GB",
        "Europe/London",
    )
    assert dict(ada.subscriptions.values_list("topic__slug", "status")) == {
        "quarterly-meetings": "unsubscribed",
        "forums": "confirmed",
    }
    assert list(ConsentRecord.objects.order_by("id").values_list("action", "method")) == [
        ("requested", "preferences"),
        ("confirmed", "preferences"),
        ("unsubscribed", "preferences"),
    ]


def test_a_post_that_does_not_show_the_topics_leaves_them(
    path: str, client: Client, ada: Subscriber
) -> None:
    client.post(path, {"name": "Ada King", "language": "en"})
    assert ada.subscriptions.get().status == SubscriptionStatus.CONFIRMED


@pytest.mark.parametrize(
    "wrong",
    [
        {"language": ""},
        {"language": "tlh"},
        {"country": "Atlantis"},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../../etc/passwd"},
        {"name": "x" * 201},
        {"name": "Ada\x00"},
    ],
)
def test_a_mistake_changes_nothing_and_is_told(
    path: str, client: Client, ada: Subscriber, wrong: dict[str, str]
) -> None:
    response = client.post(path, {**SAID, "topics": [], **wrong})
    assert response.status_code == 422
    assert "There is a problem" in response.content.decode()
    ada.refresh_from_db()
    assert ada.full_name == "Ada Lovelace"
    assert ada.subscriptions.get().status == SubscriptionStatus.CONFIRMED


def test_a_name_that_is_too_long_is_told_in_plain_words(
    path: str, client: Client, ada: Subscriber
) -> None:
    page = client.post(path, {**SAID, "name": "x" * 201}).content.decode()
    assert "Use at most 200 characters for your name." in page
    assert "Ensure this value" not in page


@pytest.mark.parametrize("fields", [{**SAID, "topics": []}, {"action": "leave"}])
def test_one_who_follows_nothing_any_more_is_told_what_that_means_and_the_way_back(
    path: str, client: Client, fields: dict[str, str]
) -> None:
    assert "You are not subscribed to any topic" not in client.get(path).content.decode()
    page = client.post(path, fields, follow=True).content.decode()
    assert "You are not subscribed to any topic, so we won’t send you any more emails." in page
    assert '<a href="/subscribe/">subscribe again</a> at any time' in page
    assert "You are not subscribed to any topic" in client.get(path).content.decode()


@pytest.mark.parametrize("topics", [["inner"], ["nonsense"], ["x" * 10_000], ["\x00"]])
def test_topics_that_are_not_offered_can_not_be_joined(
    path: str, client: Client, ada: Subscriber, topics: list[str]
) -> None:
    Topic.objects.create(slug="inner", name="Inner circle", is_public=False)
    response = client.post(path, {**SAID, "topics": ["quarterly-meetings", *topics]}, follow=True)
    assert "saved, but one topic can’t be chosen any more" in response.content.decode()
    assert list(ada.subscriptions.values_list("topic__slug", "status")) == [
        ("quarterly-meetings", "confirmed")
    ]


@pytest.mark.parametrize("body", [b"garbage", b"\xff\xfe", b"a=" + b"x" * 3_000_000])
def test_a_body_that_is_no_form_changes_nothing(
    path: str, client: Client, ada: Subscriber, body: bytes
) -> None:
    for content_type in (
        "multipart/form-data; boundary=b",
        "application/x-www-form-urlencoded",
        "text/plain",
    ):
        response = client.generic("POST", path, body, content_type=content_type)
        assert 400 <= response.status_code < 500
    assert ada.subscriptions.get().status == SubscriptionStatus.CONFIRMED


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
def test_reading_never_changes_anything(
    path: str, client: Client, ada: Subscriber, method: str
) -> None:
    client.generic(method, path + "?action=erase&sure=1")
    assert ada.subscriptions.get().status == SubscriptionStatus.CONFIRMED


def test_leaving_everything(path: str, client: Client, ada: Subscriber) -> None:
    assert (
        "You are unsubscribed from everything"
        in client.post(path, {"action": "leave"}).content.decode()
    )
    assert [suppression.reason for suppression in active(ada.digest)] == [
        SuppressionReason.UNSUBSCRIBED_ALL
    ]


def test_emails_can_be_had_again_after_a_complaint(
    path: str, client: Client, ada: Subscriber
) -> None:
    suppress(ada.digest, reason=SuppressionReason.COMPLAINT)
    assert "Start emailing me again" in client.get(path).content.decode()
    client.post(path, {**opened_form(client, path), "action": "resume"})
    assert active(ada.digest) == []
    assert "Start emailing me again" not in client.get(path).content.decode()


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (SuppressionReason.COMPLAINT, "because one of our emails to you was reported as spam."),
        (SuppressionReason.SOFT_BOUNCES, "because your mailbox rejected several of our emails."),
        (
            SuppressionReason.UNSUBSCRIBED_ALL,
            "because we were told that you don’t want our emails.",
        ),
    ],
)
def test_the_page_says_why_somebody_gets_no_emails(
    path: str, client: Client, ada: Subscriber, reason: SuppressionReason, words: str
) -> None:
    suppress(ada.digest, reason=reason)
    page = client.get(path).content.decode()
    assert words in page
    assert ("reported as spam" in page) is (reason is SuppressionReason.COMPLAINT)


@pytest.mark.django_db(transaction=True)
def test_one_who_is_erased_between_the_act_and_its_answer_sees_a_link_that_leads_nowhere(
    path: str, client: Client, ada: Subscriber
) -> None:
    def erase_at_once(subscriber_id: int, **_: object) -> None:
        erase(subscriber_id)

    unsubscribed.connect(erase_at_once)
    try:
        assert client.post(path, {"action": "leave"}).status_code == 410
    finally:
        unsubscribed.disconnect(erase_at_once)
    assert not Subscriber.objects.exists()


def test_no_cookie_is_set_and_none_is_needed(path: str, ada: Subscriber) -> None:
    strict = Client(enforce_csrf_checks=True)
    for response in (strict.get(path), strict.post(path, SAID)):
        assert response.status_code in (200, 302)
        assert not response.cookies


def test_a_web_address_is_no_name(client: Client, path: str, ada: Subscriber) -> None:
    response = client.post(path, {**SAID, "name": "Ada at evil.com"})
    assert response.status_code == 422
    assert "A name can’t contain a web or email address" in response.content.decode()
    ada.refresh_from_db()
    assert ada.full_name == "Ada Lovelace"
