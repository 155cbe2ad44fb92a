"""The staff page that gives out the code of the form, and says where it may be shown."""

from html import unescape

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from newsletter.models import Brand
from staff.roles import AUTHOR, ROLES
from subscribers.models import FormSubmission, Topic
from tests.staff_members import browser_of, staff_member

PATH = "/staff/website-form/"
PREVIEW = f"{PATH}preview/"


@pytest.fixture
def author(db: None) -> Client:
    return browser_of(staff_member("paul", AUTHOR))


@pytest.mark.parametrize("role", ROLES)
def test_each_role_finds_it_in_the_menu(role: str, brand: Brand, topic: Topic) -> None:
    browser = browser_of(staff_member("paul", ROLES[role]))
    assert f'href="{PATH}"' in browser.get("/staff/").content.decode()
    assert browser.get(PATH).status_code == 200


def test_it_gives_the_code_for_what_was_chosen(
    author: Client, brand: Brand, topic: Topic, other_topic: Topic, settings: Settings
) -> None:
    settings.CONTENT_LANGUAGES = ["en", "uk"]
    page = author.get(PATH, {"topics": [topic.slug], "language": "uk"}).content.decode()
    address = f"/subscribe/embed/?topics={topic.slug}&language=uk"
    # Escaped once as code, and once more as the text of a field.
    assert address in unescape(unescape(page))
    assert f'src="{PREVIEW}?topics={topic.slug}&amp;language=uk"' in page
    assert f'value="{topic.slug}" checked' in page
    assert f'value="{other_topic.slug}" checked' not in page


def test_a_topic_that_is_no_longer_offered_is_no_longer_chosen(
    author: Client, brand: Brand, topic: Topic
) -> None:
    page = author.get(PATH, {"topics": ["gone-topic", topic.slug]}).content.decode()
    assert f"topics={topic.slug}" in page
    assert "gone-topic" not in page


def test_without_public_topics_there_is_no_code(author: Client, brand: Brand) -> None:
    Topic.objects.create(slug="inner", name="Inner circle", is_public=False)
    page = author.get(PATH).content.decode()
    assert "no public topic" in page
    assert "Inner circle" not in page
    assert "<iframe" not in page


def test_it_says_what_google_sites_needs_and_what_is_set(
    author: Client, brand: Brand, topic: Topic, settings: Settings
) -> None:
    settings.EMBED_ORIGINS = ["https://www.example.org", "https://sites.google.com"]
    page = author.get(PATH).content.decode()
    assert page.count(">Not set<") == 2
    assert page.count(">Set<") == 1
    assert (
        "EMBED_ORIGINS=https://www.example.org,https://sites.google.com,"
        "https://www.gstatic.com,https://*.googleusercontent.com<"
    ) in page
    settings.EMBED_ORIGINS += ["https://www.gstatic.com", "https://*.googleusercontent.com"]
    page = author.get(PATH).content.decode()
    assert "Google Sites can show the form." in page
    assert "EMBED_ORIGINS=" not in page


def test_it_says_when_no_website_may_show_the_form(
    author: Client, brand: Brand, topic: Topic, settings: Settings
) -> None:
    settings.EMBED_ORIGINS = []
    assert "No website may show the form" in author.get(PATH).content.decode()


def test_the_preview_is_the_form_in_its_language_for_the_staff_page_alone(
    author: Client, brand: Brand, topic: Topic, other_topic: Topic, settings: Settings
) -> None:
    settings.EMBED_ORIGINS = []
    answer = author.get(PREVIEW, {"topics": topic.slug})
    page = answer.content.decode()
    assert topic.name in page
    assert other_topic.name not in page
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]


def test_nobody_signs_up_here(author: Client, brand: Brand, topic: Topic) -> None:
    fields = {"email": "eve@example.org", "topics": topic.slug}
    for path in (PATH, PREVIEW):
        assert author.post(path, fields).status_code == 405
    assert not FormSubmission.objects.exists()


def test_visitors_are_led_to_the_sign_in(client: Client, brand: Brand, topic: Topic) -> None:
    for path in (PATH, PREVIEW):
        assert client.get(path)["Location"].startswith("/staff/login/")
