import pytest
from django.test import RequestFactory
from django.urls import reverse
from pytest_django.fixtures import Settings

from newsletter.core.requests.page_language import (
    PageLanguage,
    has_language,
    language_links,
    links_in,
    page_language,
    path_of,
    split_language,
    with_language,
)


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("/", ("", "/")),
        ("/fr", ("fr", "/")),
        ("/fr/", ("fr", "/")),
        ("/fr/events/x/", ("fr", "/events/x/")),
        ("/fr//host/", ("fr", "//host/")),
        ("/french/", ("", "/french/")),
        ("/de/", ("", "/de/")),
        ("//fr/", ("", "//fr/")),
        ("", ("", "")),
    ],
)
def test_a_language_is_the_first_part_of_a_path(
    path: str, parts: tuple[str, str], settings: Settings
) -> None:
    settings.CONTENT_LANGUAGES = ["en", "fr", "de"]
    assert split_language(path) == parts


@pytest.mark.parametrize(
    ("path", "offered"),
    [
        ("/staff/", False),
        ("/staff", False),
        ("/webhooks/x/", False),
        ("/staffing/", True),
        ("/", True),
    ],
)
def test_pages_of_the_staff_have_no_language(path: str, offered: bool) -> None:
    assert has_language(path) is offered


@pytest.mark.parametrize(
    ("location", "led"),
    [
        ("/preferences/x/?saved=yes", "/fr/preferences/x/?saved=yes"),
        ("/fr/subscribe/done/", "/fr/subscribe/done/"),
        ("/en/subscribe/done/", "/en/subscribe/done/"),
        ("/staff/login/", "/staff/login/"),
        ("https://example.org/", "https://example.org/"),
        ("//example.org/", "//example.org/"),
        ("?page=2", "?page=2"),
        ("", ""),
    ],
)
def test_a_redirect_keeps_the_language_and_leads_to_no_other_host(
    location: str, led: str, settings: Settings
) -> None:
    settings.CONTENT_LANGUAGES = ["en", "fr"]
    assert with_language("fr", location) == led


def test_links_in_mail_and_files_carry_nobodys_language() -> None:
    with links_in("fr"):
        assert reverse("privacy") == "/fr/privacy/"
        assert path_of("privacy") == "/privacy/"
        assert path_of("event", "forum") == "/events/forum/"
        assert reverse("privacy") == "/fr/privacy/"
    assert reverse("privacy") == "/privacy/"


def test_a_request_that_passed_no_middleware_is_in_english() -> None:
    request = RequestFactory().get("/privacy/")
    assert page_language(request) == PageLanguage("en", is_chosen=False)


def test_the_switch_keeps_the_query_and_names_no_path(settings: Settings) -> None:
    settings.CONTENT_LANGUAGES = ["en", "uk"]
    request = RequestFactory().get("/події/", {"q": "мир & час", "language": "en"})
    (english, ukrainian) = language_links(request)
    assert ukrainian.url == "?q=%D0%BC%D0%B8%D1%80+%26+%D1%87%D0%B0%D1%81&language=uk"
    assert (english.is_current, ukrainian.is_current) == (True, False)
