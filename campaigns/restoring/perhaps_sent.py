"""Campaigns that may have been launched in the lost time.

Nothing in this database says so, and a launch would be a second copy. A campaign with an approval
at the backup needs a new one. A campaign that was still a draft is only named, because any draft
may have been sent.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.models import Campaign
from campaigns.states import READY, CampaignStatus

BEING_WRITTEN = (CampaignStatus.DRAFT, CampaignStatus.IN_REVIEW)
RECENTLY = timedelta(days=7)
"""The time before a backup in which a changed draft may have been finished and sent after it."""


@dataclass(frozen=True, slots=True)
class PerhapsSent:
    """One campaign, with its state and last change as the backup knows them."""

    campaign_id: int
    name: str
    status: str
    changed_at: datetime

    @property
    def was_ready(self) -> bool:
        return self.status in READY


def perhaps_sent(*, backup_at: datetime, restored_at: datetime) -> list[PerhapsSent]:
    """List the campaigns that may have been launched since the backup. Changes nothing.

    Args:
        backup_at: when the backup was made, as far as is known.
        restored_at: what was created later is of after the restore.
    """
    rows = Campaign.objects.filter(created_at__lte=restored_at)
    found = rows.filter(status__in=READY) | rows.filter(
        status__in=BEING_WRITTEN, updated_at__gte=backup_at - RECENTLY
    )
    return [
        PerhapsSent(*row)
        for row in found.order_by("pk").values_list("pk", "name", "status", "updated_at")
    ]
