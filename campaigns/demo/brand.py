"""The brand of a new installation, and that of the demo."""

from urllib.parse import urlsplit

from django.conf import settings

from newsletter.core.addresses import BadAddress, parse_address
from newsletter.models import THE_BRAND, Brand

NEUTRAL_NAME = "Convene"
NEUTRAL = {"name": NEUTRAL_NAME, "postal_address": ""}

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
    """Return the brand, and create a neutral one where there is none.

    A neutral brand can't send before staff have completed it.
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


def is_neutral() -> bool:
    """Return whether the brand is missing or still neutral: nobody has set up the installation."""
    return not Brand.objects.exclude(**NEUTRAL).exists()


def apply_demo_brand() -> None:
    """Turn a neutral brand into the taskforce's, and leave one that staff have written."""
    Brand.objects.filter(**NEUTRAL).update(**DEMO_BRAND, **_neutral_settings())


def _neutral_settings() -> dict[str, str]:
    """Return a neutral sender and link domain, which a demo on one machine has: its address."""
    if urlsplit(settings.SITE_URL).hostname != "localhost":
        return {}
    return {"neutral_sender_email": "post@notes.example.net", "neutral_domain": "127.0.0.1"}


def _sender_of_this_site() -> str:
    """Return an address at the site's domain, or nothing where that can't have email.

    An example of the latter is localhost.
    """
    try:
        return parse_address(f"lists@{urlsplit(settings.SITE_URL).hostname}")
    except BadAddress:
        return ""
