"""The form in a frame: who may show it, and which topics and language its address chooses."""

import re

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from config.environment.embed_origins import parse_embed_origins
from subscribers.models import FormSubmission, Topic
from subscribers.views.snippets import GOOGLE_SITES

PATH = "/subscribe/embed/"
DONE = "/subscribe/embed/done/"
pytestmark = pytest.mark.usefixtures("brand")


def choices(page: str) -> list[str]:
    return re.findall(r'name="topics" value="([^"]*)"', page)


@pytest.mark.parametrize("path", [PATH, DONE, f"{PATH}?topics=closed"])
def test_exactly_the_origins_that_were_set_may_frame_it(
    client: Client, topic: Topic, settings: Settings, path: str
) -> None:
    settings.EMBED_ORIGINS = parse_embed_origins(" ".join(GOOGLE_SITES))
    answer = client.get(path)
    [ancestors] = re.findall(r"frame-ancestors ([^;]*)", answer["Content-Security-Policy"])
    assert ancestors.split() == list(GOOGLE_SITES)
    assert "X-Frame-Options" not in answer


@pytest.mark.parametrize("where", [PATH, "/subscribe/"])
def test_a_form_about_some_topics_offers_no_others(
    client: Client, topic: Topic, other_topic: Topic, where: str
) -> None:
    third = Topic.objects.create(slug="policy", name="Policy", position=2)
    page = client.get(f"{where}?topics={third.slug},{topic.slug}").content.decode()
    assert choices(page) == [topic.slug, third.slug]
    assert other_topic.name not in page
    assert "checked" not in page, "nobody agrees by leaving a box ticked"


def test_a_form_about_one_topic_has_nothing_to_tick(
    client: Client, topic: Topic, other_topic: Topic
) -> None:
    page = client.get(f"{PATH}?topics={topic.slug}").content.decode()
    assert choices(page) == [topic.slug]
    assert 'type="checkbox"' not in page


def test_topics_that_there_are_not_are_passed_over(
    client: Client, topic: Topic, other_topic: Topic
) -> None:
    page = client.get(f"{PATH}?topics=gone,{topic.slug},%00,<b>").content.decode()
    assert choices(page) == [topic.slug]


@pytest.mark.parametrize("named", ["gone", "inner", "secret", "moderated", "%00"])
def test_a_form_about_closed_topics_says_so_and_never_turns_into_one_about_all(
    client: Client, topic: Topic, named: str
) -> None:
    Topic.objects.create(slug="inner", name="Inner circle", is_public=False)
    Topic.objects.create(slug="secret", name="Secret", is_public=False, is_restricted=True)
    Topic.objects.create(slug="moderated", name="Moderated", is_moderated=True)
    page = client.get(f"{PATH}?topics={named}").content.decode()
    assert choices(page) == []
    assert "This form is closed" in page
    assert 'href="/subscribe/"' in page
    assert "<form" not in page
    assert not {"Inner circle", "Secret", "Moderated"} & set(re.findall(r"[\w ]+", page))
    fields = {"email": "eve@example.org", "topics": topic.slug}
    assert client.post(f"{PATH}?topics={named}", fields).status_code == 422
    assert not FormSubmission.objects.exists()


def test_a_form_that_comes_back_keeps_its_topics_and_its_language(
    client: Client, topic: Topic, other_topic: Topic, settings: Settings
) -> None:
    settings.CONTENT_LANGUAGES = ["en", "uk"]
    query = f"?topics={topic.slug}&language=uk"
    answer = client.post(PATH + query, {"email": "", "topics": topic.slug})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'action="/uk{PATH}?topics={topic.slug}&amp;language=uk"' in page
    assert choices(page) == [topic.slug]


def test_another_topic_than_the_form_is_about_is_refused(
    client: Client, topic: Topic, other_topic: Topic
) -> None:
    fields = {"email": "eve@example.org", "topics": other_topic.slug}
    assert client.post(f"{PATH}?topics={topic.slug}", fields).status_code == 422
    assert not FormSubmission.objects.exists()


def test_the_language_of_the_address_is_chosen_and_kept(
    client: Client, topic: Topic, settings: Settings
) -> None:
    settings.CONTENT_LANGUAGES = ["en", "uk", "fr"]
    page = client.get(f"{PATH}?language=uk", headers={"Accept-Language": "fr"}).content.decode()
    assert re.findall(r'<option value="(\w+)" selected', page) == ["uk"]
    fields = {"email": "eve@example.org", "topics": topic.slug, "language": "uk"}
    answer = client.post(f"{PATH}?language=uk", fields)
    assert answer["Location"] == f"/uk{DONE}"
    assert FormSubmission.objects.get().details["language"] == "uk"


def test_without_a_language_in_the_address_the_browser_says_it(
    client: Client, topic: Topic, settings: Settings
) -> None:
    settings.CONTENT_LANGUAGES = ["en", "uk", "fr"]
    for query in ("", "?language=", "?language=tlh"):
        page = client.get(PATH + query, headers={"Accept-Language": "fr"}).content.decode()
        assert re.findall(r'<option value="(\w+)" selected', page) == ["fr"]
    fields = {"email": "eve@example.org", "topics": topic.slug}
    assert client.post(PATH, fields)["Location"] == DONE


@pytest.mark.parametrize("path", [PATH, DONE])
def test_the_script_that_tells_the_height_is_on_each_page_of_the_frame(
    client: Client, topic: Topic, path: str
) -> None:
    assert 'src="/static/embed.js"' in client.get(path).content.decode()
    assert 'src="/static/embed.js"' in client.post(PATH, {}).content.decode()


def test_no_cookie_is_needed_nor_set(topic: Topic) -> None:
    strict = Client(enforce_csrf_checks=True)
    fields = {"email": "eve@example.org", "topics": topic.slug}
    headers = {"Origin": "null", "Sec-Fetch-Site": "cross-site"}
    answer = strict.post(PATH, fields, headers=headers)
    assert answer["Location"] == DONE
    assert not strict.get(PATH).cookies
    assert not answer.cookies
    assert FormSubmission.objects.count() == 1
