"""Pages with a query are kept apart, in bounded memory, and are made for a few at once."""

import secrets
import threading
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice

from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from newsletter.models import Brand
from newsletter.public_pages.asked_pages import AT_ONCE, IN_LINE, MOST_BYTES, AskedPages
from newsletter.public_pages.page_cache import PAGES, cached_page

FACTORY = RequestFactory()


def somewhere() -> str:
    """Return an address of a network from which nothing has come yet."""
    return f"2001:db8:{secrets.token_hex(2)}::1"


def no_key(request: HttpRequest) -> Hashable:
    return None


def refusal() -> HttpResponse:
    return HttpResponse("busy", status=503)


class Shop:
    """A view that says how often it was called, and its pages."""

    def __init__(self, *, size: int = 0, a_minute: int = 60) -> None:
        self.calls, self._size = 0, size
        self.client = somewhere()
        self.asked = AskedPages(no_key, refuse=refusal, a_minute=a_minute)
        self.page = cached_page(asked=self.asked)(self._view)

    def _view(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        self.calls += 1
        return HttpResponse(f"{request.GET.urlencode()} {'x' * self._size}")

    def get(self, path: str, *, client: str = "") -> HttpResponse:
        return self.page(FACTORY.get(path, REMOTE_ADDR=client or self.client))


def test_a_search_is_made_once_until_something_changes(brand: Brand) -> None:
    shop = Shop()
    assert shop.get("/a/?q=one").content == shop.get("/a/?q=one").content
    assert shop.calls == 1

    shop.get("/a/?q=two")
    shop.get("/b/?q=one")
    assert shop.calls == 3

    Brand.objects.update(tagline="Changed")
    shop.get("/a/?q=one")
    assert shop.calls == 4


def test_ever_new_searches_take_a_bounded_memory_and_push_out_no_other_page(brand: Brand) -> None:
    shop = Shop(size=20_000, a_minute=10_000)
    shop.get("/a/")
    for number in range(500):
        shop.get(f"/a/?q={number}")

    held = shop.asked.pages
    assert 0.9 * MOST_BYTES < held.bytes_held <= MOST_BYTES
    calls = shop.calls
    shop.get("/a/")
    assert shop.calls == calls


def test_a_query_that_is_too_long_is_answered_and_not_kept(brand: Brand) -> None:
    shop = Shop()
    for _ in range(2):
        assert shop.get(f"/a/?q={'x' * 400}").status_code == 200
    assert shop.calls == 2
    assert shop.asked.pages.bytes_held == 0


def test_a_network_has_a_number_of_pages_made_in_a_minute(brand: Brand) -> None:
    shop = Shop(a_minute=3)
    answers = [shop.get(f"/a/?q={number}").status_code for number in range(5)]
    assert answers == [200, 200, 200, 503, 503]
    # What is kept costs nothing, and others have minutes of their own.
    assert shop.get("/a/?q=0").status_code == 200
    assert shop.get("/a/?q=7", client=f"{shop.client}2").status_code == 503
    assert shop.get("/a/?q=7", client=somewhere()).status_code == 200
    assert shop.get("/a/").status_code == 200


def test_few_are_made_at_once_and_few_wait(brand: Brand) -> None:
    asked = AskedPages(no_key, refuse=refusal, longest_wait=30)
    request = FACTORY.get("/a/?q=1", REMOTE_ADDR=somewhere())
    go_on, lock, most = threading.Event(), threading.Lock(), [0, 0]

    def one() -> bool:
        with asked.turn(request) as is_ours:
            if is_ours:
                with lock:
                    most[0] += 1
                    most[1] = max(most)
                go_on.wait(30)
                with lock:
                    most[0] -= 1
            return is_ours

    too_many = 3
    with ThreadPoolExecutor(AT_ONCE + IN_LINE + too_many) as threads:
        asking = [threads.submit(one) for _ in range(AT_ONCE + IN_LINE + too_many)]
        refused = list(islice(as_completed(asking, 30), too_many))
        assert not any(each.result() for each in refused)
        go_on.set()
    assert sum(each.result() for each in asking) == AT_ONCE + IN_LINE
    assert most[1] == AT_ONCE


def test_all_who_ask_for_the_same_page_wait_for_the_first(brand: Brand) -> None:
    asked = AskedPages(no_key, refuse=refusal, longest_wait=30)
    made, go_on = threading.Event(), threading.Event()

    def one() -> tuple[bool, bool]:
        with asked.alone("a page") as is_first:
            if is_first:
                go_on.wait(30)
                made.set()
            return is_first, made.is_set()

    many = 3 * (AT_ONCE + IN_LINE)
    with ThreadPoolExecutor(many) as threads:
        asking = [threads.submit(one) for _ in range(many)]
        with asked.alone("another page") as is_first:
            assert is_first
        go_on.set()
        answers = [each.result(30) for each in asking]
    assert all(is_made for _, is_made in answers)
    assert any(is_first for is_first, _ in answers)
    with asked.alone(None) as first, asked.alone(None) as second:
        assert (first, second) == (True, True)


def test_whoever_waits_too_long_gets_no_turn(brand: Brand) -> None:
    shop = AskedPages(no_key, refuse=refusal, longest_wait=0.01)
    request = FACTORY.get("/a/?q=1", REMOTE_ADDR=somewhere())
    with shop.turn(request) as first, shop.turn(request) as second, shop.turn(request) as third:
        assert (first, second, third) == (True, True, False)
    with shop.turn(request) as again:
        assert again


def test_a_page_without_a_query_is_kept_among_all_pages(brand: Brand) -> None:
    PAGES.clear()
    shop = Shop()
    shop.get("/a/")
    assert shop.asked.pages.bytes_held == 0
    assert PAGES.bytes_held
