"""`fold_provider_events [--json]`: process the provider reports that wait.

The clock does the same every few seconds.
"""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from newsletter.webhooks.process_reports import process_reports


class Command(BaseCommand):
    help = (
        "Process waiting reports from email providers now. The clock does this every few seconds. "
        "It is safe to run at any time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument(
            "--seconds",
            type=float,
            default=3600.0,
            help="stop after this many seconds (default: 3600)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        processed = process_reports(seconds=options["seconds"])
        if options["json"]:
            self.stdout.write(json.dumps(asdict(processed)))
            return
        self.stdout.write(
            f"Reports processed: {processed.reports}. New events: {processed.events}. Events "
            f"already known: {processed.repeated}."
        )
        if processed.problems:
            self.stdout.write(
                f"Reports that could not be read: {processed.problems}. See Provider reports on "
                f"the staff pages."
            )
