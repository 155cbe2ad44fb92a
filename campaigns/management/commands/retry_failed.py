"""The command `retry_failed`."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from campaigns.last_change import last_change
from campaigns.management.lookup import campaign_by_id
from campaigns.sending.retry_failed import NotRetryable, last_retry, retry_failed
from campaigns.states import CampaignStatus
from newsletter.core.plural import number_of
from newsletter.management.operator_command import OperatorCommand


class Command(OperatorCommand):
    recorded_options = ("id",)
    help = (
        "Try again the emails of a sent or paused campaign that failed because they were put off "
        "too often: they surely weren't sent. Those that were refused for good, bounced or are "
        "uncertain stay as they are, and so do emails to people who have left, were suppressed or "
        "have another address. Exit code 1: nothing was changed; the message says why."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", type=int, help="the campaign's id")

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = campaign_by_id(options["id"])
        try:
            number = retry_failed(campaign.pk)
        except NotRetryable as error:
            happened = last_change(campaign, and_its_event=True)
            raise CommandError(f"Nothing was changed: {error} {happened}".rstrip()) from error
        if not number:
            raise CommandError(
                f"Nothing was changed: campaign {campaign.pk} has no failed email that could be "
                f"tried again. {last_retry(campaign)}".rstrip()
            )
        emails = number_of(number, "failed email")
        is_paused = campaign.status == CampaignStatus.PAUSED
        when = "after resume_campaign" if is_paused else "by the workers"
        self.stdout.write(f"Campaign {campaign.pk}: {emails} tried again {when}.")
