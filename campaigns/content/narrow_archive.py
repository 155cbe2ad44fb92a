"""Letting fewer people read a sent email on our pages."""

from collections.abc import Mapping

from django.db import transaction

from campaigns.audit_actions import CampaignAuditAction
from campaigns.audited import record_campaign
from campaigns.models import Campaign
from subscribers.states import ArchiveAccess

NARROWER: Mapping[ArchiveAccess, tuple[ArchiveAccess, ...]] = {
    ArchiveAccess.PUBLIC: (ArchiveAccess.SUBSCRIBERS, ArchiveAccess.NONE),
    ArchiveAccess.SUBSCRIBERS: (ArchiveAccess.NONE,),
    ArchiveAccess.NONE: (),
}
"""Who can read an email → what may come in its place once the email was sent.

Nothing wider may, because it may never have been approved.
"""


@transaction.atomic
def narrow_archive(campaign_id: int, *, to: ArchiveAccess) -> bool:
    """Let fewer people read the email of a launched campaign from now on.

    Its notice of an error, if it has one, stays for whoever can read it still.

    Args:
        to: those who can read it then.

    Returns:
        Whether this caller did. False where nothing was sent, or no more people can read it.
    """
    wider = [access for access, narrower in NARROWER.items() if to in narrower]
    launched = Campaign.objects.filter(pk=campaign_id).exclude(launched_at=None)
    if not launched.filter(archive_access__in=wider).update(archive_access=to):
        return False
    campaign = Campaign.objects.get(pk=campaign_id)
    record_campaign(CampaignAuditAction.ARCHIVE_NARROWED, campaign, access=to.value)
    return True
