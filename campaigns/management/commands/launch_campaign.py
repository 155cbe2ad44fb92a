"""The command `launch_campaign`, which approves in the operator's name and launches."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from campaigns.management.lookup import campaign_by_id
from campaigns.models import Campaign
from campaigns.review.approval import CannotApprove, approve, lacks_approval
from campaigns.sending.launch import (
    CannotLaunch,
    launch,
    launch_without_undo,
    refuse_while_held,
    start_launched,
)
from campaigns.states import CampaignStatus
from newsletter.epoch.restores import restored_since
from subscribers.management.operator import operator


class Command(BaseCommand):
    help = (
        "Launch a campaign. A draft is approved first, in the name of the person who runs this "
        "command. Without --now, sending starts after the undo window, when the clock runs. Exit "
        "code 1: it can't be launched, or with --now not be started yet; the message says which."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", type=int, help="the campaign's id, as create_campaign printed it")
        parser.add_argument(
            "--now", action="store_true", help="start sending at once, without an undo window"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = campaign_by_id(options["id"])
        try:
            refuse_while_held()  # outside of transactions, where other hosts can be asked
            with transaction.atomic():  # a campaign that can't be launched doesn't stay approved
                self._approve(campaign)
                launched = launch_without_undo(campaign) if options["now"] else launch(campaign)
            if options["now"]:
                launched = start_launched(launched)
        except (CannotApprove, CannotLaunch) as error:
            raise CommandError(f"Campaign {campaign.pk} can't be launched. {error}") from error
        if launched.is_launched:
            self.stdout.write(
                f"Campaign {launched.pk} is being sent to {launched.candidates:,} recipients."
            )
        else:
            self.stdout.write(
                f"Campaign {launched.pk} starts on {launched.scheduled_at:%-d %B %Y, %H:%M:%S} UTC."
            )

    def _approve(self, campaign: Campaign) -> None:
        unread = (CampaignStatus.DRAFT, CampaignStatus.IN_REVIEW)
        if campaign.status in unread or lacks_approval(campaign):
            if restored_since(campaign.created_at):
                raise CannotApprove(
                    "The database was restored, so this campaign may have been sent already. Check "
                    "that first, then approve it on its Review page."
                )
            approve(campaign, by=operator())
            campaign.refresh_from_db()
