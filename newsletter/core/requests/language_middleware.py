"""Middleware that shows each page in its visitor's language, and the pages of staff in English."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.cache import patch_vary_headers

from newsletter.core.catalogues import SOURCE_LANGUAGE
from newsletter.core.requests.page_language import (
    has_language,
    language_of,
    links_in,
    remember,
    split_language,
    with_language,
)

type GetResponse = Callable[[HttpRequest], HttpResponse]


def language_middleware(get_response: GetResponse) -> GetResponse:
    """Take the language off the path before URLs are resolved, and activate it.

    A page whose language was not chosen differs by the browser's header, and says so to caches.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        chosen, path = split_language(request.path_info)
        if not has_language(path):
            if chosen and request.method in ("GET", "HEAD"):
                # A link on a page in another language, such as the operator's to the staff pages.
                return HttpResponseRedirect(path)
            with translation.override(SOURCE_LANGUAGE):
                return get_response(request)
        request.path_info = path
        language = language_of(request, chosen)
        remember(request, language)
        request.LANGUAGE_CODE = language.tag
        with (
            translation.override(language.tag),
            links_in(language.tag if language.is_chosen else ""),
        ):
            response = get_response(request)
        if not language.is_chosen:
            patch_vary_headers(response, ["Accept-Language"])
        elif "Location" in response:
            response["Location"] = with_language(language.tag, response["Location"])
        return response

    return answer
