"""The command `undo_launch`."""

from campaigns.management.change_command import Change, ChangeCommand
from campaigns.sending.pause_cancel_undo import undo


class Command(ChangeCommand):
    help = (
        "Take back a launch while nothing has been sent: a scheduled campaign is approved again. "
        "Exit code 1: nothing was changed, as when sending has started; the message says how the "
        "campaign is, who did that and when."
    )
    change = Change(undo, "is approved again. Nothing was sent.", "scheduled")
