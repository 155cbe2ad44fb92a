"""Notes on answers that their owners were told something by a message of their own."""

from django.db.models import Exists, OuterRef, Q, TextField
from django.db.models.functions import Cast
from django.db.models.lookups import Contains

from campaigns.models import Campaign, Rsvp


def key_of(campaign: Campaign) -> str:
    """Return the name under which an answer notes that its owner was told what a campaign tells."""
    if campaign.tells_of_change:
        return f"{campaign.kind} {campaign.change_sequence}"
    starts_at = campaign.step_of or (campaign.event.starts_at if campaign.event else None)
    return f"{campaign.step} {starts_at.isoformat() if starts_at else ''}"


def noted(campaign: Campaign) -> Q:
    """Build the condition on an answer that its owner was told what a campaign tells."""
    # As text, because SQLite can't look into a list.
    return Q(Contains(Cast("told_steps", TextField()), f'"{key_of(campaign)}"'))


def noted_of(campaign: Campaign, *, through: str = "") -> Q:
    """Build the condition on a subscriber that an answer of theirs notes what a campaign tells.

    Args:
        through: the lookup that leads to the subscriber, such as `subscriber__`.
    """
    told = Rsvp.objects.filter(noted(campaign), event=campaign.event_id)
    own = told.filter(subscriber_id=OuterRef(f"{through}pk"))
    as_guest = told.exclude(digest="").filter(digest=OuterRef(f"{through}digest"))
    return Q(Exists(own)) | Q(Exists(as_guest))
