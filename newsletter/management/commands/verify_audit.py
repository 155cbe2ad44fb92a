"""`verify_audit [--json] [--restored]`: whether the audit log is as it was written."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from newsletter.audit.actor import acting, operator
from newsletter.audit.restored import accept_restored
from newsletter.audit.verify import verify_audit
from newsletter.models import AuditEntry, AuditSeal


class Command(BaseCommand):
    help = (
        "Check that nothing in the audit log was changed, removed or inserted. Exit code 1: "
        "something was; each place is named."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument(
            "--restored",
            action="store_true",
            help=(
                "the database was restored from a backup: go on from what is there, and record in "
                "the log which seals are missing"
            ),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["restored"]:
            with acting(operator):
                missing = accept_restored()
            if missing:
                self.stderr.write(f"Recorded in the audit log: {missing}")
        problems = list(verify_audit())
        entries, seals = AuditEntry.objects.count(), AuditSeal.objects.count()
        if options["json"]:
            self.stdout.write(
                json.dumps(
                    {
                        "entries": entries,
                        "seals": seals,
                        "problems": [asdict(problem) for problem in problems],
                    }
                )
            )
        else:
            for problem in problems:
                self.stdout.write(str(problem))
        if problems:
            raise CommandError(
                f"The audit log is not as it was written: {len(problems):,} "
                f"{'problem' if len(problems) == 1 else 'problems'}.",
                returncode=1,
            )
        if not options["json"]:
            self.stdout.write(f"All {entries:,} entries under {seals:,} seals are as written.")
