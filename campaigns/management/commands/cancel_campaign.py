"""The command `cancel_campaign`."""

import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser

from campaigns.management.change_command import Change, ChangeCommand
from campaigns.models import Campaign
from campaigns.sending.pause_cancel_undo import cancel


class Command(ChangeCommand):
    help = (
        "Stop a campaign for good. People who are still waiting don't receive the email; what was "
        "sent stays. Exit code 1: nothing was changed; the message says how the campaign is, who "
        "did that and when."
    )
    change = Change(
        cancel,
        "is stopped. People who were still waiting will not receive this email.",
        "not sent and not cancelled",
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--yes", action="store_true", help="don't ask for confirmation; it can't be undone"
        )

    def confirm(self, campaign: Campaign, options: dict[str, Any]) -> None:
        if options["yes"]:
            return
        if not sys.stdin.isatty():
            raise CommandError("This can't be undone. To confirm without a terminal, add --yes.")
        answer = input(f"Stop “{campaign.name}” for good? This can't be undone. [y/N] ")
        if answer.strip().lower() not in ("y", "yes"):
            raise CommandError("Nothing was changed.")
