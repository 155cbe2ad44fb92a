"""`undo_import ID`: remove what an import added, as far as nobody has acted on it since."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError, CommandParser

from newsletter.management.operator_command import OperatorCommand
from subscribers.imports.undo import OthersAtWork, UndoReport, UnknownBatch, undo_import
from subscribers.management.progress import progress_bar

STOPPED = 130


class Command(OperatorCommand):
    recorded_options = ("id",)
    help = (
        "Remove what an import added. Some of it stays: anyone who has had email since is "
        "unsubscribed and stays on record, so that the links in that email still work; anyone who "
        "has since unsubscribed, subscribed or confirmed themselves is not changed; opt-outs "
        "from the file stay; and so do details that it filled in for existing subscribers, where "
        "their record was changed since or the import is older than 90 days. "
        "It works some thousands of rows at a time. Whatever ends it before all is done, the next "
        "run goes on from there, and so does a worker. Once all is done, running it again changes "
        "nothing. Exit codes: 0 done, now or before; 1 no such import, or the same rows are being "
        "changed; 2 wrong usage; 130 stopped by Ctrl-C."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "id",
            metavar="ID",
            type=int,
            help="the number of the import, as import_subscribers printed it",
        )
        parser.add_argument(
            "--json", action="store_true", dest="as_json", help="print the report as JSON"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        number = options["id"]
        if not 0 <= number < 2**63:
            raise CommandError(f"There is no import {number}.")
        try:
            with progress_bar("Undoing", silent=options["as_json"]) as progress:
                report = undo_import(number, progress=progress)
        except KeyboardInterrupt:
            raise CommandError(
                "Stopped. What was undone by now stays undone, and a worker does the rest. Run it "
                "again to go on at once.",
                returncode=STOPPED,
            ) from None
        except (UnknownBatch, OthersAtWork) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            json.dumps(asdict(report), ensure_ascii=False, indent=2)
            if options["as_json"]
            else _in_words(report)
        )


def _in_words(report: UndoReport) -> str:
    title = f"Import {report.batch_id} ({report.file_name}, {report.topic})"
    if report.already_undone:
        return f"{title} was already undone. Nothing was changed."
    lines = [
        f"{title} has been undone.",
        f"{report.removed:>9,} subscriptions removed",
        f"{report.subscribers_removed:>9,} subscribers removed, because they had no other "
        f"subscription",
    ]
    if report.unsubscribed:
        lines.append(
            f"{report.unsubscribed:>9,} unsubscribed instead: they have had email since, and its "
            f"links must still work"
        )
    if report.kept_opted_out:
        lines.append(f"{report.kept_opted_out:>9,} kept: unsubscribed or declined since")
    if report.kept_own_consent:
        lines.append(f"{report.kept_own_consent:>9,} kept: said something themselves since")
    if report.details_emptied:
        lines.append(
            f"{report.details_emptied:>9,} existing subscribers: details that it filled in removed"
        )
    if report.details_kept:
        lines.append(
            f"{report.details_kept:>9,} existing subscribers: details kept: their record was "
            f"changed since"
        )
    if report.extras_removed:
        lines.append(
            f"{report.extras_removed:>9,} labels and values of custom fields removed from people"
        )
    if report.opt_outs:
        lines.append(
            f"{report.opt_outs:>9,} opt-outs kept: the file says that these people opted out"
        )
    return "\n".join(lines)
