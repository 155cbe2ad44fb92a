"""Staff write who they are, in each language, and what they don't touch stays."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from newsletter.models import Brand
from tests.opened_form import opened_form
from tests.samples import BRAND

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


def test_social_links_are_lines_of_a_name_and_a_link(sams: Client, brand: Brand) -> None:
    save(
        sams,
        social_links=" LinkedIn  https://linkedin.example/itht \n\nOur page https://b.example/",
    )

    brand.refresh_from_db()
    assert brand.social_links == [
        {"name": "LinkedIn", "url": "https://linkedin.example/itht"},
        {"name": "Our page", "url": "https://b.example/"},
    ]
    assert "LinkedIn https://linkedin.example/itht" in sams.get(PATH).content.decode()

    save(sams, social_links="")
    brand.refresh_from_db()
    assert brand.social_links == []


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("https://linkedin.example/itht", "Enter a name before the link"),
        ("LinkedIn javascript:alert(1)", "must start with https"),
        ("LinkedIn", "Enter a name before the link"),
        ("\n".join(["X https://x.example/"] * 9), "at most 8"),
        ("n" * 41 + " https://x.example/", "at most 40 characters"),
    ],
)
def test_a_social_link_that_cant_be_one_is_refused(
    sams: Client, brand: Brand, typed: str, problem: str
) -> None:
    answer = sams.post(PATH, {**opened_form(sams, PATH), "social_links": typed})

    assert problem in answer.content.decode()
    brand.refresh_from_db()
    assert brand.social_links == BRAND["social_links"]


def test_a_brand_without_logo_says_so(sams: Client, brand: Brand) -> None:
    html = sams.get(PATH).content.decode()
    assert html.count('<option value="" selected>None</option>') == 2
