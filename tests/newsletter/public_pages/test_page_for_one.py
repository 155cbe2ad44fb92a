"""A page behind a link is kept without what is its visitor's own, until something changes."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation
from pytest_django.fixtures import Settings

from newsletter.core.requests.neutral_request import mark_neutral
from newsletter.models import Brand
from newsletter.public_pages.page_for_one import Context, page_for_one

FACTORY = RequestFactory()
PAGE = "subscribers/erase.html"


class Asked:
    """A context that says how often it was asked for."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> Context:
        self.calls += 1
        return {}


def shown(context: Callable[[], Context], request: HttpRequest, **options: object) -> HttpResponse:
    return page_for_one(request, PAGE, {"address": "a…@x.org"}, context=context, **options)  # type: ignore[arg-type]


def test_each_visitor_gets_their_own_values_in_a_page_that_is_made_once(brand: Brand) -> None:
    asked = Asked()

    first = page_for_one(FACTORY.get("/1/"), PAGE, {"address": "ada…"}, context=asked)
    second = page_for_one(FACTORY.get("/2/"), PAGE, {"address": "<ben>"}, context=asked)

    assert asked.calls == 1
    assert second.content == first.content.replace("ada…".encode(), b"&lt;ben&gt;")


def test_it_is_made_anew_when_what_pages_show_has_changed(brand: Brand) -> None:
    asked = Asked()
    shown(asked, FACTORY.get("/a/"))

    Brand.objects.update(name="Renamed Taskforce")

    assert b"Renamed Taskforce" in shown(asked, FACTORY.get("/a/")).content
    assert asked.calls == 2


def test_each_language_shape_and_kind_of_domain_has_a_page_of_its_own(brand: Brand) -> None:
    asked = Asked()
    neutral = FACTORY.get("/a/")
    mark_neutral(neutral)

    shown(asked, FACTORY.get("/a/"))
    shown(asked, FACTORY.get("/a/"), shape="other")
    shown(asked, neutral)
    with translation.override("ar"):
        shown(asked, FACTORY.get("/a/"))

    assert asked.calls == 4
    assert brand.name.encode() not in shown(asked, neutral).content


def test_the_switch_of_languages_repeats_the_query_of_each_request(
    brand: Brand, settings: Settings
) -> None:
    settings.CONTENT_LANGUAGES = ["en", "uk"]
    asked = Asked()

    plain = shown(asked, FACTORY.get("/a/"))
    other = shown(asked, FACTORY.get("/a/?x=%3Cb%3E&language=uk&y=1"))

    assert asked.calls == 1
    assert b'href="?language=uk"' in plain.content
    assert b'href="?x=%3Cb%3E&amp;y=1&amp;language=uk"' in other.content


def test_what_has_no_shape_is_made_anew(brand: Brand) -> None:
    asked = Asked()

    for _ in range(2):
        shown(asked, FACTORY.get("/a/"), shape=None)

    assert asked.calls == 2
