"""The command `doctor`, which checks the installation."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from campaigns.reports.diagnostics.diagnose import diagnose
from campaigns.reports.diagnostics.finding import Finding, Level

MARKS = {Level.FINE: "ok     ", Level.LOOK: "warning", Level.MEND: "ERROR  "}


class Command(BaseCommand):
    help = (
        "Check everything that Convene needs, and say what must be fixed. Exit code 1 if there is "
        "an error; with --strict also if there is a warning."
    )
    requires_system_checks: list[str] = []  # the command must run when much is wrong

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--json",
            action="store_true",
            help=(
                "print the result as JSON: {healthy, findings: [{check, level, message, about, "
                "since}]}"
            ),
        )
        parser.add_argument(
            "--probe",
            action="store_true",
            help="also sign in to mailers and mailboxes; no message is sent",
        )
        parser.add_argument(
            "--strict",
            action="store_true",
            help="count warnings as errors: exit code 1, and not healthy, where there is one",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        findings = diagnose(probes=options["probe"])
        bad = {Level.MEND, Level.LOOK} if options["strict"] else {Level.MEND}
        healthy = not any(finding.level in bad for finding in findings)
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
            self.stdout.write("" if healthy else f"\n{_what_to_do(findings)}")
        if not healthy:
            raise SystemExit(1)


def _what_to_do(findings: list[Finding]) -> str:
    if any(finding.level is Level.MEND for finding in findings):
        return "Fix what is marked ERROR: it does not work, or will do harm."
    return "Look at what is marked warning: --strict counts it, too."
