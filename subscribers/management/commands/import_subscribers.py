"""`import_subscribers FILE --topic SLUG --consent TEXT`: import the list of an old form."""

import json
from argparse import RawDescriptionHelpFormatter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import (
    CommandError,
    CommandParser,
    DjangoHelpFormatter,
)
from django.db import DatabaseError

from newsletter.core.time_zones import known_zones
from newsletter.management.operator_command import OperatorCommand
from subscribers.imports.import_subscribers import import_subscribers
from subscribers.imports.reading.columns import FIELDS, parse_mapping
from subscribers.imports.reading.custom_columns import custom_headers
from subscribers.imports.reading.dates import DateOrder
from subscribers.imports.reading.encoding import ENCODINGS, ImportProblem
from subscribers.imports.reading.rows_as import RowsAs
from subscribers.imports.report import ImportReport
from subscribers.imports.rows.decision import REASON_OF_ALL
from subscribers.imports.sources.combine import TablePlace, place_of
from subscribers.imports.uploads.file_as_list import file_as_list
from subscribers.management.import_report import in_words
from subscribers.management.progress import progress_bar
from subscribers.management.topics import topic_by_slug
from subscribers.models import CustomField

NOTHING_DONE, USAGE, SOME_REFUSED, STOPPED = 1, 2, 3, 130

HELP = """\
Import subscribers to a topic from a CSV file, an Excel workbook (.xlsx) or a ZIP of CSV files: the
export of a form or of another system, such as Google Forms, Mailchimp, listmonk or our own
export_subscribers.

Each row is checked. Bad rows are refused with their row number; the rest is imported, all in one
transaction. Nobody who unsubscribed is subscribed again, no existing details are overwritten, and
no email is sent, unless you ask for it by --re-permission.

Where a column holds an answer or a status, only a known yes subscribes. Rows of people who
unsubscribed, complained or can't be reached are kept as opt-outs, also when the import is undone.
Rows with answers that we don't know are refused.

Try it with --dry-run first: it reports what would happen and changes nothing. undo_import undoes
a real import.
"""

EPILOG = """\
fields for --map:
{fields}
  KEY           a custom field, by its key
  ignore        skip this column

exit codes:
  0    every row was used: added, already subscribed, already unsubscribed, or kept as an opt-out
  1    nothing was imported, because of an error or because no row could be used
  2    wrong usage; nothing was imported
  3    some rows were refused; they are listed, and the rest was imported
  130  stopped by Ctrl-C; nothing was imported

example:
  import_subscribers answers.csv --topic newsletter \\
      --consent "Google form 'Join our Mailing List': 'Yes, send me news of the taskforce.'" \\
      --map "Your contact=email" --dry-run
""".format(fields="\n".join(f"  {name:<13} {meaning}" for name, meaning in FIELDS.items()))


class _HelpFormatter(RawDescriptionHelpFormatter, DjangoHelpFormatter):
    """A formatter that keeps the lines of the description, and Django's own options last."""


