"""The command `resume_campaign`."""

from campaigns.management.change_command import Change, ChangeCommand
from campaigns.sending.pause_cancel_undo import resume


class Command(ChangeCommand):
    help = (
        "Resume a paused campaign. Read first why it was paused: campaign_status shows it. One "
        "that was paused automatically is paused again only when it has become twice as bad. Exit "
        "code 1: nothing was changed; the message says how the campaign is, who did that and when."
    )
    change = Change(resume, "is being sent again.", "paused")
