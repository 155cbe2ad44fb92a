"""A page behind a link is kept without what is its visitor's own, until something changes."""

from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation

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


@pytest.mark.parametrize("path", ["/a/?x=1", "/a/?saved=no"])
def test_a_page_that_repeats_an_invented_query_is_not_kept(brand: Brand, path: str) -> None:
    asked = Asked()

    shown(asked, FACTORY.get(path), queries=("saved=yes",))
    shown(asked, FACTORY.get(path), queries=("saved=yes",))

    assert asked.calls == 2


def test_a_known_query_is_kept_and_what_has_no_shape_is_not(brand: Brand) -> None:
    known, shapeless = Asked(), Asked()

    for _ in range(2):
        shown(known, FACTORY.get("/a/?saved=yes"), queries=("saved=yes",))
        shown(shapeless, FACTORY.get("/a/"), shape=None)

    assert (known.calls, shapeless.calls) == (1, 2)
