"""The people who may send a campaign, and know of its topic."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import QuerySet

from campaigns.models import Campaign
from subscribers.need_to_know.grants import holders

SEND = "campaigns.launch_campaign"


def publishers(campaign: Campaign, *, at: datetime | None = None) -> QuerySet[User]:
    """Select the accounts that may send, pause and stop a campaign, and may know of its topic.

    Args:
        at: a moment to come, at which they still may, as far as is known; None: right now.
    """
    found = User.objects.with_perm(SEND, backend="staff.backend.RolesBackend")
    found = found.filter(is_staff=True, is_active=True)
    if campaign.topic.is_restricted:
        found = found.filter(pk__in=holders(campaign.topic_id, at=at).values("pk"))
    return found.order_by("pk")


def who_schedules(campaign: Campaign) -> QuerySet[User]:
    """Select whoever scheduled a campaign; else all who may send it, and know of its topic."""
    found = publishers(campaign)
    own = found.filter(pk=campaign.scheduled_by_id or 0)
    return own if own.exists() else found


def shut_out(campaign: Campaign, *, at: datetime | None = None) -> User | None:
    """Return who launched a campaign, where they may not send it any more; else None.

    A command, and an account that was deleted, are nobody who could have lost the right.

    Args:
        at: as of `publishers`.
    """
    by = campaign.scheduled_by
    return by if by and not publishers(campaign, at=at).filter(pk=by.pk).exists() else None
