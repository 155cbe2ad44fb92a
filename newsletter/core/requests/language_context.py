"""The language switch, for every template of a page."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from newsletter.core.requests.page_language import language_links


def language_switch(request: HttpRequest) -> dict[str, Any]:
    """Add `language_links` to the context of a template, made where they are shown."""
    return {"language_links": SimpleLazyObject(lambda: language_links(request))}
