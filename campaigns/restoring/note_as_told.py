"""Noting, after a restore, whom a message of their own may have told since the backup."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from campaigns.audience.noted import note
from campaigns.models import Campaign, Rsvp
from campaigns.rsvp.tell_guests import campaigns_that_tell, locked_due_of


def note_as_told() -> int:
    """Note everybody as told whom the clock would tell of a campaign that was leaving already.

    It looks each minute, so whoever was due when the backup was made has most likely been told
    since, and nobody may be told twice. Those who weren't told are a person's to tell.

    Returns:
        How many messages may have left so.
    """
    now = timezone.now()
    return sum(_of(campaign, now=now) for campaign in campaigns_that_tell(now=now))


@transaction.atomic
def _of(campaign: Campaign, *, now: datetime) -> int:
    due = list(locked_due_of(campaign, now=now).select_for_update(of=("self",)))
    for rsvp in due:
        note(rsvp, campaign, message_id=None)
    Rsvp.objects.bulk_update(due, ["told_steps", "told_message"], batch_size=500)
    return len(due)
