import pytest
from django.test import Client
from django.urls import reverse

from newsletter.media_library.add_image import add_image
from newsletter.models import Brand
from newsletter.rendering.brand_sample import brand_sample, contrast_in_words
from staff.roles import AUTHOR
from tests.newsletter.media.pictures import picture
from tests.samples import BRAND
from tests.staff_members import browser_of, staff_member

PREVIEW = "admin:newsletter_brand_preview"


def test_the_brand_is_shown_as_it_is_saved(sams: Client, brand: Brand) -> None:
    answer = sams.get(reverse(PREVIEW))

    assert brand.name in answer.content.decode()
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    form = sams.get("/staff/newsletter/brand/1/change/").content.decode()
    assert f'formaction="{reverse(PREVIEW)}"' in form


def test_what_is_typed_is_shown_and_not_saved(sams: Client, brand: Brand) -> None:
    typed = {
        **{name: str(value) for name, value in BRAND.items()},
        "name": "A typed name",
        "colour": "#8a1538",
        "postal_address": "1 Typed Street",
        "social_links": "LinkedIn https://www.linkedin.com/company/un",
    }
    html = sams.post(reverse(PREVIEW), typed).content.decode()

    assert "A typed name" in html
    assert "1 Typed Street" in html
    assert "LinkedIn" in html
    assert "#8a1538 with white has a contrast of 9." in html
    assert Brand.objects.get().name == brand.name


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"colour": "red; }</style><script>alert(1)</script>"},
        {"name": "<script>alert(1)</script>" * 500, "website": "javascript:alert(1)"},
        {"social_links": "no link\n" * 1000, "postal_address": "\n" * 9000},
    ],
)
def test_bad_input_is_shown_harmlessly(sams: Client, brand: Brand, typed: dict[str, str]) -> None:
    answer = sams.post(reverse(PREVIEW), typed)

    assert answer.status_code == 200
    assert "<script" not in answer.content.decode()
    assert "javascript:" not in answer.content.decode()


def test_who_may_not_change_the_brand_may_not_try_it(brand: Brand) -> None:
    assert browser_of(staff_member("wren", AUTHOR)).post(reverse(PREVIEW), {}).status_code == 403


@pytest.mark.parametrize(
    ("colour", "parts"),
    [
        ("#1f3a5f", ["11.5 to 1"]),
        ("#ffcc00", ["1.5 to 1", "emails use the darker"]),
        ("#0000ff", ["8.6 to 1", "invert colours"]),
        ("blue", ["blue is no colour"]),
        ("", ["Nothing is no colour"]),
    ],
)
def test_the_contrast_is_said_in_words(colour: str, parts: list[str]) -> None:
    sample = brand_sample(Brand(name="Taskforce", colour=colour))
    told = contrast_in_words(colour, sample.html)

    assert len(told) == len(parts)
    assert all(part in said for part, said in zip(parts, told, strict=True))


def test_a_logo_that_is_chosen_is_shown(sams: Client, brand: Brand) -> None:
    logo = add_image(picture("PNG")).image
    for number, is_shown in ((str(logo.pk), True), ("0", False), ("x", False), ("9" * 40, False)):
        html = sams.post(reverse(PREVIEW), {**BRAND, "logo": number}).content.decode()
        assert (logo.key in html) is is_shown
