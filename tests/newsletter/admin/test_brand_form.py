"""Staff write who they are, in each language, and what they don't touch stays."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from newsletter.models import Brand
from tests.opened_form import opened_form

PATH = "/staff/newsletter/brand/1/change/"


@pytest.fixture(autouse=True)
def languages(settings: Settings) -> None:
    settings.CONTENT_LANGUAGES = ["en", "ar"]


def save(sams: Client, **changed: str) -> None:
    answer = sams.post(PATH, {**opened_form(sams, PATH), **changed})
    assert answer.status_code == 302, answer.content.decode()


def test_each_language_has_its_own_text(sams: Client, brand: Brand) -> None:
    save(sams, about_en="  We meet.\n\nFour times a year. ", about_ar="نجتمع")

    brand.refresh_from_db()
    assert brand.about == {"en": "We meet.\r\n\r\nFour times a year.", "ar": "نجتمع"} or (
        brand.about == {"en": "We meet.\n\nFour times a year.", "ar": "نجتمع"}
    )


def test_a_text_in_a_language_that_is_no_longer_offered_stays(sams: Client, brand: Brand) -> None:
    Brand.objects.update(about={"fr": "Nous", "en": "We"})

    save(sams, about_en="")

    brand.refresh_from_db()
    assert brand.about == {"fr": "Nous"}


def test_a_page_that_was_opened_long_ago_takes_back_no_text(sams: Client, brand: Brand) -> None:
    fields = opened_form(sams, PATH)
    Brand.objects.update(about={"en": "By a colleague"})

    sams.post(PATH, {**fields, "about_ar": "نجتمع"})

    brand.refresh_from_db()
    assert brand.about == {"en": "By a colleague", "ar": "نجتمع"}


def test_a_text_that_is_too_long_is_refused(sams: Client, brand: Brand) -> None:
    answer = sams.post(PATH, {**opened_form(sams, PATH), "about_en": "x" * 3001})

    assert answer.status_code == 200
    brand.refresh_from_db()
    assert brand.about == {}
