"""The brand of this installation."""

from newsletter.models import THE_BRAND, Brand
from newsletter.public_pages.kept_value import VALUES


def current_brand() -> Brand:
    """Return the one brand of this installation.

    Before `bootstrap` has run it is an unsaved one, without the addresses that sending needs.
    """
    return Brand.objects.filter(pk=THE_BRAND).first() or Brand(
        pk=THE_BRAND, name="Convene", sender_name="Convene"
    )


def brand_of_pages() -> Brand:
    """Return the same brand, read once for each version of the public pages. Nobody changes it."""
    return VALUES.value("brand", current_brand)
