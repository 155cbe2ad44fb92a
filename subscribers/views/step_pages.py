"""The page of the step in between, made once for very many forms.

In a flood nearly every form is answered by it. So what surrounds a form's own values is kept in the
process for some seconds, and no question goes to the database.
"""

import time
from collections.abc import Hashable
from functools import cache

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.translation import get_language

from newsletter.core.requests.neutral_request import is_neutral
from newsletter.public_pages.page_cache import plain_address
from newsletter.public_pages.places import Parts, Values, fill_places, place, split_at_places

KEPT_FOR = 10.0
"""Seconds after which a page is made anew: a change by staff may be seen so much later."""
MOST_PAGES = 100
"""Pages that a process keeps: one for each form, language and kind of domain."""
_NAMES = ("action", "carried", "challenge", "waiting_pass")


class StepPages:
    """The pages of one process, split where the values of a form go."""

    def __init__(self) -> None:
        self._pages: dict[Hashable, tuple[float, Parts]] = {}

    def page(self, request: HttpRequest, template: str) -> Parts:
        """Return the parts of the page."""
        query = plain_address(request)
        if query is None:  # the switch of languages repeats it
            return _split(request, template)
        # At the neutral domain a page doesn't tell whose it is.
        own = (template, get_language(), is_neutral(request))
        key = (*own, request.path, get_script_prefix(), query)
        until, parts = self._pages.get(key, (0.0, ()))
        if until <= time.monotonic():
            parts = _split(request, template)
            if len(self._pages) >= MOST_PAGES:
                self._pages.clear()
            self._pages[key] = (time.monotonic() + KEPT_FOR, parts)
        return parts


def step_page(request: HttpRequest, template: str, values: Values) -> bytes:
    """Return the page with the values of one form.

    Args:
        template: shows `step`, which has a place for each of the values.
    """
    return fill_places(own_pages().page(request, template), values)


@cache
def own_pages() -> StepPages:
    """Return the pages of this process."""
    return StepPages()


def _split(request: HttpRequest, template: str) -> Parts:
    places = {name: place(name) for name in _NAMES}
    return split_at_places(render_to_string(template, {"step": places}, request).encode())
