"""Pausing in the preference centre: a date that is saved with the rest, and a button to end it."""

from datetime import date, timedelta

import pytest
from django.test import Client

from newsletter.core.db.clock import database_now
from newsletter.models import Brand
from subscribers.consent.urls_in_mail import manage_url
from subscribers.models import Subscriber
from subscribers.people.pause import pause, paused_until
from subscribers.states import SubscriptionStatus
from tests.opened_form import opened_form


@pytest.fixture
def path(ada: Subscriber, brand: Brand) -> str:
    return "/" + manage_url(ada).split("/", 3)[3]


@pytest.fixture
def day() -> date:
    return database_now().date() + timedelta(days=30)


def pause_of(subscriber: Subscriber) -> date | None:
    subscriber.refresh_from_db()
    return paused_until(subscriber)


def test_a_date_that_is_saved_pauses_and_the_page_says_so(
    path: str, client: Client, ada: Subscriber, day: date
) -> None:
    form = opened_form(client, path)
    assert form["pause_until"] == ""
    page = client.post(path, {**form, "pause_until": day.isoformat()}, follow=True)
    assert pause_of(ada) == day
    shown = page.content.decode()
    assert f"You have paused our emails until {day:%-d %B %Y}." in shown
    assert opened_form(client, path)["pause_until"] == day.isoformat()
    assert ada.subscriptions.get().status == SubscriptionStatus.CONFIRMED


def test_clearing_the_date_ends_the_pause_and_so_does_the_button(
    path: str, client: Client, ada: Subscriber, day: date
) -> None:
    for fields in ({"pause_until": ""}, {"action": "end_pause"}):
        pause(ada.pk, until=day)
        page = client.post(path, {**opened_form(client, path), **fields}, follow=True)
        assert pause_of(ada) is None
        assert "You have paused our emails" not in page.content.decode()


def test_the_button_that_ends_the_pause_keeps_what_was_typed(
    path: str, client: Client, ada: Subscriber, day: date
) -> None:
    pause(ada.pk, until=day)
    form = {**opened_form(client, path), "name": "Ada King", "action": "end_pause"}
    page = client.post(path, form).content.decode()
    assert 'value="Ada King"' in page
    assert "not saved yet" in page
    assert 'name="pause_until" value=""' in page


def test_saving_an_old_page_brings_no_pause_back(
    path: str, client: Client, ada: Subscriber, day: date
) -> None:
    pause(ada.pk, until=day)
    form = opened_form(client, path)
    pause(ada.pk, until=None)
    client.post(path, {**form, "name": "Ada King"})
    assert pause_of(ada) is None


@pytest.mark.parametrize(
    "typed",
    [
        "2001-01-01",
        "9999-12-31",
        "15 March",
        "2027-02-30",
        "\x00",
        "0000-00-00",
        "١٢٣",
        "9" * 1_000_000,
        "2027-03-15T10:00",
    ],
)
def test_a_date_that_is_none_is_told_and_changes_nothing(
    path: str, client: Client, ada: Subscriber, typed: str
) -> None:
    form = {**opened_form(client, path), "name": "Ada King", "pause_until": typed}
    page = client.post(path, form)
    assert page.status_code == 422
    assert 'href="#id_pause_until"' in page.content.decode()
    assert pause_of(ada) is None
    assert ada.full_name == "Ada Lovelace"


def test_a_date_typed_where_the_browser_has_no_calendar_is_understood(
    path: str, client: Client, ada: Subscriber, day: date
) -> None:
    for pattern in ("%d/%m/%Y", "%d.%m.%Y", "%d %m %Y"):
        pause(ada.pk, until=None)
        form = opened_form(client, path)
        client.post(path, {**form, "pause_until": day.strftime(pattern)})
        assert pause_of(ada) == day


def test_the_days_are_those_of_the_time_zone_that_is_saved_with_it(
    path: str, client: Client, ada: Subscriber, day: date
) -> None:
    form = {**opened_form(client, path), "time_zone": "Pacific/Honolulu"}
    client.post(path, {**form, "pause_until": day.isoformat()})
    assert pause_of(ada) == day
    assert ada.paused_until is not None
    assert ada.paused_until.hour == 10, "midnight in Honolulu"


def test_a_pause_whose_day_has_nearly_come_does_not_stop_the_page_from_being_saved(
    path: str, client: Client, ada: Subscriber
) -> None:
    Subscriber.objects.update(paused_until=database_now() + timedelta(seconds=30))
    client.post(path, {**opened_form(client, path), "name": "Ada King"})
    ada.refresh_from_db()
    assert ada.full_name == "Ada King"
