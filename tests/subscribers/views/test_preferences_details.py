"""The preference centre writes the details that a person has changed, no others."""

import pytest
from django.test import Client

from newsletter.models import Brand
from subscribers.consent.urls_in_mail import manage_url
from subscribers.models import Subscriber
from subscribers.people.details import change_details
from tests.opened_form import opened_form


@pytest.fixture
def path(ada: Subscriber, brand: Brand) -> str:
    return "/" + manage_url(ada).split("/", 3)[3]


def details(subscriber: Subscriber) -> tuple[str, str, str, str]:
    subscriber.refresh_from_db()
    country = str(subscriber.country)
    return subscriber.full_name, subscriber.language, country, subscriber.time_zone


def test_saving_an_old_page_takes_no_detail_back(
    path: str, client: Client, ada: Subscriber
) -> None:
    form = opened_form(client, path)
    change_details(ada.pk, full_name="Ada King", language="es", time_zone="Europe/London")
    client.post(path, {**form, "country": "GB"})
    assert details(ada) == ("Ada King", "es", "GB", "Europe/London")


def test_fields_that_are_not_sent_stay(path: str, client: Client, ada: Subscriber) -> None:
    before = details(ada)
    client.post(path, {"chosen": "1", "language": "en", "topics": "quarterly-meetings"})
    assert details(ada) == before
    client.post(path, {"name": ""})
    assert details(ada) == ("", *before[1:])


@pytest.mark.parametrize("first", [{"action": "address"}, {"language": "tlh"}])
def test_what_was_typed_on_a_page_that_came_back_can_be_saved(
    path: str, client: Client, ada: Subscriber, first: dict[str, str]
) -> None:
    form = {**opened_form(client, path), "name": "Ada King"}
    change_details(ada.pk, full_name="Countess Ada", country="GB")
    page = client.post(path, {**form, **first}).content.decode()
    assert 'value="Ada King"' in page
    assert 'name="initial-name" value="Countess Ada"' in page
    assert 'name="initial-country" value="GB"' in page
    assert '<option value="GB" selected' in page


def test_reloading_the_answer_joins_nothing_anew(
    path: str, client: Client, ada: Subscriber
) -> None:
    answer = client.post(path, opened_form(client, path))
    assert answer.status_code == 302
    page = client.get(answer["Location"])
    assert "Your preferences have been saved." in page.content.decode()
    assert not page.cookies


def test_a_form_without_a_field_of_ours_is_not_said_to_be_saved(
    path: str, client: Client, ada: Subscriber
) -> None:
    page = client.post(path, {"nonsense": "1"})
    assert page.status_code == 422
    assert "nothing was saved" in page.content.decode()


@pytest.mark.parametrize(
    ("column", "gone"),
    [("language", "tlh"), ("country", "AN"), ("country", "ZZ"), ("time_zone", "Mars/Olympus")],
)
def test_what_is_no_longer_offered_is_kept_by_whoever_has_it(
    path: str, client: Client, ada: Subscriber, column: str, gone: str
) -> None:
    Subscriber.objects.update(**{column: gone})
    form = opened_form(client, path)
    assert form[column] == gone
    assert client.post(path, {**form, "name": "Ada King"}).status_code == 302
    ada.refresh_from_db()
    assert (ada.full_name, str(getattr(ada, column))) == ("Ada King", gone)
    other = {"language": "en", "country": "GB", "time_zone": "Europe/London"}[column]
    client.post(path, {**opened_form(client, path), column: other})
    ada.refresh_from_db()
    assert str(getattr(ada, column)) == other
    assert f'value="{gone}"' not in client.get(path).content.decode()


@pytest.mark.parametrize(
    ("column", "gone"), [("language", "tlh"), ("country", "ZZ"), ("time_zone", "Mars/Olympus")]
)
def test_what_is_no_longer_offered_can_be_chosen_by_nobody_else(
    path: str, client: Client, ada: Subscriber, column: str, gone: str
) -> None:
    before = str(getattr(ada, column))
    assert client.post(path, {**opened_form(client, path), column: gone}).status_code == 422
    ada.refresh_from_db()
    assert str(getattr(ada, column)) == before
