"""The receipt of one's consent: by the link that opens the preferences, as a page and as JSON."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from newsletter.core.tokens import Purpose, make_expiring_token
from newsletter.models import Brand
from subscribers.consent.preferences import choose_topics
from subscribers.evidence.signatures import text_hash
from subscribers.models import Subscriber, Topic
from tests.subscribers.own_address import change_own_address

WORDS = "I agree, <b>really</b>."


def path_of(subscriber: Subscriber, **options: timedelta) -> str:
    now = timezone.now() - options.get("ago", timedelta(0))
    return f"/preferences/receipt/{make_expiring_token(Purpose.MANAGE, subscriber.pk, now=now)}/"


@pytest.fixture
def agreed(brand: Brand, ada: Subscriber, topic: Topic, other_topic: Topic) -> Subscriber:
    choose_topics(ada.pk, topics=[topic, other_topic], words=WORDS, network="192.0.2.0/24")
    return ada


def test_the_page_says_what_was_agreed_to_when_how_and_in_which_words(
    client: Client, agreed: Subscriber, other_topic: Topic
) -> None:
    path = path_of(agreed)
    answer = client.get(path)
    page = answer.content.decode()

    assert answer.status_code == 200
    assert f"You confirmed: <bdi>{other_topic.name}</bdi>" in page
    assert "On the preferences page" in page
    assert "I agree, &lt;b&gt;really&lt;/b&gt;." in page
    assert text_hash(WORDS) in page
    assert "192.0.2.0/24" in page
    assert agreed.digest in page
    assert agreed.email not in page
    assert "no-store" in answer["Cache-Control"]
    assert f'href="{path}consent.json"' in page


def test_a_topic_goes_by_its_name_in_the_language_of_the_page(
    client: Client, agreed: Subscriber, other_topic: Topic
) -> None:
    other_topic.texts = {"uk": {"name": "Форуми", "description": ""}}
    other_topic.save(update_fields=["texts"])
    page = client.get(f"/uk{path_of(agreed)}").content.decode()
    assert "<bdi>Форуми</bdi>" in page


def test_the_file_says_the_same_to_a_program(client: Client, agreed: Subscriber) -> None:
    answer = client.get(f"{path_of(agreed)}consent.json")
    told = json.loads(answer.content)

    assert answer["Content-Disposition"] == 'attachment; filename="consent-receipt.json"'
    assert told["address_code"] == agreed.digest
    assert agreed.email not in answer.content.decode()
    asked, confirmed = told["records"]
    assert (asked["action"], confirmed["action"]) == ("requested", "confirmed")
    assert confirmed["wording"]["text"] == WORDS
    assert confirmed["wording"]["sha256"] == text_hash(WORDS)
    assert confirmed["is_as_written"] is True
    assert "staff" not in confirmed


def test_what_was_agreed_to_under_an_earlier_address_is_on_it(
    client: Client, agreed: Subscriber
) -> None:
    change_own_address(agreed.pk, to="ada.king@example.nz")
    agreed.refresh_from_db()
    Subscriber.objects.update(address_since=timezone.now() - timedelta(hours=1))

    told = json.loads(client.get(f"{path_of(agreed)}consent.json").content)
    assert {entry["address_code"] for entry in told["records"]} > {agreed.digest}


def test_nobody_elses_records_are_on_it(
    client: Client, agreed: Subscriber, ben: Subscriber
) -> None:
    assert json.loads(client.get(f"{path_of(ben)}consent.json").content)["records"] == []
    assert "We hold no record of consent for you." in client.get(path_of(ben)).content.decode()


@pytest.mark.parametrize("file", ["", "consent.json"])
def test_a_link_that_is_over_or_forged_shows_nothing_and_a_post_is_refused(
    client: Client, agreed: Subscriber, file: str
) -> None:
    expired = client.get(path_of(agreed, ago=timedelta(hours=2)) + file)
    assert expired.status_code == 410
    assert agreed.digest not in expired.content.decode()
    assert client.get(f"/preferences/receipt/{'A' * 28}/{file}").status_code == 404
    assert client.post(path_of(agreed) + file).status_code == 405
    erase = make_expiring_token(Purpose.ERASE, agreed.pk)
    assert client.get(f"/preferences/receipt/{erase}/{file}").status_code == 404


def test_the_preferences_lead_to_it(client: Client, agreed: Subscriber) -> None:
    token = make_expiring_token(Purpose.MANAGE, agreed.pk)
    page = client.get(f"/preferences/{token}/").content.decode()
    assert f'href="/preferences/receipt/{token}/"' in page
