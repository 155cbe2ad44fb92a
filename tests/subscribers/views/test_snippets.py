"""The code for other websites: three kinds that say the same, fit to be pasted as they are."""

from html import unescape
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from pytest_django.fixtures import Settings

from config.environment.embed_origins import parse_embed_origins
from newsletter.models import Brand
from subscribers.consent.consent_wording import sign_up_words
from subscribers.models import Topic
from subscribers.views.form_choice import FormChoice
from subscribers.views.snippets import (
    GOOGLE_SITES,
    make_snippets,
    needed_for_google_sites,
)


@pytest.fixture(autouse=True)
def site(settings: Settings) -> None:
    settings.SITE_URL = "https://lists.example.org"
    settings.CONTENT_LANGUAGES = ["en", "ar"]


class Tags(HTMLParser):
    """The start tags of a piece of code."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(code)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def of(self, tag: str) -> list[dict[str, str]]:
        return [attrs for name, attrs in self.found if name == tag]


def test_the_frame_has_the_choice_in_its_address_and_a_height(
    brand: Brand, topic: Topic, other_topic: Topic
) -> None:
    made = make_snippets(FormChoice((topic.slug,), "ar"), [topic])
    [frame] = Tags(made.frame).of("iframe")
    assert frame["src"] == (
        f"https://lists.example.org/subscribe/embed/?topics={topic.slug}&language=ar"
    )
    assert frame["height"] == str(made.height)
    assert frame["title"]
    assert 'var site = "https://lists.example.org";' in made.frame


def test_the_form_posts_the_words_that_are_recorded(
    brand: Brand, topic: Topic, other_topic: Topic
) -> None:
    made = make_snippets(FormChoice(), [topic, other_topic])
    tags = Tags(made.form)
    assert [form["action"] for form in tags.of("form")] == ["https://lists.example.org/subscribe/"]
    assert sign_up_words() in unescape(made.form)
    boxes = [box["value"] for box in tags.of("input") if box["type"] == "checkbox"]
    assert boxes == [topic.slug, other_topic.slug]


def test_the_form_of_one_topic_names_it(brand: Brand, topic: Topic, other_topic: Topic) -> None:
    made = make_snippets(FormChoice((topic.slug,), "ar"), [topic])
    hidden = {
        each["name"]: each["value"]
        for each in Tags(made.form).of("input")
        if each["type"] == "hidden"
    }
    assert hidden == {"topics": topic.slug, "language": "ar"}
    assert topic.name in made.form
    [form] = Tags(made.form).of("form")
    assert (form["lang"], form["dir"]) == ("ar", "rtl")


def test_the_link_ticks_the_topics(brand: Brand, topic: Topic, other_topic: Topic) -> None:
    choice = FormChoice((topic.slug, other_topic.slug), "ar")
    [link] = Tags(make_snippets(choice, [topic, other_topic]).link).of("a")
    assert parse_qs(urlsplit(link["href"]).query) == {
        "topic": [topic.slug, other_topic.slug],
        "language": ["ar"],
    }


def test_a_name_is_text_in_the_code_whatever_it_holds(brand: Brand, topic: Topic) -> None:
    topic.name = '</textarea><script>alert("1")</script>'
    topic.save()
    made = make_snippets(FormChoice(), [topic])
    assert "<script>alert" not in made.form
    assert topic.name in unescape(made.form)


def test_google_sites_is_allowed_when_each_of_its_frames_is(settings: Settings) -> None:
    settings.EMBED_ORIGINS = []
    assert [each.is_set for each in needed_for_google_sites()] == [False] * len(GOOGLE_SITES)
    settings.EMBED_ORIGINS = parse_embed_origins(" ".join(GOOGLE_SITES))
    assert [each.origin for each in needed_for_google_sites() if each.is_set] == [*GOOGLE_SITES]


@pytest.mark.parametrize(
    ("allowed", "is_set"),
    [
        ("https://*.google.com", True),
        ("http://sites.google.com", False),
        ("https://sites.google.com:8443", False),
        ("https://google.com", False),
        ("https://*.oogle.com", False),
        ("https://*.sites.google.com", False),
    ],
)
def test_a_wildcard_allows_what_is_below_it_alone(
    settings: Settings, allowed: str, is_set: bool
) -> None:
    settings.EMBED_ORIGINS = parse_embed_origins(allowed)
    assert needed_for_google_sites()[0].is_set is is_set
