"""The page of the step in between, made once for very many forms.

In a flood nearly every form is answered by it. So what surrounds a form's own values is kept in the
process for some seconds, and no question goes to the database.
"""

import re
import time
from collections.abc import Hashable, Mapping
from functools import cache

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.translation import get_language

from newsletter.core.requests.neutral_request import is_neutral
from newsletter.public_pages.page_cache import plain_address

KEPT_FOR = 10.0
"""Seconds after which a page is made anew: a change by staff may be seen so much later."""
MOST_PAGES = 100
"""Pages that a process keeps: one for each form, language and kind of domain."""
_NAMES = ("action", "carried", "challenge", "waiting_pass")
_PLACE = re.compile(f"@@step:({'|'.join(_NAMES)})@@")


class StepPages:
    """The pages of one process, split where the values of a form go."""

    def __init__(self) -> None:
        self._pages: dict[Hashable, tuple[float, list[str]]] = {}

    def page(self, request: HttpRequest, template: str) -> list[str]:
        """Return text and names of values in turn, beginning with a text."""
        query = plain_address(request)
        if query is None:  # the switch of languages repeats it
            return _split(request, template)
        # At the neutral domain a page doesn't tell whose it is.
        own = (template, get_language(), is_neutral(request))
        key = (*own, request.path, get_script_prefix(), query)
        until, parts = self._pages.get(key, (0.0, []))
        if until <= time.monotonic():
            parts = _split(request, template)
            if len(self._pages) >= MOST_PAGES:
                self._pages.clear()
            self._pages[key] = (time.monotonic() + KEPT_FOR, parts)
        return parts


def step_page(request: HttpRequest, template: str, values: Mapping[str, str]) -> str:
    """Return the page with the values of one form.

    Args:
        template: shows `step`, which has a place for each of the values.
        values: HTML, by name. None of it is looked at again, whatever it contains.
    """
    parts = own_pages().page(request, template)
    return "".join(part if place % 2 == 0 else values[part] for place, part in enumerate(parts))


@cache
def own_pages() -> StepPages:
    """Return the pages of this process."""
    return StepPages()


def _split(request: HttpRequest, template: str) -> list[str]:
    places = {name: f"@@step:{name}@@" for name in _NAMES}
    return _PLACE.split(render_to_string(template, {"step": places}, request))
