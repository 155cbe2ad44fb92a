"""The brand of this installation."""

from newsletter.models import THE_BRAND, Brand


def current_brand() -> Brand:
    """Return the one brand of this installation.

    Before `bootstrap` has run it is an unsaved one, without the addresses that sending needs.
    """
    return Brand.objects.filter(pk=THE_BRAND).first() or Brand(
        pk=THE_BRAND, name="Convene", sender_name="Convene"
    )
