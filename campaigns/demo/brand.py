"""Who writes: the taskforce in the demo, nobody in particular in a new installation."""

from urllib.parse import urlsplit

from django.conf import settings

from newsletter.core.addresses import BadAddress, parse_address
from newsletter.models import THE_BRAND, Brand

NEUTRAL_NAME = "Convene"
UNTOUCHED = {"name": NEUTRAL_NAME, "postal_address": ""}

DEMO_BRAND = {
    "name": "Interparliamentary Taskforce on Human Trafficking",
    "short_name": "ITHT",
    "sender_name": "Interparliamentary Taskforce",
    "sender_email": "secretariat@lists.example.org",
    "reply_to": "secretariat@example.org",
    "postal_address": (
        "Secretariat of the Interparliamentary Taskforce\n1 Example Square\n1000 Brussels\nBelgium"
    ),
    "website": "https://www.example.org/",
    "contact_email": "privacy@example.org",
    "tagline": (
        "Lawmakers, civil society and people with lived experience, across borders, "
        "against human trafficking."
    ),
    "colour": "#1f3a5f",
}


def make_brand() -> Brand:
    """The brand's row, made as a neutral one where there is none.

    It can't send before staff have completed it.
    """
    brand, _ = Brand.objects.get_or_create(
        pk=THE_BRAND,
        defaults={
            "name": NEUTRAL_NAME,
            "sender_name": NEUTRAL_NAME,
            "sender_email": _sender_of_this_site(),
        },
    )
    return brand


def is_untouched() -> bool:
    """Whether the brand is still the neutral one, or not even that: nobody has begun to make this installation theirs."""
    return not Brand.objects.exclude(**UNTOUCHED).exists()


def dress_as_taskforce() -> None:
    """Make the neutral brand the taskforce's. A brand that staff have written stays."""
    Brand.objects.filter(**UNTOUCHED).update(**DEMO_BRAND)


def _sender_of_this_site() -> str:
    """An address at the site's own domain; empty where that is no domain for mail, such as localhost."""
    try:
        return parse_address(f"lists@{urlsplit(settings.SITE_URL).hostname}")
    except BadAddress:
        return ""
