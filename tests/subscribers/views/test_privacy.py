"""The privacy page says what the clock does."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from pytest_django.fixtures import Settings

from newsletter.models import Brand
from subscribers.views.privacy import KEPT, in_words


def test_each_period_that_the_clock_goes_by_is_on_the_page(client: Client, brand: Brand) -> None:
    periods = {name for name in dir(settings) if name.startswith("KEEP_")}
    assert {kept.period for kept in KEPT} - {""} == periods
    page = client.get("/privacy/").content.decode()
    for name in periods:
        assert in_words(getattr(settings, name)) in page
    for kept in KEPT:
        assert kept.what in page
    assert "privacy@example.org" in page


def test_the_page_follows_the_settings(client: Client, brand: Brand, settings: Settings) -> None:
    settings.KEEP_UNCONFIRMED = timedelta(days=17)
    assert "17 days" in client.get("/privacy/").content.decode()


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (timedelta(days=30), "30 days"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=365), "12 months"),
        (timedelta(days=730), "24 months"),
        (timedelta(days=731), "24 months"),
        (timedelta(days=400), "400 days"),
        (timedelta(hours=6), "6 hours"),
    ],
)
def test_periods_are_told_as_people_say_them(period: timedelta, words: str) -> None:
    assert in_words(period) == words
