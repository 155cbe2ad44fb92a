"""The base of commands that verify a table that is sealed."""

import json
from dataclasses import asdict
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from newsletter.audit.actor import acting, operator
from newsletter.audit.restored import accept_restored
from newsletter.seals.chain import Chain
from newsletter.seals.verify import verify


class VerifyCommand(BaseCommand):
    """Verify the table of `chain`; exit code 1 where it isn't as it was written."""

    chain: ClassVar[Chain[Any]]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument(
            "--restored",
            action="store_true",
            help=(
                "the database was restored from a backup: go on from what is there, and record in "
                "the audit log which seals are missing"
            ),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        chain = self.chain
        if chain.rows._meta.db_table not in connection.introspection.table_names():
            raise CommandError(
                "This database has no tables yet. Run the command with the DATABASE_URL or VAR_DIR "
                "of the installation, or run: manage.py migrate"
            )
        if options["restored"]:
            with acting(operator):
                missing = accept_restored(chain)
            if missing:
                self.stderr.write(f"Recorded in the audit log: {missing}")
        problems = list(verify(chain))
        entries = chain.rows._default_manager.count()
        seals = chain.seals._default_manager.count()
        if options["json"]:
            self.stdout.write(
                json.dumps(
                    {
                        chain.entries: entries,
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
                f"{chain.name} is not as it was written: {len(problems):,} "
                f"{'problem' if len(problems) == 1 else 'problems'}.",
                returncode=1,
            )
        if not options["json"]:
            self.stdout.write(
                f"All {entries:,} {chain.entries} under {seals:,} seals are as written."
            )
