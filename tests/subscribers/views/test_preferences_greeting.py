"""The preference centre: how a person wants to be greeted, and names that would trick somebody."""

import pytest
from django.test import Client

from newsletter.models import Brand
from subscribers.consent.urls_in_mail import manage_url
from subscribers.models import Subscriber
from tests.opened_form import opened_form

OVERRIDES = "\u202e\u202d\u202a\u202b\u2066\u2067\u200f\u200e\ufeff\u200b\x00\u2028"


@pytest.fixture
def path(ada: Subscriber, brand: Brand) -> str:
    return "/" + manage_url(ada).split("/", 3)[3]


def greeting(subscriber: Subscriber) -> tuple[str, str]:
    subscriber.refresh_from_db()
    return subscriber.greeting, subscriber.salutation


def test_the_page_shows_what_each_way_would_be(path: str, client: Client) -> None:
    page = client.get(path).content.decode()
    for shown in ("<bdi>Ada</bdi>", "<bdi>Ada Lovelace</bdi>", 'value="no_name"'):
        assert shown in page
    assert opened_form(client, path)["greeting"] == "given_name"


@pytest.mark.parametrize("way", ["given_name", "full_name", "no_name"])
def test_a_way_that_is_chosen_is_kept(path: str, client: Client, ada: Subscriber, way: str) -> None:
    Subscriber.objects.update(greeting="no_name" if way == "given_name" else "")
    client.post(path, {**opened_form(client, path), "greeting": way})
    assert greeting(ada) == (way, "")
    assert opened_form(client, path)["greeting"] == way


def test_words_of_their_own_are_kept_and_choose_themselves(
    path: str, client: Client, ada: Subscriber
) -> None:
    form = opened_form(client, path)
    client.post(path, {**form, "salutation": "  Countess   Lovelace "})
    assert greeting(ada) == ("salutation", "Countess Lovelace")
    client.post(path, {**opened_form(client, path), "greeting": "no_name"})
    assert greeting(ada) == ("no_name", "Countess Lovelace")


def test_saving_the_page_as_it_is_chooses_nothing(
    path: str, client: Client, ada: Subscriber
) -> None:
    client.post(path, opened_form(client, path))
    assert greeting(ada) == ("", "")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"greeting": "salutation"}, "salutation"),
        ({"greeting": "salutation", "salutation": " \u200b "}, "salutation"),
        ({"greeting": "majesty"}, "greeting"),
        ({"salutation": "visit evil.com now"}, "salutation"),
        ({"salutation": "x" * 101}, "salutation"),
        ({"salutation": "x" * 1_000_000}, "salutation"),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_saves_nothing(
    path: str, client: Client, ada: Subscriber, fields: dict[str, str], field: str
) -> None:
    answer = client.post(path, {**opened_form(client, path), "name": "Ada King", **fields})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f'href="#id_{field}"' in page
    assert f'id="id_{field}"' in page
    assert greeting(ada) == ("", "")
    assert ada.full_name == "Ada Lovelace"


def test_characters_that_turn_a_text_round_or_hide_in_it_are_taken_out_of_names(
    path: str, client: Client, ada: Subscriber
) -> None:
    for form in ({"name": f"Ada{OVERRIDES}gnp.evoL"}, {"salutation": f"Dr{OVERRIDES}Ada"}):
        fields = {**opened_form(client, path), **form}
        answer = client.post(
            path, {name: text.replace("\x00", "") for name, text in fields.items()}
        )
        assert answer.status_code == 302
    ada.refresh_from_db()
    assert (ada.full_name, ada.salutation) == ("Ada gnp.evoL", "Dr Ada")
