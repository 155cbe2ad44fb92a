"""Middleware that opens a link to which a mail program has added what stood behind it.

Such as the “>” of <https://…/>, a full stop, or a bracket.
"""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse

from newsletter.core.tokens import TOKEN_LENGTH

type GetResponse = Callable[[HttpRequest], HttpResponse]

_ADDED = re.compile(
    rf"(?<=/[A-Za-z0-9_-]{{{TOKEN_LENGTH}}})/?[]<>(){{}}.,;:!?*&…'\"«»‘’“”„][^/]*/?$"
)
"""The rest of a path behind a token, which begins with a mark that no token has."""


def link_end_middleware(get_response: GetResponse) -> GetResponse:
    """Redirect to the link without its addition."""

    def answer(request: HttpRequest) -> HttpResponse:
        added = _ADDED.search(request.path_info) if request.method in ("GET", "HEAD") else None
        link = _link_at(request.path_info[: added.start()]) if added else ""
        return HttpResponseRedirect(link) if link else get_response(request)

    return answer


def _link_at(path: str) -> str:
    """Return the address of the page behind a token, or "" where there is none."""
    for end in ("/", ""):
        try:
            page = resolve(path + end)
        except Resolver404:
            continue
        if page.url_name and "token" in page.kwargs:
            return reverse(page.view_name, kwargs=page.kwargs)
    return ""
