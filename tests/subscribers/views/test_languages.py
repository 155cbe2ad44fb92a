"""The language of emails: offered where there are several, and no reason to refuse a form."""

import re

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from newsletter.core.tokens import Purpose, make_token
from newsletter.models import Brand
from subscribers.consent.urls_in_mail import manage_url
from subscribers.models import FormSubmission, Subscriber, Topic

SAID = {"name": "Ada King", "country": "GB", "time_zone": "Europe/London"}


@pytest.fixture
def path(ada: Subscriber, brand: Brand) -> str:
    return "/" + manage_url(ada).split("/", 3)[3]


def languages_in(page: str) -> list[str]:
    """Return the tags of the page's language menu; empty where there is none."""
    menu = re.search(r'<select name="language".*?</select>', page, re.DOTALL)
    return re.findall(r'<option value="([^"]*)"', menu[0]) if menu else []


@pytest.mark.parametrize("where", ["/subscribe/", "/subscribe/embed/"])
def test_a_sign_up_chooses_among_the_languages_that_emails_come_in(
    client: Client, brand: Brand, topic: Topic, settings: Settings, where: str
) -> None:
    settings.CONTENT_LANGUAGES = ["en", "es", "ar"]
    assert languages_in(client.get(where).content.decode()) == ["en", "es", "ar"]
    client.post(where, {"email": "eve@example.org", "topics": topic.slug, "language": "es"})
    assert FormSubmission.objects.get().details["language"] == "es"


def test_the_menu_begins_with_the_language_that_the_browser_asks_for(
    client: Client, brand: Brand, topic: Topic, settings: Settings
) -> None:
    settings.CONTENT_LANGUAGES = ["en", "es", "ar"]
    page = client.get(
        "/subscribe/", headers={"accept-language": "fr;q=0.9, es-MX, en;q=0.5"}
    ).content.decode()
    assert '<option value="es" selected>' in page


@pytest.mark.parametrize("where", ["/subscribe/", "/subscribe/embed/"])
def test_where_emails_come_in_one_language_nobody_is_asked(
    client: Client, brand: Brand, topic: Topic, settings: Settings, where: str
) -> None:
    settings.CONTENT_LANGUAGES = ["en"]
    assert languages_in(client.get(where).content.decode()) == []


def test_a_subscriber_chooses_another_language_in_the_preferences(
    client: Client, path: str, ada: Subscriber, settings: Settings
) -> None:
    settings.CONTENT_LANGUAGES = ["en", "es"]
    assert languages_in(client.get(path).content.decode()) == ["en", "es"]
    assert client.post(path, {**SAID, "language": "es"}).status_code == 302
    ada.refresh_from_db()
    assert ada.language == "es"


@pytest.mark.parametrize("offered", [["en"], ["en", "es"]], ids=["one language", "two languages"])
@pytest.mark.parametrize("stored", ["de", "pt-br", "en-gb", "xx-nowhere", "x", ""])
def test_a_language_that_is_not_offered_is_shown_kept_and_no_reason_to_refuse_the_rest(
    client: Client, path: str, ada: Subscriber, settings: Settings, offered: list[str], stored: str
) -> None:
    settings.CONTENT_LANGUAGES = offered
    Subscriber.objects.filter(pk=ada.pk).update(language=stored)
    page = client.get(path).content.decode()
    chosen = re.search(
        r'<select name="language".*?<option value="([^"]*)" selected', page, re.DOTALL
    )
    sent = {name: value for name, value in SAID.items() if name != "language"}
    sent |= {"language": chosen[1]} if chosen else {}
    assert client.post(path, sent).status_code == 302
    ada.refresh_from_db()
    assert (ada.full_name, ada.language) == ("Ada King", stored)


@pytest.mark.parametrize("offered", [["en"], ["en", "es"]], ids=["one language", "two languages"])
@pytest.mark.parametrize("language", ["tlh", "", "x" * 300])
def test_what_is_wrong_with_the_language_stands_at_a_field_that_can_be_corrected(
    client: Client, path: str, settings: Settings, offered: list[str], language: str
) -> None:
    settings.CONTENT_LANGUAGES = offered
    response = client.post(path, {**SAID, "language": language})
    assert response.status_code == 422
    assert languages_in(response.content.decode()) == offered
    assert "Select one of these languages." in response.content.decode()


@pytest.mark.parametrize("languages", [["en"], ["en", "es"]])
def test_the_page_to_unsubscribe_offers_another_language_where_there_is_one(
    client: Client, brand: Brand, ada: Subscriber, settings: Settings, languages: list[str]
) -> None:
    settings.CONTENT_LANGUAGES = languages
    link = make_token(Purpose.UNSUBSCRIBE, ada.subscriptions.get().pk, 7)
    page = client.get(f"/u/{link}").content.decode()
    assert ("or another language" in page) is (len(languages) > 1)
