"""`/u/<token>`: RFC 8058 to the letter, and kind to people."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from newsletter.core.tokens import TOKEN_LENGTH, Purpose, make_token
from newsletter.models import Brand
from subscribers.models import ConsentRecord, Subscriber, Subscription, Topic
from subscribers.people.erase import erase
from subscribers.signals import unsubscribed
from subscribers.states import SubscriptionStatus
from subscribers.suppression.registry import active
from tests.conftest import MakeSubscriber

ONE_CLICK = "List-Unsubscribe=One-Click"
FORM = "application/x-www-form-urlencoded"
MULTIPART = (
    '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
)


@pytest.fixture
def path(ada: Subscriber, brand: Brand) -> str:
    return f"/u/{make_token(Purpose.UNSUBSCRIBE, ada.subscriptions.get().pk, 7)}"


def status_of(subscriber: Subscriber, topic: Topic) -> str:
    return subscriber.subscriptions.get(topic=topic).status


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize(
    ("body", "content_type"), [(ONE_CLICK, FORM), (MULTIPART, "multipart/form-data; boundary=b")]
)
def test_one_click_leaves_at_once_without_cookie_token_or_redirect(
    path: str, ada: Subscriber, topic: Topic, slash: str, body: str, content_type: str
) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.generic(
        "POST", path + slash, body, content_type=content_type, HTTP_USER_AGENT=""
    )
    assert response.status_code == 200
    assert not response.cookies
    assert status_of(ada, topic) == SubscriptionStatus.UNSUBSCRIBED
    assert ConsentRecord.objects.get().method == "one_click"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", ""),
        (b"", FORM),
        (b"\x00\xff\xfe garbage", FORM),
        (b"\xff" * 100, FORM + "; charset=nonsense"),
        (b"garbage", "multipart/form-data"),
        (b"garbage", "multipart/form-data; boundary=b"),
        (b"[" * 10_000, "application/json"),
        (b"&".join(b"a%d=1" % n for n in range(2000)), FORM),
        (b"a=" + b"x" * 3_000_000, FORM),
        (MULTIPART.encode() + b"x" * 3_000_000, "multipart/form-data; boundary=b"),
        (b"scope=nonsense", FORM),
    ],
)
def test_whatever_the_body_holds_the_token_says_it_all(
    path: str, client: Client, ada: Subscriber, topic: Topic, body: bytes, content_type: str
) -> None:
    assert client.generic("POST", path, body, content_type=content_type).status_code == 200
    assert status_of(ada, topic) == SubscriptionStatus.UNSUBSCRIBED


def test_a_second_post_and_one_after_an_erasure_are_fine_too(
    path: str, client: Client, ada: Subscriber
) -> None:
    for _ in range(3):
        assert client.post(path, ONE_CLICK, content_type=FORM).status_code == 200
    assert ConsentRecord.objects.count() == 1
    erase(ada.pk)
    assert client.post(path, ONE_CLICK, content_type=FORM).status_code == 200
    assert client.get(path).status_code == 200


def test_the_campaign_whose_link_it_was_hears_of_it(
    path: str,
    client: Client,
    ada: Subscriber,
    topic: Topic,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    heard: list[tuple[object, ...]] = []

    def hear(subscriber_id: int, topic_id: int | None, campaign_id: int, **more: object) -> None:
        heard.append((subscriber_id, topic_id, campaign_id))

    unsubscribed.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            client.post(path, ONE_CLICK, content_type=FORM)
    finally:
        unsubscribed.disconnect(hear)
    assert heard == [(ada.pk, topic.pk, 7)]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
def test_reading_never_leaves(
    path: str, client: Client, ada: Subscriber, topic: Topic, method: str
) -> None:
    client.generic(method, f"{path}?List-Unsubscribe=One-Click&scope=all")
    assert status_of(ada, topic) == SubscriptionStatus.CONFIRMED
    assert not ConsentRecord.objects.exists()


def test_the_page_names_the_topic_and_offers_it_or_everything(path: str, client: Client) -> None:
    page = client.get(path).content.decode()
    assert "Unsubscribe from “Quarterly meetings”" in page
    assert "Unsubscribe from everything" in page
    assert "ada@example.nz" not in page


def test_the_button_leaves_the_topic_alone(
    path: str, client: Client, ada: Subscriber, topic: Topic, other_topic: Topic
) -> None:
    Subscription.objects.create(
        subscriber=ada, topic=other_topic, status="confirmed", changed_at=ada.created_at
    )
    page = client.post(path, {"scope": "topic"}).content.decode()
    assert "any more emails about “Quarterly meetings”" in page
    assert f"/subscribe/?topic={topic.slug}" in page
    assert (status_of(ada, topic), status_of(ada, other_topic)) == ("unsubscribed", "confirmed")
    assert ConsentRecord.objects.get().method == "mail_link"
    assert "already unsubscribed" in client.get(path).content.decode()


def test_the_other_button_leaves_everything(
    path: str, client: Client, ada: Subscriber, topic: Topic, other_topic: Topic
) -> None:
    Subscription.objects.create(
        subscriber=ada, topic=other_topic, status="confirmed", changed_at=ada.created_at
    )
    client.post(path, {"scope": "all"})
    assert set(ada.subscriptions.values_list("status", flat=True)) == {"unsubscribed"}
    assert [suppression.reason for suppression in active(ada.digest)] == ["unsubscribed_all"]


def test_one_click_never_leaves_more_than_the_topic(
    path: str, client: Client, ada: Subscriber, other_topic: Topic
) -> None:
    Subscription.objects.create(
        subscriber=ada, topic=other_topic, status="confirmed", changed_at=ada.created_at
    )
    client.post(path, ONE_CLICK + "&scope=all", content_type=FORM)
    assert status_of(ada, other_topic) == "confirmed"


BROKEN = ["A" * TOKEN_LENGTH, "x", "A" * 5000, "é" * TOKEN_LENGTH, "AQAAAAAAAQAAAA", "%00"]
"""Links that no mail of ours ever held: invented, cut, or spoiled."""


@pytest.mark.parametrize("broken", [*BROKEN, "another purpose", "cut", "changed"])
def test_a_person_with_a_broken_link_is_told_that_nothing_happened_and_what_to_do(
    path: str, client: Client, ada: Subscriber, topic: Topic, broken: str
) -> None:
    """Not “you have left”: they would believe it, and the next email would come all the same."""
    derived = {
        "another purpose": f"/u/{make_token(Purpose.PREFERENCES, ada.pk)}",
        "cut": path[:-3],
        "changed": path[:-1] + ("A" if path[-1] != "A" else "B"),
    }
    where = derived.get(broken, f"/u/{broken}")
    answers = [
        client.get(where),
        *(client.post(where, body) for body in ({}, {"scope": "topic"}, {"scope": "all"})),
    ]
    answers += [client.post(where, b"garbage", content_type="text/plain")]
    for response in answers:
        page = response.content.decode()
        assert response.status_code == 200
        assert "This link is incomplete" in page
        assert "Nothing has changed" in page
        assert 'href="/preferences/"' in page
        assert "have left" not in page
        assert 'method="post"' not in page
    assert status_of(ada, topic) == SubscriptionStatus.CONFIRMED
    assert not ConsentRecord.objects.exists()


def test_one_click_is_answered_alike_whatever_its_token_and_changes_nothing_where_it_is_forged(
    client: Client, ada: Subscriber, brand: Brand, topic: Topic
) -> None:
    unknown = make_token(Purpose.UNSUBSCRIBE, 2**40)
    tokens = [unknown, make_token(Purpose.PREFERENCES, ada.pk), *BROKEN]
    answers = [client.post(f"/u/{token}", ONE_CLICK, content_type=FORM) for token in tokens]
    assert {(answer.status_code, answer.content) for answer in answers} == {
        (200, answers[0].content)
    }
    assert status_of(ada, topic) == SubscriptionStatus.CONFIRMED
    assert not ConsentRecord.objects.exists()


def test_one_whose_row_is_gone_is_told_what_one_who_had_left_is_told(
    path: str, client: Client, ada: Subscriber, dora: Subscriber
) -> None:
    """An old link tells nobody who was erased."""
    left = f"/u/{make_token(Purpose.UNSUBSCRIBE, dora.subscriptions.get().pk, 7)}"
    erase(ada.pk)
    for body in (None, {}, {"scope": "topic"}, {"scope": "all"}, {"List-Unsubscribe": "One-Click"}):
        gone, had_left = (
            client.get(url) if body is None else client.post(url, body) for url in (path, left)
        )
        assert (gone.status_code, gone.content) == (had_left.status_code, had_left.content)
        assert "nsubscribed" in gone.content.decode()


def test_it_works_with_redis_down(
    path: str, client: Client, ada: Subscriber, topic: Topic, settings: Settings
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.CACHES = {
        "default": {"BACKEND": "config.redis_cache.RedisCache", "LOCATION": settings.REDIS_URL}
    }
    assert client.post(path, ONE_CLICK, content_type=FORM).status_code == 200
    assert status_of(ada, topic) == SubscriptionStatus.UNSUBSCRIBED


def test_a_topic_name_with_markup_is_shown_as_text(
    client: Client, brand: Brand, make_subscriber: MakeSubscriber
) -> None:
    topic = Topic.objects.create(slug="odd", name="<b>Odd</b> & “quoted”")
    subscriber = make_subscriber("fay@example.org", topic=topic)
    path = f"/u/{make_token(Purpose.UNSUBSCRIBE, subscriber.subscriptions.get().pk)}"
    assert "<b>Odd" not in client.get(path).content.decode() + client.post(path).content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_forged_token_costs_what_an_unknown_one_costs(
    client: Client, brand: Brand, method: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    unknown = make_token(Purpose.UNSUBSCRIBE, 2**40)
    client.get("/u/x")  # what pages show of the brand is read once, and kept
    with CaptureQueriesContext(connection) as asked:
        getattr(client, method)(f"/u/{unknown}")
    for token in ("A" * TOKEN_LENGTH, "x", make_token(Purpose.PREFERENCES, 2**40)):
        with django_assert_num_queries(len(asked)):
            getattr(client, method)(f"/u/{token}")
