"""The command `doctor`, which checks the installation."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from campaigns.reports.diagnostics.diagnose import diagnose
from campaigns.reports.diagnostics.finding import Level

MARKS = {Level.FINE: "ok     ", Level.LOOK: "warning", Level.MEND: "ERROR  "}


class Command(BaseCommand):
    help = (
        "Check everything that Convene needs, and say what must be fixed. Exit code 1 if there is "
        "an error."
    )
    requires_system_checks: list[str] = []  # the command must run when much is wrong

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--json",
            action="store_true",
            help="print the result as JSON: {healthy, findings: [{check, level, message}]}",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        findings = diagnose()
        healthy = not any(finding.level is Level.MEND for finding in findings)
        if options["json"]:
            self.stdout.write(
                json.dumps(
                    {"healthy": healthy, "findings": [finding.as_dict() for finding in findings]},
                    indent=2,
                )
            )
        else:
            for finding in findings:
                self.stdout.write(f"{MARKS[finding.level]} {finding.check:<10} {finding.message}")
            self.stdout.write(
                "" if healthy else "\nFix what is marked ERROR: it does not work, or will do harm."
            )
        if not healthy:
            raise SystemExit(1)
