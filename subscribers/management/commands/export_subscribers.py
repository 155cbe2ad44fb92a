"""`export_subscribers`: subscribers as CSV."""

import os
import sys
from pathlib import Path
from typing import Any, TextIO, cast

from django.core.management.base import CommandError, CommandParser

from newsletter.core.private_files import whole_private_file
from newsletter.management.operator_command import OperatorCommand
from subscribers.management.progress import progress_bar
from subscribers.management.topics import mark, topic_by_slug
from subscribers.models import Topic
from subscribers.people.export import export_subscribers
from subscribers.states import SubscriptionStatus


class Command(OperatorCommand):
    help = (
        "Write subscriptions as CSV, one row each. Unsubscribed and blocked addresses are "
        "included unless you narrow the export with --status: the columns status and suppressed "
        "say who may get email. Cells that a spreadsheet would run as formulas begin with an "
        "apostrophe; import_subscribers removes it again. Need-to-know topics are exported one by "
        "one, by --topic, and are left out otherwise. Exit codes: 0 done; 1 error, no file "
        "written; 2 wrong usage."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--topic", metavar="SLUG", help="export this topic only")
        parser.add_argument(
            "--status",
            choices=SubscriptionStatus.values,
            action="append",
            default=[],
            dest="statuses",
            help="export this status only; may be repeated",
        )
        parser.add_argument(
            "--output",
            metavar="FILE",
            type=Path,
            help="write to this file, which only you can read (default: standard output)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        topic = topic_by_slug(options["topic"]) if options["topic"] is not None else None
        statuses = [SubscriptionStatus(status) for status in options["statuses"]]
        output: Path | None = options["output"]
        self._say_what_is_left_out(topic)
        if output is None:
            self._to_stdout(topic, statuses)
            return
        with progress_bar("Exporting") as progress:
            try:
                # Without a byte order mark, Excel reads UTF-8 as a Windows code page.
                with whole_private_file(output, encoding="utf-8-sig") as file:
                    count = export_subscribers(
                        file, topic=topic, statuses=statuses, progress=progress
                    )
            except OSError as error:
                raise CommandError(f"{str(output)!r} can't be written: {error.strerror}.") from None
        self.stdout.write(
            f"{count:,} {'row' if count == 1 else 'rows'} written to {output}{mark(topic)}."
        )

    def _say_what_is_left_out(self, topic: Topic | None) -> None:
        restricted = Topic.objects.filter(is_restricted=True).order_by("slug")
        if topic is None and restricted:
            names = ", ".join(f"{each.slug}{mark(each)}" for each in restricted)
            self.stderr.write(f"Left out: {names}. Name one by --topic to export it.")

    def _to_stdout(self, topic: Topic | None, statuses: list[SubscriptionStatus]) -> None:
        try:
            export_subscribers(cast("TextIO", self.stdout), topic=topic, statuses=statuses)
            self.stdout.flush()
        except BrokenPipeError:
            # The program that reads the output, such as `head`, has seen enough. Python would
            # complain again when it flushes at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
