"""The brand in force."""

from newsletter.models import THE_BRAND, Brand


def current_brand() -> Brand:
    """The one brand of this installation; before `bootstrap` has run, an unsaved one that can't send."""
    return Brand.objects.filter(pk=THE_BRAND).first() or Brand(
        pk=THE_BRAND, name="Convene", sender_name="Convene"
    )
