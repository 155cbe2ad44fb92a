"""The command `pause_campaign`."""

from campaigns.management.change_command import Change, ChangeCommand
from campaigns.sending.pause_cancel_undo import pause


class Command(ChangeCommand):
    help = (
        "Pause a campaign that is being sent: nothing more is sent until resume_campaign. Emails "
        "that are being sent right now are finished first. Exit code 1: nothing was changed; the "
        "message says how the campaign is, who did that and when."
    )
    change = Change(
        pause, "is paused. Emails that are being sent right now are finished first.", "sending"
    )
