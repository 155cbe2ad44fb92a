"""Staff set up the neutral sender, and are told what would give somebody away."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from newsletter.models import Brand
from subscribers.models import Subscriber
from tests.discretion import NEUTRAL
from tests.opened_form import opened_form

PATH = "/staff/newsletter/brand/1/change/"


@pytest.fixture(autouse=True)
def answered(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "localhost", NEUTRAL["neutral_domain"]]


def saved(sams: Client, **changed: str) -> str:
    answer = sams.post(PATH, {**opened_form(sams, PATH), **changed}, follow=True)
    return answer.content.decode()


def test_address_domain_and_texts_are_saved(sams: Client, brand: Brand) -> None:
    saved(
        sams,
        neutral_sender_email="post@notes.example.net",
        neutral_domain=" READ.example.net. ",
        neutral_subject_fr=" À lire ",
        neutral_sender_name_ar="البريد",
    )

    brand.refresh_from_db()
    assert brand.neutral_sender_email == "post@notes.example.net"
    assert brand.neutral_domain == "read.example.net"
    assert brand.neutral_texts == {"fr": {"subject": "À lire"}, "ar": {"sender_name": "البريد"}}


@pytest.mark.thorough(sample=4)
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"neutral_sender_email": ""}, "Enter a neutral sender address."),
        ({"neutral_sender_email": "post@lists.example.org"}, "belongs with"),
        ({"neutral_domain": ""}, "Enter a neutral link domain."),
        ({"neutral_domain": "other.example.net"}, "answer to other.example.net"),
        ({"neutral_domain": "localhost"}, "Enter a host name alone"),
        ({"neutral_domain": "itht.example.net"}, "a word of your name"),
        ({"neutral_return_path": "a+b@notes.example.net"}, "at most 35 letters"),
        ({"neutral_subject_en": "News of the Taskforce"}, "a word of your name"),
        ({"sender_email": "news@notes.example.net"}, "belongs with"),
        ({"name": "Notes and posts"}, "a word of your name"),
        ({"neutral_sender_email": "post@notes.example.net\r\nBcc: eve@example.com"}, "valid"),
        ({"neutral_domain": "x" * 5000}, "characters"),
        ({"neutral_domain": "\x00"}, ""),
    ],
    ids=str,
)
def test_what_would_tell_is_refused_and_nothing_is_saved(
    sams: Client, brand: Brand, changed: dict[str, str], words: str
) -> None:
    before = Brand.objects.values().get()
    page = saved(sams, **{**NEUTRAL, **changed})

    assert words in page
    assert Brand.objects.values().get() == before


def test_without_any_of_it_the_brand_is_saved_as_ever(sams: Client, brand: Brand) -> None:
    page = saved(sams, tagline="We meet")

    assert "discreet mode" not in page.split("<main")[0]
    brand.refresh_from_db()
    assert brand.tagline == "We meet"


def test_whoever_removes_it_is_told_that_email_waits(
    sams: Client, brand: Brand, ada: Subscriber
) -> None:
    Brand.objects.update(**NEUTRAL)
    Subscriber.objects.update(discreet_since=timezone.now())

    page = saved(sams, neutral_sender_email="", neutral_domain="")

    assert "Some subscribers are in discreet mode. Their email waits" in page
    assert "their email waits" in sams.get("/staff/").content.decode()
