"""The brand, for every template of a page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from newsletter.brand.current import brand_of_pages


def brand(request: HttpRequest) -> dict[str, Any]:
    """Add `brand` to the context of a template, and where “Exit this page” leads.

    The brand is read only where the page shows it.
    """
    return {"brand": SimpleLazyObject(brand_of_pages), "exit_url": settings.EXIT_URL}
