"""Return to draft of campaigns that were ready at the backup: they may have been sent since."""

from campaigns.models import Campaign
from campaigns.restoring.perhaps_sent import PerhapsSent
from campaigns.review.approval import return_to_draft
from campaigns.review.wrong_state import WrongState

NOTE = (
    "The database was restored from a backup, so this campaign may have been sent already. Check "
    "your email provider’s log before you send it."
)


def return_campaigns(campaigns: list[PerhapsSent], *, by: str) -> list[PerhapsSent]:
    """Return those campaigns to draft that were ready, with a note that says why.

    Returns:
        Those that were returned; not those that somebody has changed in this very moment.
    """
    return [one for one in campaigns if one.was_ready and _returned(one.campaign_id, by=by)]


def _returned(campaign_id: int, *, by: str) -> bool:
    try:
        return_to_draft(Campaign.objects.get(pk=campaign_id), by=by, note=NOTE)
    except WrongState:
        return False
    return True
