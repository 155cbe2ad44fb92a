"""The two links of a confirmation."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from newsletter.core.addresses import address_digest
from newsletter.core.tokens import TOKEN_LENGTH, Purpose, make_token
from newsletter.models import Brand, TransactionalMessage
from subscribers.consent.subscribe import SignUp, subscribe
from subscribers.consent.unsubscribe import unsubscribe_all
from subscribers.consent.urls_in_mail import confirm_url, never_again_url
from subscribers.models import ConsentRecord, Subscriber, Subscription, Suppression, Topic
from subscribers.states import ConsentMethod, SubscriptionStatus
from subscribers.suppression.registry import active

EVE = "eve@example.org"


@pytest.fixture
def eve(brand: Brand, topic: Topic, other_topic: Topic) -> Subscriber:
    subscribe(
        SignUp(
            email=EVE,
            full_name="<b>Eve</b> Adams",
            country="NZ",
            topics=(topic, other_topic),
            words="Yes.",
            method=ConsentMethod.FORM,
        )
    )
    return Subscriber.objects.get()


def path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def test_the_page_lists_what_is_confirmed_and_shows_nothing_that_was_typed(
    eve: Subscriber, client: Client
) -> None:
    """A mistyped address brings the mail to a stranger, and mail is passed on."""
    page = client.get(path_of(confirm_url(eve))).content.decode()
    assert "Quarterly meetings" in page
    assert "Forums" in page
    assert "name … A…, country or body." in page
    assert not [word for word in ("Adams", "Eve&", "New Zealand", "NZ", "eve@") if word in page]


def test_a_name_without_initials_is_said_to_be_there(
    client: Client, brand: Brand, topic: Topic
) -> None:
    subscribe(
        SignUp(email=EVE, full_name="王小明", topics=(topic,), words="Y", method=ConsentMethod.FORM)
    )
    page = client.get(path_of(confirm_url(Subscriber.objects.get()))).content.decode()
    assert "They are: name. " in page
    assert "王" not in page


@pytest.mark.parametrize(
    ("ticked", "name", "country"), [(["1"], "<b>Eve</b> Adams", "NZ"), ([], "", "")]
)
def test_details_are_taken_over_only_where_their_owner_wants_them(
    eve: Subscriber, client: Client, ticked: list[str], name: str, country: str
) -> None:
    client.post(path_of(confirm_url(eve)), {"chosen": "1", "topics": ["forums"], "details": ticked})
    eve.refresh_from_db()
    assert (eve.full_name, str(eve.country)) == (name, country)


def test_an_old_link_of_one_who_confirmed_shows_nothing_that_is_kept(
    eve: Subscriber, client: Client
) -> None:
    path = path_of(confirm_url(eve))
    client.post(path)
    for response in (
        client.get(path),
        client.post(path),
        client.post(path, {"chosen": "1", "topics": ["forums"]}),
    ):
        page = response.content.decode()
        assert "Already confirmed" in page
        assert not [
            word for word in ("Adams", "New Zealand", "Quarterly", "Forums", "eve@") if word in page
        ]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
def test_reading_never_confirms(eve: Subscriber, client: Client, method: str) -> None:
    client.generic(method, path_of(confirm_url(eve)) + "?chosen=1&topics=forums")
    assert set(Subscription.objects.values_list("status", flat=True)) == {
        SubscriptionStatus.PENDING
    }


def test_the_button_confirms_what_is_ticked_and_a_second_click_says_already_done(
    eve: Subscriber, client: Client
) -> None:
    path = path_of(confirm_url(eve))
    first = client.post(path, {"chosen": "1", "topics": ["forums"]})
    second = client.post(path, {"chosen": "1", "topics": ["forums"]})
    assert (first.status_code, second.status_code) == (200, 200)
    assert "Subscription confirmed" in first.content.decode()
    assert "Already confirmed" in second.content.decode()
    assert Subscription.objects.get(topic__slug="forums").status == SubscriptionStatus.CONFIRMED
    assert (
        Subscription.objects.get(topic__slug="quarterly-meetings").status
        == SubscriptionStatus.PENDING
    )
    assert TransactionalMessage.objects.filter(kind="welcome").count() == 1


def test_a_bare_post_confirms_all(eve: Subscriber, client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(path_of(confirm_url(eve)))
    assert response.status_code == 200
    assert not response.cookies
    assert set(Subscription.objects.values_list("status", flat=True)) == {
        SubscriptionStatus.CONFIRMED
    }


def test_with_no_box_ticked_nothing_happens_and_the_page_says_so(
    eve: Subscriber, client: Client
) -> None:
    response = client.post(path_of(confirm_url(eve)), {"chosen": "1"})
    assert response.status_code == 422
    assert "Choose at least one topic" in response.content.decode()
    assert set(Subscription.objects.values_list("status", flat=True)) == {
        SubscriptionStatus.PENDING
    }


@pytest.mark.parametrize("ticked", [["1"], []])
def test_the_box_for_the_details_stays_as_it_was_where_no_topic_was_ticked(
    eve: Subscriber, client: Client, ticked: list[str]
) -> None:
    path = path_of(confirm_url(eve))
    assert 'name="details" value="1" checked>' in client.get(path).content.decode()
    page = client.post(path, {"chosen": "1", "details": ticked}).content.decode()
    assert 'name="details" value="1"' in page
    assert ('name="details" value="1" checked>' in page) is bool(ticked)


@pytest.mark.parametrize(
    "topics", [["nonsense"], ["'; DROP--"], ["x" * 10_000], ["\x00"], ["forums\x00"]]
)
def test_topics_that_were_not_asked_for_are_not_confirmed(
    eve: Subscriber, client: Client, topics: list[str]
) -> None:
    response = client.post(path_of(confirm_url(eve)), {"chosen": "1", "topics": topics})
    assert response.status_code < 500
    assert set(Subscription.objects.values_list("status", flat=True)) == {
        SubscriptionStatus.PENDING
    }


def test_an_old_link_brings_nobody_back_and_tells_nobody_who_has_left(
    eve: Subscriber, client: Client
) -> None:
    path = path_of(confirm_url(eve))
    client.post(path)
    unsubscribe_all(eve.pk, method=ConsentMethod.MAIL_LINK)
    unknown = client.get(f"/confirm/{make_token(Purpose.CONFIRM, 2**40)}/")
    for response in (client.get(path), client.post(path)):
        assert (response.status_code, response.content) == (404, unknown.content)
    assert set(Subscription.objects.values_list("status", flat=True)) == {
        SubscriptionStatus.UNSUBSCRIBED
    }


@pytest.mark.parametrize("page", ["confirm", "preferences"])
def test_tokens_that_lead_nowhere_get_one_friendly_page(
    eve: Subscriber, client: Client, page: str
) -> None:
    tokens = [
        make_token(Purpose.CONFIRM, 2**40),
        make_token(Purpose.NEVER_AGAIN, 2**40),
        make_token(Purpose.UNSUBSCRIBE, eve.subscriptions.all()[0].pk),
        "A" * TOKEN_LENGTH,
        "x",
        "A" * 5000,
        "é" * TOKEN_LENGTH,
    ]
    answers = [
        response
        for token in tokens
        for response in (client.get(f"/{page}/{token}/"), client.post(f"/{page}/{token}/"))
    ]
    assert {response.status_code for response in answers} == {404}
    assert len({response.content for response in answers}) == 1
    assert "subscribe again" in answers[0].content.decode()


def test_never_again_asks_and_then_does_it(eve: Subscriber, client: Client) -> None:
    path = path_of(never_again_url(eve.digest))
    assert client.get(path).status_code == 200
    assert not Suppression.objects.exists()
    first, second = client.post(path), client.post(path)
    assert first.status_code == 200
    assert first.content == second.content
    assert [suppression.reason for suppression in active(address_digest(EVE))] == ["never_again"]
    assert not Subscriber.objects.exists()
    assert not ConsentRecord.objects.exists()


def test_never_again_by_a_broken_link_says_that_nothing_happened(
    eve: Subscriber, client: Client
) -> None:
    unknown = path_of(never_again_url(address_digest("stranger@example.org")))
    broken = [
        f"/never/{token}/"
        for token in ("A" * TOKEN_LENGTH, "x", "A" * 5000, make_token(Purpose.CONFIRM, eve.pk))
    ]
    answers = [
        client.post(unknown),
        *(answer for path in broken for answer in (client.get(path), client.post(path))),
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {
        (200, answers[0].content)
    }
    assert "Nothing has changed" in answers[0].content.decode()
    assert not Suppression.objects.exists()
    assert Subscriber.objects.count() == 1


@pytest.mark.parametrize(
    ("age", "comes_back"), [(timedelta(days=3), False), (timedelta(hours=20), True)]
)
def test_an_old_link_brings_nobody_back_who_has_left_since(
    eve: Subscriber, client: Client, topic: Topic, age: timedelta, *, comes_back: bool
) -> None:
    """Anybody who holds a forwarded confirmation could otherwise sign its recipient up again."""
    made = int((timezone.now() - age).timestamp())
    old = f"/confirm/{make_token(Purpose.CONFIRM, eve.pk, made)}/"
    client.post(old)
    unsubscribe_all(eve.pk, method=ConsentMethod.MAIL_LINK)
    subscribe(SignUp(email=EVE, topics=(topic,), words="Yes.", method=ConsentMethod.FORM))
    assert client.get(old).status_code == (200 if comes_back else 404)
    client.post(old)
    assert (eve.subscriptions.get(topic=topic).status == SubscriptionStatus.CONFIRMED) is comes_back
    client.post(path_of(confirm_url(eve)))
    assert eve.subscriptions.get(topic=topic).status == SubscriptionStatus.CONFIRMED
    assert "already confirmed" in client.get(old).content.decode().lower()


@pytest.mark.parametrize(("ticked", "language"), [("1", "es"), ("", "en")])
def test_a_language_that_is_all_a_sign_up_says_is_told_and_taken_over_where_its_owner_wants_it(
    client: Client, brand: Brand, topic: Topic, settings: Settings, ticked: str, language: str
) -> None:
    settings.CONTENT_LANGUAGES = ["en", "es"]
    subscribe(
        SignUp(
            email="eve@example.org",
            topics=(topic,),
            words="Yes.",
            method=ConsentMethod.FORM,
            language="es",
        )
    )
    eve = Subscriber.objects.get()
    path = path_of(confirm_url(eve))
    assert "Son los siguientes: idioma." in client.get(path).text

    client.post(
        path, {"chosen": "1", "topics": [topic.slug], **({"details": "1"} if ticked else {})}
    )

    eve.refresh_from_db()
    assert eve.language == language
