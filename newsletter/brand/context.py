"""The brand, for every template of a page."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from newsletter.brand.current import current_brand


def brand(request: HttpRequest) -> dict[str, Any]:
    """Add `brand` to the context of a template. It is read only where the page shows it."""
    return {"brand": SimpleLazyObject(current_brand)}
