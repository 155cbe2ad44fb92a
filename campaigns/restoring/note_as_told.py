"""Noting, after a restore, whom a message of their own may have told since the backup."""

from django.db import transaction
from django.utils import timezone

from campaigns.models import Campaign, Rsvp
from campaigns.rsvp.seats import locked_event
from campaigns.rsvp.tell_guests import campaigns_that_tell, due_of
from campaigns.rsvp.told_apart import key_of


def note_as_told() -> int:
    """Note everybody as told whom the clock would tell of a campaign that was leaving already.

    It looks each minute, so whoever was due when the backup was made has most likely been told
    since, and nobody may be told twice. Those who weren't told are a person's to tell.

    Returns:
        How many messages may have left so.
    """
    return sum(_of(campaign) for campaign in campaigns_that_tell(now=timezone.now()))


@transaction.atomic
def _of(campaign: Campaign) -> int:
    if campaign.event_id is None:
        return 0
    locked_event(campaign.event_id)
    due = list(due_of(campaign).select_for_update(of=("self",)))
    for rsvp in due:
        rsvp.told_steps = [*rsvp.told_steps, key_of(campaign)]
    Rsvp.objects.bulk_update(due, ["told_steps"], batch_size=500)
    return len(due)
