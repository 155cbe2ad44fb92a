"""The preference centre joins and leaves the topics whose boxes a person has changed, no others."""

import pytest
from django.test import Client

from newsletter.models import Brand
from subscribers.consent.subscribe import SignUp, subscribe
from subscribers.consent.urls_in_mail import confirm_url, manage_url
from subscribers.models import ConsentRecord, Subscriber, Topic
from subscribers.opt_outs.journal import journals
from subscribers.states import ConsentMethod
from tests.opened_form import opened_form


def path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


@pytest.fixture
def path(ada: Subscriber, brand: Brand) -> str:
    return path_of(manage_url(ada.pk))


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
    confirm = path_of(confirm_url(ada.pk))
    assert "Subscription confirmed" in client.post(confirm).content.decode()
    assert statuses(ada)["forums"] == "confirmed"


def test_a_sign_up_that_waits_is_confirmed_by_its_box(
    path: str, client: Client, ada: Subscriber, other_topic: Topic
) -> None:
    sign_up(ada, other_topic)
    form = opened_form(client, path)

    page = client.post(path, {**form, "topics": ["quarterly-meetings", "forums"]})

    assert statuses(ada) == {"quarterly-meetings": "confirmed", "forums": "confirmed"}
    assert "Not confirmed yet" not in page.content.decode()
