"""Each page is in its visitor's language, links keep it, and caches tell languages apart."""

import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language
from pytest_django.fixtures import Settings

from newsletter.core.requests.language_middleware import language_middleware
from newsletter.models import Brand
from subscribers.consent.urls_in_mail import manage_url
from subscribers.models import Subscriber, Topic

LANGUAGES = ["en", "fr", "es", "ro", "uk", "ar"]


@pytest.fixture(autouse=True)
def six_languages(settings: Settings) -> None:
    settings.CONTENT_LANGUAGES = LANGUAGES


def page(client: Client, path: str, accepted: str = "") -> str:
    answer = client.get(path, headers={"accept-language": accepted})
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def opening(html: str) -> str:
    return str(re.findall(r"<html[^>]*>", html)[0])


@pytest.mark.parametrize(
    ("path", "accepted", "shown"),
    [
        ("/privacy/", "", '<html lang="en" dir="ltr">'),
        ("/privacy/", "de, xx;q=0.5", '<html lang="en" dir="ltr">'),
        ("/privacy/", "de, uk;q=0.8, en;q=0.5", '<html lang="uk" dir="ltr">'),
        ("/privacy/", "ar-EG", '<html lang="ar" dir="rtl">'),
        ("/fr/privacy/", "uk", '<html lang="fr" dir="ltr">'),
        ("/ar/privacy/", "", '<html lang="ar" dir="rtl">'),
        ("/en/privacy/", "ar", '<html lang="en" dir="ltr">'),
        ("/privacy/?language=ro", "uk", '<html lang="ro" dir="ltr">'),
        ("/fr/privacy/?language=ro", "uk", '<html lang="ro" dir="ltr">'),
        ("/fr/privacy/?language=de", "uk", '<html lang="fr" dir="ltr">'),
        ("/privacy/?language=de", "uk", '<html lang="uk" dir="ltr">'),
        ("/privacy/?language=<b>", "uk", '<html lang="uk" dir="ltr">'),
    ],
)
def test_a_choice_comes_before_what_the_browser_prefers(
    client: Client, brand: Brand, path: str, accepted: str, shown: str
) -> None:
    assert opening(page(client, path, accepted)) == shown


def test_without_any_wish_a_page_is_in_the_installations_own_language(
    client: Client, brand: Brand, settings: Settings
) -> None:
    settings.CONTENT_LANGUAGES = ["es", "en"]
    assert opening(page(client, "/privacy/")) == '<html lang="es" dir="ltr">'
    settings.CONTENT_LANGUAGES = ["de"]
    assert opening(page(client, "/privacy/", "de")) == '<html lang="en" dir="ltr">'


@pytest.mark.parametrize("path", ["/de/privacy/", "/xx/", "/fr/uk/privacy/", "/FR/privacy/"])
def test_a_language_that_is_not_offered_is_no_page(client: Client, brand: Brand, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_links_of_a_page_keep_the_language_that_was_chosen(
    client: Client, brand: Brand, topic: Topic
) -> None:
    html = page(client, "/uk/subscribe/")
    own = [url for url in re.findall(r'(?:href|action)="(/[^"]*)"', html) if "/static/" not in url]
    assert {"/uk/", "/uk/events/", "/uk/subscribe/", "/uk/privacy/"} <= set(own)
    assert all(url.startswith("/uk/") for url in own)


def test_a_language_that_a_link_asks_for_is_a_choice_like_any_other(
    client: Client, brand: Brand
) -> None:
    assert 'href="/uk/events/"' in page(client, "/privacy/?language=uk", "fr")
    assert 'href="/uk/events/"' in page(client, "/fr/privacy/?language=uk", "fr")


def test_the_answer_to_a_form_keeps_the_language(
    client: Client, brand: Brand, topic: Topic
) -> None:
    answer = client.post(
        "/uk/subscribe/", {"email": "eve@example.org", "topics": topic.slug, "language": "uk"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/uk/subscribe/done/")
    refused = client.post("/uk/subscribe/", {"email": "", "topics": topic.slug})
    assert refused.status_code == 422
    assert 'lang="uk"' in opening(refused.content.decode())


def test_what_was_saved_is_said_in_the_language_that_a_link_chose(
    client: Client, brand: Brand, ada: Subscriber
) -> None:
    path = "/" + manage_url(ada).split("/", 3)[3]
    answer = client.post(f"{path}?language=uk", {"chosen": "1", "name": "Ada", "language": "en"})
    assert (answer.status_code, answer["Location"]) == (302, f"/uk{path}?saved=yes")
    assert "Ваші налаштування збережено." in page(client, answer["Location"])


def test_a_browsers_preference_is_in_no_link(client: Client, brand: Brand) -> None:
    html = page(client, "/privacy/", "uk")
    assert 'href="/preferences/"' in html
    assert 'href="/uk/preferences/"' not in html


def test_a_cache_tells_apart_what_differs_by_the_header_and_only_that(
    client: Client, brand: Brand
) -> None:
    negotiated = client.get("/privacy/", headers={"accept-language": "uk"})
    assert "Accept-Language" in negotiated["Vary"]
    assert "Accept-Language" not in client.get("/uk/privacy/").get("Vary", "")


@pytest.mark.parametrize("path", ["/privacy/", "/", "/events/", "/archive/", "/preferences/"])
def test_each_page_has_a_switch_that_leads_to_the_same_page(
    client: Client, brand: Brand, path: str
) -> None:
    html = page(client, path + "?page=1&language=fr&x=%22%3E")
    for language in set(LANGUAGES) - {"fr"}:
        assert f'href="?page=1&amp;x=%22%3E&amp;language={language}" lang="{language}"' in html
    assert 'lang="fr" dir="ltr" aria-current="true">Français<' in html


def test_a_page_that_is_not_there_has_the_switch_too(client: Client, brand: Brand) -> None:
    missing = client.get("/ar//evil.example/")
    html = missing.content.decode()
    assert missing.status_code == 404
    assert opening(html) == '<html lang="ar" dir="rtl">'
    # Nothing that a visitor typed is in a link, so none can lead to another site.
    assert 'href="?language=fr"' in html
    assert "evil" not in html


def test_one_language_needs_no_switch(client: Client, brand: Brand, settings: Settings) -> None:
    settings.CONTENT_LANGUAGES = ["en"]
    assert "page-languages" not in page(client, "/privacy/")


@pytest.mark.parametrize("path", ["/staff/login/", "/livez", "/readyz"])
def test_what_has_no_languages_is_in_english(client: Client, brand: Brand, path: str) -> None:
    html = page(client, path, "uk")
    assert "Підпис" not in html
    assert "page-languages" not in html
    moved = client.get(f"/uk{path}")
    assert (moved.status_code, moved["Location"]) == (302, path)
    assert client.post(f"/uk{path}", {}).status_code == 404


def test_webhooks_have_no_language(client: Client, db: None) -> None:
    assert client.post("/uk/webhooks/postmark/", {}).status_code == 404


def test_a_one_click_unsubscribe_is_no_matter_of_language(client: Client, db: None) -> None:
    for path in ("/u/forged", "/ar/u/forged"):
        assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200


def test_what_was_set_for_one_request_is_over_with_it() -> None:
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append((get_language(), request.path_info, reverse("privacy")))
        raise RuntimeError

    before = (get_language(), get_script_prefix())
    with pytest.raises(RuntimeError):
        language_middleware(view)(RequestFactory().get("/fr/events/"))
    assert seen == [("fr", "/events/", "/fr/privacy/")]
    assert (get_language(), get_script_prefix()) == before
