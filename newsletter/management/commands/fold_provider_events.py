"""`fold_provider_events [--json]`: interpret now what providers have brought, as the clock does every few seconds."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from newsletter.webhooks.process_reports import fold


class Command(BaseCommand):
    help = (
        "Interpret the reports of providers that wait. The clock does so every few seconds; it "
        "may be done at any time, and twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs")
        parser.add_argument(
            "--seconds", type=float, default=3600.0, help="stop after so many (default: an hour)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folded = fold(seconds=options["seconds"])
        if options["json"]:
            self.stdout.write(json.dumps(asdict(folded)))
            return
        self.stdout.write(
            f"{folded.reports} reports read: {folded.events} new events, {folded.repeated} known "
            f"before. "
            f"{folded.problems} reports can't be interpreted; the staff pages show them."
        )
