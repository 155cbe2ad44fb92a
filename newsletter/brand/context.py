"""The brand, for every template of a page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from newsletter.brand.current import brand_of_pages
from newsletter.brand.neutral_texts import neutral_texts
from newsletter.core.requests.neutral_request import is_neutral
from newsletter.models import THE_BRAND, Brand


def brand(request: HttpRequest) -> dict[str, Any]:
    """Add `brand` to the context of a template, `is_neutral`, and where “Exit this page” leads.

    The brand is read only where the page shows it. A page that must not tell whose it is gets one
    with the neutral name, and nothing else.
    """
    neutral = is_neutral(request)
    return {
        "brand": SimpleLazyObject(_neutral_brand if neutral else brand_of_pages),
        "is_neutral": neutral,
        "exit_url": settings.EXIT_URL,
    }


def _neutral_brand() -> Brand:
    texts = neutral_texts(brand_of_pages(), get_language() or "")
    return Brand(pk=THE_BRAND, name=texts["sender_name"])
