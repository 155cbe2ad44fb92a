"""`export_consent`: evidence of consent of one person, or of a topic between two days."""

import os
import sys
from argparse import ArgumentTypeError
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import CommandError, CommandParser

from newsletter.core.addresses import BadAddress, parse_address
from newsletter.core.private_files import whole_private_file
from newsletter.management.operator_command import OperatorCommand
from subscribers.evidence.export import Evidence, as_json, evidence_of_person, evidence_of_topic
from subscribers.management.topics import topic_by_slug
from subscribers.models import ConsentRecord


class Command(OperatorCommand):
    help = (
        "Write evidence of consent as JSON: who agreed to what, when, how and in which words, with "
        "signatures. Either of one person, whom you may have erased since, or of a topic between "
        "two days, with people named by code. Exit codes: 0 done; 1 error, no file written; 2 "
        "wrong usage."
    )
    recorded_options: ClassVar[tuple[str, ...]] = ("since", "until")

    def add_arguments(self, parser: CommandParser) -> None:
        about = parser.add_mutually_exclusive_group(required=True)
        about.add_argument("--address", metavar="ADDRESS", help="of this person")
        about.add_argument("--topic", metavar="SLUG", help="of this topic")
        parser.add_argument("--since", type=_day, metavar="DAY", help="first day, as 2026-01-31")
        parser.add_argument("--until", type=_day, metavar="DAY", help="last day, in UTC")
        parser.add_argument(
            "--output",
            metavar="FILE",
            type=Path,
            help="write to this file, which only you can read (default: standard output)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        lines = as_json(self._evidence(options))
        output: Path | None = options["output"]
        if output is None:
            self._to_stdout(lines)
            return
        try:
            with whole_private_file(output) as file:
                file.writelines(lines)
        except OSError as error:
            raise CommandError(f"{str(output)!r} can't be written: {error.strerror}.") from None
        self.stderr.write(f"Written to {output}.")

    def _evidence(self, options: dict[str, Any]) -> Evidence:
        every = ConsentRecord.objects.all()
        since, until = options["since"], options["until"]
        if options["address"] is not None:
            if since or until:
                raise CommandError("A person’s evidence is exported whole. Leave out the days.")
            try:
                return evidence_of_person(parse_address(options["address"]), among=every)
            except BadAddress as error:
                raise CommandError(str(error)) from error
        if since is None or until is None:
            raise CommandError("Say which days: --since 2026-01-01 --until 2026-12-31")
        if until < since:
            raise CommandError("The last day is before the first.")
        return evidence_of_topic(
            topic_by_slug(options["topic"]), since=since, until=until, among=every
        )

    def _to_stdout(self, lines: Iterable[str]) -> None:
        try:
            for line in lines:
                self.stdout.write(line, ending="")
            self.stdout.flush()
        except BrokenPipeError:
            # The program that reads the output, such as `head`, has seen enough. Python would
            # complain again when it flushes at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}” is not a day. Example: 2026-01-31.") from error
