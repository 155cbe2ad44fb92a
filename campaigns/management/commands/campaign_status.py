"""`campaign_status ID [--json]`: what became of a campaign, counted row by row."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from campaigns.management.lookup import campaign_by_id
from campaigns.reports.totals import recount, skipped_by_reason


class Command(BaseCommand):
    help = "Say what became of a campaign: how many deliveries are in each state, and whether they add up to its recipients."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", type=int, help="the campaign's id")
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = campaign_by_id(options["id"])
        counted = recount(campaign)
        if options["json"]:
            self.stdout.write(json.dumps({"id": campaign.pk, "status": campaign.status, **counted.as_dict()}))
            return
        self.stdout.write(
            f"{campaign.name}: {campaign.get_status_display()}" + (f" ({campaign.pause_reason})" if campaign.pause_reason else "")
        )
        self.stdout.write(f"  {'recipients':<12}{counted.candidates:>9}")
        for status, number in counted.by_status.items():
            self.stdout.write(f"  {status:<12}{number:>9}")
        for reason, number in sorted(skipped_by_reason(campaign).items()):
            self.stdout.write(f"  skipped because {reason}: {number}")
        for reason, number in sorted(counted.left_out.items()):
            self.stdout.write(f"  left out at launch, {reason}: {number}")
        self.stdout.write("  The sums add up." if counted.adds_up else "  THE SUMS DO NOT ADD UP.")
