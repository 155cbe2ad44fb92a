"""The brand in every template of a page."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from newsletter.brand.current import current_brand


def brand(request: HttpRequest) -> dict[str, Any]:
    """Template context processor: `brand`, read only by pages that show it."""
    return {"brand": SimpleLazyObject(current_brand)}
