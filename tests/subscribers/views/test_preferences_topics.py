"""The preference centre joins and leaves the topics whose boxes a person has changed, no others."""

import pytest
from django.test import Client

from newsletter.models import Brand
from subscribers.consent.subscribe import SignUp, subscribe
from subscribers.consent.unsubscribe import unsubscribe_all
from subscribers.consent.urls_in_mail import confirm_url, manage_url
from subscribers.models import ConsentRecord, Subscriber, Topic
from subscribers.opt_outs.journal import journals
from subscribers.states import ConsentMethod, SuppressionReason
from subscribers.suppression.registry import active, suppress
from tests.opened_form import opened_form


def path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


@pytest.fixture
def path(ada: Subscriber, brand: Brand) -> str:
    return path_of(manage_url(ada))


def sign_up(subscriber: Subscriber, topic: Topic) -> None:
    subscribe(
        SignUp(email=subscriber.email, topics=(topic,), words="Yes.", method=ConsentMethod.FORM)
    )


def statuses(subscriber: Subscriber) -> dict[str, str]:
    return dict(subscriber.subscriptions.values_list("topic__slug", "status"))


def test_a_sign_up_that_waits_is_neither_left_nor_confirmed_by_saving_something_else(
    path: str, client: Client, ada: Subscriber, other_topic: Topic
) -> None:
    sign_up(ada, other_topic)
    assert "Not confirmed yet. Tick this box to confirm" in client.get(path).content.decode()

    client.post(path, {**opened_form(client, path), "name": "Ada King"})

    assert statuses(ada) == {"quarterly-meetings": "confirmed", "forums": "pending"}
    assert list(ConsentRecord.objects.values_list("action", flat=True)) == ["requested"]
    assert not journals()
    confirm = path_of(confirm_url(ada))
    assert "Subscription confirmed" in client.post(confirm).content.decode()
    assert statuses(ada)["forums"] == "confirmed"


def test_a_sign_up_that_waits_is_confirmed_by_its_box(
    path: str, client: Client, ada: Subscriber, other_topic: Topic
) -> None:
    sign_up(ada, other_topic)
    form = opened_form(client, path)

    page = client.post(path, {**form, "topics": ["quarterly-meetings", "forums"]}, follow=True)

    assert statuses(ada) == {"quarterly-meetings": "confirmed", "forums": "confirmed"}
    assert "Not confirmed yet" not in page.content.decode()


def test_what_was_confirmed_after_the_page_was_opened_is_not_left_by_saving_it(
    path: str, client: Client, ada: Subscriber, other_topic: Topic
) -> None:
    sign_up(ada, other_topic)
    form = opened_form(client, path)
    client.post(path_of(confirm_url(ada)))

    page = client.post(path, {**form, "name": "Ada King"}, follow=True).content.decode()

    assert statuses(ada) == {"quarterly-meetings": "confirmed", "forums": "confirmed"}
    assert 'value="forums" checked' in page


def test_what_was_left_after_the_page_was_opened_is_not_joined_by_saving_it(
    path: str, client: Client, ada: Subscriber
) -> None:
    form = opened_form(client, path)
    unsubscribe_all(ada.pk, method=ConsentMethod.MAIL_LINK)

    page = client.post(path, {**form, "name": "Ada King"}, follow=True).content.decode()

    assert statuses(ada) == {"quarterly-meetings": "unsubscribed"}
    assert [suppression.reason for suppression in active(ada.digest)] == ["unsubscribed_all"]
    assert 'value="quarterly-meetings" checked' not in page


def test_an_opt_out_from_everything_is_not_undone_by_an_older_copy_of_the_page(
    path: str, client: Client, ada: Subscriber
) -> None:
    suppress(ada.digest, reason=SuppressionReason.COMPLAINT)
    form = opened_form(client, path)
    client.post(path, {**form, "action": "leave"})

    for old in (form, {}):
        page = client.post(path, {**old, "action": "resume"})
        assert page.status_code == 409
        assert "Nothing was changed, because this page was out of date." in page.content.decode()
        assert "We’ll email you about your topics again" not in page.content.decode()
    assert {suppression.reason for suppression in active(ada.digest)} == {
        "complaint",
        "unsubscribed_all",
    }
    assert list(ConsentRecord.objects.values_list("action", flat=True)) == ["unsubscribed"]


@pytest.mark.parametrize("change", [{"name": "evil.com"}, {"action": "address"}])
def test_a_page_that_comes_back_shows_the_boxes_that_were_changed_and_what_is_followed_else(
    path: str, client: Client, ada: Subscriber, other_topic: Topic, change: dict[str, str]
) -> None:
    form = opened_form(client, path)
    sign_up(ada, other_topic)
    client.post(path_of(confirm_url(ada)))

    page = client.post(path, {**form, **change, "topics": []}).content.decode()

    assert 'value="quarterly-meetings" checked' not in page
    assert 'value="forums" checked' in page
    assert 'name="followed" value="quarterly-meetings forums"' in page
    assert ("are not saved yet" in page) is ("action" in change)
