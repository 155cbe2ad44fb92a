"""Images of the library that the brand shows."""

from collections.abc import Collection

from django.urls import reverse

from newsletter.media.image_use import ImageUse
from newsletter.models import THE_BRAND, Brand

_COLUMNS = {"logo": "Logo of the brand", "header_image": "Header image of the brand"}


def brand_uses(keys: Collection[str]) -> list[ImageUse]:
    """Return whether logo and header image are among these images."""
    brand = Brand.objects.filter(pk=THE_BRAND).select_related(*_COLUMNS).first()
    page = reverse("admin:newsletter_brand_change", args=[THE_BRAND])
    images = {name: getattr(brand, name) for name in _COLUMNS} if brand else {}
    return [
        ImageUse(image.key, _COLUMNS[name], page)
        for name, image in images.items()
        if image is not None and image.key in keys
    ]