class Command(OperatorCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(
            prog_name, subcommand, formatter_class=_HelpFormatter, epilog=EPILOG, **kwargs
        )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file",
            metavar="FILE",
            type=Path,
            help="CSV file, workbook or ZIP; /dev/stdin reads from a pipe",
        )
        parser.add_argument(
            "--topic",
            metavar="SLUG",
            required=True,
            help="the topic to subscribe people to",
        )
        parser.add_argument(
            "--consent",
            metavar="TEXT",
            default="",
            help=(
                "how these people agreed to get email: which form, which words; kept with each "
                "person (not needed for opt-outs)"
            ),
        )
        parser.add_argument(
            "--map",
            metavar='"Header=field"',
            action="append",
            default=[],
            dest="pairs",
            help="which field a column holds; may be repeated",
        )
        parser.add_argument(
            "--as",
            choices=[rows_as.value for rows_as in RowsAs],
            dest="rows_as",
            help=(
                "what all rows are: opt-outs of this kind, or subscribers even if the file's name "
                "says otherwise"
            ),
        )
        parser.add_argument(
            "--only",
            metavar="NAME",
            action="append",
            default=[],
            help=(
                "read only this sheet of a workbook, or this file of a ZIP; may be repeated "
                "(default: all that have addresses and aren't hidden)"
            ),
        )
        parser.add_argument(
            "--re-permission",
            action="store_true",
            help=(
                "subscribe nobody: ask each person once, by email, to confirm; whoever does not "
                "answer gets no campaigns, and is forgotten after 30 days"
            ),
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="report what would happen, and change nothing"
        )
        parser.add_argument(
            "--json",
            action="store_true",
            dest="as_json",
            help="print the report as JSON, without a progress bar",
        )
        parser.add_argument(
            "--encoding",
            choices=ENCODINGS,
            default="",
            help="encoding of the file (default: UTF-8, or UTF-16 if marked)",
        )
        parser.add_argument(
            "--dates",
            choices=[DateOrder.DAY_FIRST.value, DateOrder.MONTH_FIRST.value],
            help=(
                "how to read 3/4/2024 (default: worked out from all rows; if that is not possible, "
                "the report says so)"
            ),
        )
        parser.add_argument(
            "--time-zone",
            metavar="ZONE",
            default="UTC",
            help="time zone (IANA name) of timestamps without one (default: UTC)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        rows_as = RowsAs(options["rows_as"]) if options["rows_as"] else None
        if not options["consent"].strip() and rows_as not in REASON_OF_ALL:
            raise CommandError(
                "--consent is empty. Say how these people agreed to get email.", returncode=USAGE
            )
        if options["time_zone"] not in known_zones():
            raise CommandError(
                f"--time-zone: {options['time_zone']!r} is not an IANA time zone, such as "
                f"Europe/London.",
                returncode=USAGE,
            )
        try:
            custom = custom_headers(CustomField.objects.all())
            mapping = parse_mapping(options["pairs"], custom=custom)
        except ImportProblem as problem:
            raise CommandError(str(problem), returncode=USAGE) from None
        topic = topic_by_slug(options["topic"])
        try:
            with (
                file_as_list(
                    options["file"],
                    encoding=options["encoding"],
                    rows_as=rows_as,
                    only=options["only"],
                ) as source,
                progress_bar("Importing", silent=options["as_json"]) as progress,
            ):
                report = import_subscribers(
                    source.file,
                    topic=topic,
                    consent=options["consent"],
                    mapping={**mapping, **source.mapping},
                    dry_run=options["dry_run"],
                    progress=progress,
                    file_name=source.name,
                    encoding=source.encoding,
                    date_order=DateOrder(options["dates"]) if options["dates"] else None,
                    zone=ZoneInfo(options["time_zone"]),
                    rows_as=source.rows_as,
                    re_permission=options["re_permission"],
                )
                report.warnings[:0] = source.notes
                _name_places(report, source.places)
        except ImportProblem as problem:
            raise CommandError(
                f"{problem} Nothing was imported.", returncode=NOTHING_DONE
            ) from None
        except DatabaseError as error:
            raise CommandError(
                f"The database failed: {str(error).strip()}. Nothing was imported.",
                returncode=NOTHING_DONE,
            ) from error
        except KeyboardInterrupt:
            raise CommandError("Stopped. Nothing was imported.", returncode=STOPPED) from None
        self.stdout.write(
            json.dumps(asdict(report), ensure_ascii=False, indent=2)
            if options["as_json"]
            else in_words(report, topic)
        )
        _complain(report)


def _name_places(report: ImportReport, places: Sequence[TablePlace]) -> None:
    """Add to each refusal where its row stands, if the file has several tables."""
    if places:
        kept = [place.to_json() for place in places]
        for refusal in report.refused:
            refusal["place"] = place_of(refusal["row"], kept)


def _complain(report: ImportReport) -> None:
    """End with the exit code that the report calls for."""
    if not report.refused_count:
        return
    if report.refused_count == report.rows:
        raise CommandError("No row could be used. Nothing was imported.", returncode=NOTHING_DONE)
    raise CommandError(
        f"Refused {report.refused_count:,} of {report.rows:,} rows; {_rest(report)}.",
        returncode=SOME_REFUSED,
    )


def _rest(report: ImportReport) -> str:
    if not report.added and not report.opt_outs:
        return "the rest adds nobody new"
    return "the rest would be imported" if report.dry_run else "the rest was imported"
