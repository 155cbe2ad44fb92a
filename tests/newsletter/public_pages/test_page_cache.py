"""A page is made once for each language and version, and never holds what is a visitor's."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone, translation

from newsletter.models import Brand
from newsletter.public_pages.kept_pages import BESIDE, KeptPage, PageCache
from newsletter.public_pages.page_cache import cached_page
from newsletter.public_pages.places import place

FACTORY = RequestFactory()


class Counter:
    """A view that says how often it was called."""

    def __init__(self, text: str = "", **answer: object) -> None:
        self.calls = 0
        self.text = text
        self.answer = answer

    def __call__(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        self.calls += 1
        response = HttpResponse(f"<p>call {self.calls}{self.text}</p>", status=200)
        for name, value in self.answer.items():
            if name == "cookie":
                response.set_cookie("a", str(value))
            else:
                setattr(response, name, value)
        response["X-Call"] = str(self.calls)
        return response


def test_a_page_is_made_once_until_something_changes(brand: Brand) -> None:
    view = Counter()
    page = cached_page()(view)

    first, second = page(FACTORY.get("/a/")), page(FACTORY.get("/a/"))
    assert (first.content, dict(first.items())) == (second.content, dict(second.items()))
    assert view.calls == 1

    Brand.objects.update(tagline="Changed")
    assert b"call 2" in page(FACTORY.get("/a/")).content


def test_each_path_language_and_key_has_a_page_of_its_own(brand: Brand) -> None:
    view = Counter()
    page = cached_page(key=lambda request: request.headers.get("X-Key", ""))(view)

    page(FACTORY.get("/a/"))
    page(FACTORY.get("/b/"))
    page(FACTORY.get("/a/", headers={"x-key": "k"}))
    with translation.override("ar"):
        page(FACTORY.get("/a/"))
    assert view.calls == 4

    page(FACTORY.get("/a/"))
    page(FACTORY.head("/a/"))
    assert view.calls == 4


def test_a_query_and_a_post_are_answered_anew(brand: Brand) -> None:
    view = Counter()
    page = cached_page()(view)

    for request in (FACTORY.get("/a/?x=1"), FACTORY.get("/a/?x=1"), FACTORY.post("/a/")):
        page(request)

    assert view.calls == 3


@pytest.mark.parametrize("answer", [{"status_code": 404}, {"cookie": "mine"}])
def test_what_is_somebodys_or_no_page_is_not_kept(brand: Brand, answer: dict[str, Any]) -> None:
    view = Counter(**answer)
    page = cached_page()(view)

    page(FACTORY.get("/a/"))
    page(FACTORY.get("/a/"))

    assert view.calls == 2


def test_what_differs_from_request_to_request_is_put_in_when_the_page_leaves(brand: Brand) -> None:
    stamps = iter(["one <&>", "two"])
    page = cached_page(values=lambda: {"stamp": next(stamps)})(Counter(f", {place('stamp')}"))

    assert page(FACTORY.get("/a/")).content == b"<p>call 1, one &lt;&amp;&gt;</p>"
    assert page(FACTORY.get("/a/")).content == b"<p>call 1, two</p>"


@pytest.mark.parametrize(("ahead", "calls"), [(timedelta(hours=1), 1), (timedelta(0), 2)])
def test_a_page_ends_at_the_moment_at_which_time_changes_it(
    brand: Brand, ahead: timedelta, calls: int
) -> None:
    def until() -> datetime:
        return timezone.now() + ahead

    view = Counter()
    page = cached_page(until=until)(view)

    page(FACTORY.get("/a/"))
    page(FACTORY.get("/a/"))

    assert view.calls == calls


def kept(size: int) -> KeptPage:
    """Return a page that takes so many bytes in all."""
    return KeptPage((b"x" * (size - BESIDE),), (), float("inf"))


def test_the_page_that_was_asked_for_least_recently_goes_first() -> None:
    cache, version = PageCache(most_bytes=6_000), (1, 1, 1, "n")
    cache.get("a", version=version)
    for key in "abc":
        cache.put(key, kept(2_000), version=version)
    cache.get("a", version=version)
    cache.put("d", kept(2_000), version=version)

    found = [key for key in "abcd" if cache.get(key, version=version)]

    assert found == ["a", "c", "d"]


def test_a_page_larger_than_the_cache_is_not_kept() -> None:
    cache, version = PageCache(most_bytes=6_000), (1, 1, 1, "n")
    cache.get("a", version=version)
    cache.put("a", kept(4_000), version=version)
    cache.put("b", kept(6_001), version=version)

    assert cache.get("a", version=version) is not None
    assert cache.get("b", version=version) is None


def test_a_page_that_was_begun_before_a_change_is_not_kept_after_it() -> None:
    cache = PageCache()
    cache.get("a", version=(1, 1, 1, "n"))
    cache.get("a", version=(2, 1, 2, "m"))
    cache.put("a", kept(2_000), version=(1, 1, 1, "n"))

    assert cache.get("a", version=(2, 1, 2, "m")) is None
