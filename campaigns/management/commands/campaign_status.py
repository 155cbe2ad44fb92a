"""The command `campaign_status`, which counts the deliveries of one campaign or of all."""

import contextlib
import json
from typing import Any, TextIO, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser

from campaigns.management.lookup import campaign_by_id
from campaigns.management.watch import watch
from campaigns.models import Campaign
from campaigns.reports.start_obstacles import start_obstacles
from campaigns.reports.totals import recount, skipped_by_reason, totals
from campaigns.review.approval import last_approval
from campaigns.states import CampaignStatus
from newsletter.core.without_addresses import without_addresses


class Command(BaseCommand):
    help = (
        "Show how many of a campaign's deliveries are in each status, and whether all recipients "
        "are accounted for. Without an id, list all campaigns, newest first, with stored totals; "
        "with an id, count the rows. With --watch, show the totals, the pace and the time left "
        "again and again until the campaign has ended; Ctrl-C ends it before."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "id", type=int, nargs="?", help="the campaign's id (default: all campaigns)"
        )
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--json", action="store_true", help="print the result as JSON")
        how.add_argument(
            "--watch", action="store_true", help="follow one campaign until it has ended"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["watch"] and options["id"] is None:
            raise CommandError("Add the id of the campaign to follow.")
        if options["id"] is None:
            self._list(as_json=options["json"])
            return
        campaign = campaign_by_id(options["id"])
        if options["watch"]:
            with contextlib.suppress(KeyboardInterrupt):
                watch(campaign.pk, cast("TextIO", self.stdout))
            return
        counted = recount(campaign)
        if options["json"]:
            self.stdout.write(
                json.dumps({"id": campaign.pk, "status": campaign.status, **counted.as_dict()})
            )
            return
        self.stdout.write(
            f"{campaign.name}: {campaign.get_status_display()}"
            + (f" ({campaign.pause_reason})" if campaign.pause_reason else "")
        )
        self._say_when_it_starts(campaign)
        if approval := last_approval(campaign):
            author = ", as an author of this campaign" if approval.by_author else ""
            self.stdout.write(
                f"  approved by {approval.by}{author}, {approval.decided_at:%-d %B %Y, %H:%M} UTC"
            )
        self.stdout.write(f"  {'recipients':<12}{counted.candidates:>9}")
        for status, number in counted.by_status.items():
            self.stdout.write(f"  {status:<12}{number:>9}")
        for reason, number in sorted(skipped_by_reason(campaign).items()):
            self.stdout.write(f"  skipped while sending, {_words(reason)}: {number}")
        for reason, number in sorted(counted.left_out.items()):
            self.stdout.write(f"  not included, {_words(reason)}: {number}")
        self.stdout.write(
            f"  All {counted.candidates:,} recipients accounted for."
            if counted.adds_up
            else "  WARNING: not all recipients are accounted for."
        )

    def _say_when_it_starts(self, campaign: Campaign) -> None:
        if campaign.status != CampaignStatus.SCHEDULED or campaign.scheduled_at is None:
            return
        obstacles = start_obstacles(campaign)
        starts = "scheduled for" if obstacles else "starts on"
        self.stdout.write(f"  {starts} {campaign.scheduled_at:%-d %B %Y, %H:%M:%S} UTC")
        for each in obstacles:
            self.stdout.write(f"  {without_addresses(each)}")

    def _list(self, *, as_json: bool) -> None:
        campaigns = Campaign.objects.order_by("-id")
        if as_json:
            rows = [
                {"id": row.pk, "name": row.name, "status": row.status, **totals(row).as_dict()}
                for row in campaigns
            ]
            self.stdout.write(json.dumps(rows, ensure_ascii=False))
            return
        if not campaigns:
            self.stdout.write("There are no campaigns yet.")
        for campaign in campaigns:
            self.stdout.write(
                f"{campaign.pk:>5}  {campaign.get_status_display():<10}  {_sums(campaign):<60}  "
                f"{campaign.name}"
            )


def _words(reason: str) -> str:
    return reason.replace("_", " ")


def _sums(campaign: Campaign) -> str:
    """Write the counts of a campaign, without those that are 0."""
    counted = totals(campaign)
    if not counted.candidates:
        return "no recipients yet"
    parts = [f"{number:,} {status}" for status, number in counted.by_status.items() if number]
    return f"{counted.candidates:,} recipients: {', '.join(parts)}" + (
        "" if counted.adds_up else " (WARNING: not all accounted for)"
    )
