"""The hand's deed of writing a paused campaign anew, while an installation sends.

The hand (tests.drills.hand) has set Django up.
"""

from typing import Any

from campaigns.content.edit_content import save_content
from campaigns.content.later_version import CannotWriteAnew, write_later_version
from campaigns.models import Campaign
from campaigns.review.approval import CannotApprove, approve
from campaigns.sending import pause_cancel_undo
from campaigns.sending.launch import CannotLaunch, launch_now
from campaigns.states import CampaignStatus

type Answer = dict[str, Any]


def write_anew(campaign: int) -> Answer:
    """Write a paused campaign anew, and launch that; as a person does who tries again.

    Where nobody is left, or it can't be sent any more, there is none, and its draft is cancelled.
    """
    earlier = Campaign.objects.get(pk=campaign)
    try:
        later = write_later_version(earlier)
        if later.status == CampaignStatus.DRAFT:
            save_content(
                later,
                language=later.language,
                subject="Mended",
                preheader="",
                blocks=[{"type": "heading", "text": "Mended"}],
            )
            approve(later, by="the drill")
        if not later.is_launched:
            launch_now(later)
    except (CannotWriteAnew, CannotApprove, CannotLaunch):
        unsent = earlier.later_versions.filter(launched_at=None)
        for each in unsent.exclude(status=CampaignStatus.CANCELLED):
            pause_cancel_undo.cancel(each.pk)
    versions = earlier.later_versions.exclude(launched_at=None)
    return {"campaigns": list(versions.values_list("pk", flat=True))}
