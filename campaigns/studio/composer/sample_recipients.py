"""Sample recipients: the people whose view of an email a preview can show."""

from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest

from campaigns.audience.resolve import audience_of
from campaigns.models import Campaign
from campaigns.studio.masking import may_see_subscribers
from newsletter.core.numbers import whole_number
from subscribers.countries import country_name, refresh_bodies
from subscribers.models import Subscriber

NOBODY = "Someone with no name or time zone"
SAMPLES = 8
LOOKED_AT = 200
"""Rows that are searched for recipients who differ, because the audience may be a million."""

_INVENTED = (
    ("Ana Example", "MX", "America/Mexico_City"),
    ("Kofi Example", "GH", "Africa/Accra"),
    ("Ioana Example", "RO", "Europe/Bucharest"),
    ("Mere Example", "NZ", "Pacific/Auckland"),
)
"""Invented recipients in several time zones, for staff who may not see subscribers."""
INVENTED = {
    f"example-{number}": Subscriber(
        full_name=name, given_name=name.split()[0], country=country, time_zone=zone
    )
    for number, (name, country, zone) in enumerate(_INVENTED, start=1)
}


@dataclass(frozen=True, slots=True)
class SampleRecipient:
    """One line of the menu of recipients."""

    key: str
    label: str


def sample_recipients(campaign: Campaign, request: HttpRequest) -> list[SampleRecipient]:
    """Return a few of the recipients who have a name, each in another time zone.

    Staff who may not see subscribers get invented ones, because a first name, a country and a time
    zone can identify somebody.
    """
    if not may_see_subscribers(request):
        return [
            SampleRecipient(key, f"{_label(recipient)}, example")
            for key, recipient in INVENTED.items()
        ]
    refresh_bodies()  # for the names of countries
    seen: dict[str, Subscriber] = {}
    for recipient in audience_of(campaign).filter(~Q(given_name="")).order_by("pk")[:LOOKED_AT]:
        seen.setdefault(recipient.time_zone, recipient)
        if len(seen) == SAMPLES:
            break
    return [SampleRecipient(str(recipient.pk), _label(recipient)) for recipient in seen.values()]


def chosen_recipient(campaign: Campaign, key: str, request: HttpRequest) -> Subscriber | None:
    """Return the recipient that a form names, if it is one of this campaign's.

    None stands for somebody of whom nothing is known.
    """
    if not may_see_subscribers(request):
        return INVENTED.get(key)
    number = whole_number(key)
    return None if number is None else audience_of(campaign).filter(pk=number).first()


def _label(recipient: Subscriber) -> str:
    country = f", {country_name(recipient.country.code)}" if recipient.country else ""
    zone = f" ({recipient.time_zone})" if recipient.time_zone else ""
    return f"{recipient.given_name}{country}{zone}"
