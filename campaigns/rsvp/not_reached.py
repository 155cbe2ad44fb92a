"""People who answered, and whom the news of an event's latest change surely did not reach."""

from django.db.models import Q, QuerySet

from campaigns.audience.noted import told_in_vain
from campaigns.models import Campaign, Event, Rsvp
from campaigns.rsvp.told_apart import hears_of, reached_by_email
from campaigns.states import TELLS_OF_CHANGE


def not_reached(event: Event) -> QuerySet[Rsvp]:
    """Select the answers whose owners' message of their own about the latest change has failed.

    Nothing is written again by itself to an address that refuses it. Whoever says since that they
    don't come need not hear, and whom a campaign has reached since isn't among them.
    """
    in_vain = Q(pk__in=[])
    for kind in sorted(TELLS_OF_CHANGE):
        begun = Campaign.objects.filter(event=event, kind=kind, launched_at__isnull=False)
        latest = begun.exclude(change_sequence=None).order_by("-change_sequence").first()
        if latest is not None:
            in_vain |= told_in_vain(latest) & hears_of(kind) & ~reached_by_email(latest)
    return event.rsvps.filter(in_vain)
