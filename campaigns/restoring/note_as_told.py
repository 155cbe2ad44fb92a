"""Noting, after a restore, whom a message of their own may have told since the backup."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from campaigns.audience.noted import note
from campaigns.models import Campaign, Rsvp
from campaigns.rsvp.tell_guests import campaigns_that_tell, locked_due_of


@dataclass(frozen=True, slots=True)
class NotedAsTold:
    """One campaign, and how many people may have been told its news by a message of their own."""

    campaign_id: int
    name: str
    event: str
    number: int


def note_as_told() -> list[NotedAsTold]:
    """Note everybody as told whom the clock would tell of a campaign that was leaving already.

    It looks each minute, so whoever was due when the backup was made has most likely been told
    since, and nobody may be told twice. Those who weren't told are a person's to tell.

    Returns:
        The campaigns of which such messages may have left.
    """
    now = timezone.now()
    return [
        NotedAsTold(campaign.pk, campaign.name, str(campaign.event), number)
        for campaign in campaigns_that_tell(now=now).order_by("pk")
        if (number := _of(campaign, now=now))
    ]


@transaction.atomic
def _of(campaign: Campaign, *, now: datetime) -> int:
    due = list(locked_due_of(campaign, now=now).select_for_update(of=("self",)))
    for rsvp in due:
        note(rsvp, campaign, message_id=None)
    Rsvp.objects.bulk_update(due, ["told_steps", "told_message"], batch_size=500)
    return len(due)
