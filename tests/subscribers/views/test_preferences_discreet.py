"""Discreet mode in the preference centre: what it does is said, and why it can't be had."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from newsletter.core.tokens import Purpose, make_expiring_token, make_token
from newsletter.models import Brand
from subscribers.consent.records import Circumstances, record_consent
from subscribers.consent.urls_in_mail import manage_url
from subscribers.invitations.invite import invite
from subscribers.models import Subscriber, Topic, TopicInvitation
from subscribers.states import ConsentAction, ConsentMethod
from tests.discretion import NEUTRAL, tells_of_page
from tests.opened_form import opened_form

ON, OFF = "Switch discreet mode on", "Switch discreet mode off"


@pytest.fixture
def path(ada: Subscriber, brand: Brand, settings: Settings) -> str:
    settings.ALLOWED_HOSTS = ["testserver", "localhost", NEUTRAL["neutral_domain"]]
    return "/" + manage_url(ada).split("/", 3)[3]


def since(subscriber: Subscriber) -> object:
    subscriber.refresh_from_db()
    return subscriber.discreet_since


def test_without_a_neutral_sender_the_page_says_why_and_a_press_changes_nothing(
    path: str, client: Client, ada: Subscriber
) -> None:
    page = client.get(path).content.decode()
    assert "You can’t switch it on here yet." in page
    assert ON not in page

    answer = client.post(path, {"action": "discreet_on"})

    assert answer.status_code == 409
    assert "discreet mode is not available here yet" in answer.content.decode()
    assert since(ada) is None


def test_it_is_switched_on_and_off_by_a_button(path: str, client: Client, ada: Subscriber) -> None:
    Brand.objects.update(**NEUTRAL)
    page = client.get(path).content.decode()
    for shown in ("post@notes.example.net", "read.example.net", "Something new for you", ON):
        assert shown in page

    page = client.post(path, {"action": "discreet_on"}).content.decode()
    assert "Discreet mode is on. It starts with our next email." in page
    assert OFF in page
    assert since(ada) is not None

    client.post(path, {"action": "discreet_off"})
    assert since(ada) is None


def test_reading_the_page_switches_nothing(path: str, client: Client, ada: Subscriber) -> None:
    Brand.objects.update(**NEUTRAL)
    client.get(path + "?action=discreet_on")
    assert since(ada) is None


def test_whoever_is_in_it_is_told_that_it_does_not_work_now_and_may_leave_it(
    path: str, client: Client, ada: Subscriber
) -> None:
    Subscriber.objects.update(discreet_since=timezone.now())
    page = client.get(path).content.decode()
    assert "we can’t use it at the moment" in page
    client.post(path, {"action": "discreet_off"})
    assert since(ada) is None


def test_the_button_loses_nothing_that_was_typed(
    path: str, client: Client, ada: Subscriber
) -> None:
    Brand.objects.update(**NEUTRAL)
    fields = {**opened_form(client, path), "name": "Ada Byron", "action": "discreet_on"}
    page = client.post(path, fields).content.decode()
    assert 'value="Ada Byron"' in page
    ada.refresh_from_db()
    assert ada.full_name == "Ada Lovelace"


HOST = {"host": NEUTRAL["neutral_domain"]}


def test_at_the_neutral_domain_pages_with_words_of_consent_show_after_a_press_alone(
    path: str, client: Client, ada: Subscriber, topic: Topic, sam: User
) -> None:
    Brand.objects.update(**NEUTRAL)
    name = Brand.objects.get().name
    record_consent(
        ada.digest,
        topic=topic,
        action=ConsentAction.CONFIRMED,
        circumstances=Circumstances(method=ConsentMethod.FORM, words=f"Yes, {name}."),
    )
    invite(topic, "eve@example.net", language="en", by=sam)
    invited = make_token(Purpose.INVITATION, TopicInvitation.objects.get().pk)
    receipt = reverse("receipt", args=[path.rstrip("/").rpartition("/")[2]])
    for one in (path, receipt, f"/invitation/{invited}/"):
        page = client.get(one, headers=HOST)
        assert page.status_code == 200
        assert tells_of_page(page.content.decode()) == [], one

        shown = client.post(one, {"action": "show"}, headers=HOST)
        assert shown.status_code == 200
        assert name in shown.content.decode(), one
        assert name in client.get(one).content.decode(), f"{one} at our own domain"
    assert TopicInvitation.objects.get().accepted_at is None


def test_at_the_neutral_domain_preferences_are_saved_and_said_to_be_after_the_press(
    path: str, client: Client, ada: Subscriber
) -> None:
    Brand.objects.update(**NEUTRAL)
    saved = client.post(
        path,
        {"chosen": "1", "initial-name": ada.full_name, "name": "Ada Byron", "action": "save"},
        headers=HOST,
    )
    assert saved.status_code == 302
    ada.refresh_from_db()
    assert ada.full_name == "Ada Byron"
    assert tells_of_page(client.get(saved["Location"], headers=HOST).content.decode()) == []
    shown = client.post(saved["Location"], {"action": "show"}, headers=HOST)
    assert "Your preferences have been saved." in shown.content.decode()


def test_at_the_neutral_domain_the_receipt_is_downloaded_by_a_press_under_a_plain_name(
    path: str, client: Client, ada: Subscriber, topic: Topic
) -> None:
    Brand.objects.update(**NEUTRAL)
    name = Brand.objects.get().name
    record_consent(
        ada.digest,
        topic=topic,
        action=ConsentAction.CONFIRMED,
        circumstances=Circumstances(method=ConsentMethod.FORM, words=f"Yes, {name}."),
    )
    token = path.rstrip("/").rpartition("/")[2]
    receipt, file = reverse("receipt", args=[token]), reverse("receipt_file", args=[token])
    opened = client.get(file, headers=HOST)
    assert tells_of_page(opened.content.decode()) == []
    assert "Content-Disposition" not in opened

    page = client.post(receipt, {"action": "show"}, headers=HOST).content.decode()
    assert f'<form method="post" action="{file}">' in page
    assert f'href="{file}"' not in page
    assert "stays among the downloads of this device" in page
    given = client.post(file, {"action": "show"}, headers=HOST)
    assert given["Content-Disposition"] == 'attachment; filename="receipt.json"'
    assert name in given.json()["records"][0]["wording"]["text"]


def test_the_file_of_all_data_has_a_title_that_tells_no_history_whose_it_is(
    path: str, client: Client, ada: Subscriber
) -> None:
    Brand.objects.update(**NEUTRAL)
    link = reverse("download", args=[make_expiring_token(Purpose.DOWNLOAD, ada.pk)])
    assert (
        "stays among the downloads of this device"
        in client.get(link, headers=HOST).content.decode()
    )
    given = client.post(link, {"format": "html"}, headers=HOST)
    title = given.content.decode().partition("<title>")[2].partition("</title>")[0]
    assert title == "Your data"
    assert tells_of_page(given["Content-Disposition"]) == []
