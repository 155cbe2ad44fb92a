"""The neutral settings are fit only where they tell of nobody and this server answers."""

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from newsletter.brand.neutral import clean_domain, is_ready, neutral_problems, neutral_url
from newsletter.brand.neutral_texts import default_texts, neutral_texts
from newsletter.models import THE_BRAND, Brand
from tests.discretion import NEUTRAL
from tests.samples import BRAND

GOOD = {**BRAND, "website": "https://www.example.org/", **NEUTRAL}


@pytest.fixture(autouse=True)
def answered(settings: Settings) -> None:
    settings.SITE_URL = "https://lists.example.org"
    settings.ALLOWED_HOSTS = ["lists.example.org", NEUTRAL["neutral_domain"], ".example.com"]


def ours(**changes: object) -> Brand:
    return Brand(pk=THE_BRAND, **{**GOOD, **changes})


def faults(**changes: object) -> set[str]:
    return {problem.field for problem in neutral_problems(ours(**changes))}


def test_with_an_address_and_a_domain_of_their_own_all_is_well() -> None:
    assert neutral_problems(ours()) == []
    assert is_ready(ours())
    assert neutral_url(ours()) == "https://read.example.net"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "post",
        "post@",
        "post@notes.example.net, news@example.org",
        "post@lists.example.org",
        "post@example.org",
        "POST@EXAMPLE.ORG",
        "post@other.example.org",
        "itht@notes.example.net",
        "post@itht.example.net",
        "post@taskforce-notes.example.net",
        "interparliamentary@notes.example.net",
        "post@notes.example.net\nBcc: eve@example.com",
    ],
)
def test_an_address_that_tells_or_is_none_is_refused(address: str) -> None:
    assert "neutral_sender_email" in faults(neutral_sender_email=address)


@pytest.mark.parametrize(
    "domain",
    [
        "",
        "lists.example.org",
        "LISTS.example.org",
        "read.example.org",
        "example.org",
        "unanswered.example.net",
        "https://read.example.net",
        "read.example.net/x",
        "read.example.net:8000",
        "read.example.net.",
        "user@read.example.net",
        "read",
        "127.0.0.1",
        "[::1]",
        "humantrafficking.example.com",
        "itht.example.com",
        "-x.example.com",
        "re ad.example.com",
        "read.example.com\r\nX: y",
        "ѕite.example.com",
    ],
)
def test_a_domain_that_tells_or_is_not_answered_is_refused(domain: str) -> None:
    assert "neutral_domain" in faults(neutral_domain=domain)


def test_on_one_machine_its_other_address_will_do(settings: Settings) -> None:
    settings.SITE_URL, settings.ALLOWED_HOSTS = "http://localhost:8000", ["localhost", "127.0.0.1"]
    assert faults(neutral_domain="127.0.0.1") == set()
    assert neutral_url(ours(neutral_domain="127.0.0.1")) == "http://127.0.0.1:8000"
    assert faults(neutral_domain="localhost") == {"neutral_domain"}


@pytest.mark.parametrize(
    "changes",
    [
        {"sender_email": "news@example.net"},
        {"reply_to": "office@mail.example.net"},
        {"contact_email": "privacy@example.net"},
        {"website": "https://example.net/"},
    ],
)
def test_what_was_neutral_is_so_no_longer_once_we_use_its_domain_ourselves(
    changes: dict[str, str],
) -> None:
    assert not is_ready(ours(**changes))


def test_a_new_name_of_ours_may_make_it_telling() -> None:
    assert faults(name="Read and Notes") == {"neutral_sender_email", "neutral_domain"}


@pytest.mark.parametrize(
    "texts",
    [
        {"en": {"subject": "News of the Taskforce"}},
        {"uk": {"sender_name": "ITHT"}},
        {"en": {"subject": "x" * 121}},
        {"en": {"sender_name": "Updates\r\nBcc: eve@example.com"}},
    ],
)
def test_texts_that_tell_or_can_not_stand_in_a_header_are_refused(texts: object) -> None:
    assert faults(neutral_texts=texts) == {"neutral_texts"}


@pytest.mark.parametrize(
    ("address", "is_fine"),
    [
        ("", True),
        ("back@notes.example.net", True),
        ("back+x@notes.example.net", False),
        ("back@lists.example.org", False),
        ("x" * 36 + "@notes.example.net", False),
    ],
)
def test_a_bounce_address_is_neutral_too_and_leaves_room_for_a_reference(
    address: str, is_fine: bool
) -> None:
    assert (faults(neutral_return_path=address) == set()) is is_fine


def test_own_texts_stand_for_ours_one_by_one() -> None:
    brand = ours(neutral_texts={"fr": {"subject": "À lire"}})
    assert neutral_texts(brand, "fr") == {**default_texts("fr"), "subject": "À lire"}
    assert neutral_texts(brand, "fr-be")["subject"] == "À lire"
    assert neutral_texts(brand, "de") == default_texts("en")


@pytest.mark.parametrize("language", ["en", "fr", "es", "ro", "uk", "ar"])
def test_our_own_texts_tell_nothing(language: str) -> None:
    with override_settings(CONTENT_LANGUAGES=[language]):
        assert is_ready(ours())


def test_a_domain_is_kept_in_small_letters_of_ascii() -> None:
    assert clean_domain(" Notes.Example.NET. ") == "notes.example.net"
    assert clean_domain("новини.example.net") == "xn--b1amarcd.example.net"


@given(st.text(max_size=300))
def test_no_text_that_is_typed_breaks_the_checks(typed: str) -> None:
    clean_domain(typed)
    neutral_problems(ours(neutral_domain=typed, neutral_sender_email=typed))
