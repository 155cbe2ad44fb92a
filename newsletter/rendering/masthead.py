"""The images of the brand at the top of an email."""

from typing import Any

from newsletter.media.image_files import shown
from newsletter.models import Brand

LOGO_BOX = (240, 80)
"""CSS pixels within which a logo is shown."""
HEADER_WIDTH = 600


def masthead(brand: Brand) -> dict[str, Any]:
    """Return logo and header image for the layout: each with `url` and `width`, or None.

    An email that is about one person gets the logo alone: its layout leaves the header image out.
    """
    return {"logo": _logo(brand), "header_image": _header(brand)}


def _logo(brand: Brand) -> dict[str, Any] | None:
    if brand.logo is None:
        return None
    width, url = shown(brand.logo).within(*LOGO_BOX)
    return {"url": url, "width": width}


def _header(brand: Brand) -> dict[str, Any] | None:
    if brand.header_image is None:
        return None
    image = shown(brand.header_image)
    return {"url": image.url_at(HEADER_WIDTH), "width": image.width}
