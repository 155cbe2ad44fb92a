"""`log [--campaign ID] [--since 2h] [--follow] [FILE …]`: find lines of the log."""

import sys
from datetime import UTC
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from newsletter.logs.search import LEVELS, BadSince, Wanted, find_lines, since
from newsletter.logs.sources import NoLog, read_log
from newsletter.management.operator_command import OperatorCommand

_BY = ("campaign", "delivery", "actor", "mailer", "request", "task")


class Command(OperatorCommand):
    help = (
        "Find lines of the log, of both formats: in the files named, in what is piped in (-), else "
        "in the journal of systemd, else in the folder log of VAR_DIR. Exit code 1 if no line "
        "fits, 2 if there is no log."
    )
    requires_system_checks: list[str] = []  # it is for when something is wrong
    recorded_options = ("campaign", "delivery", "since")
    found = 0

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "files", nargs="*", metavar="FILE", help="a file, or - for what is piped in"
        )
        for name in ("campaign", "delivery", "actor"):
            parser.add_argument(f"--{name}", type=int, metavar="ID", help=f"lines of this {name}")
        parser.add_argument("--mailer", help="lines of the mailer of this name")
        parser.add_argument("--request", help="lines of one request, by its id in another line")
        parser.add_argument("--task", help="lines of a task of the workers, by its name")
        parser.add_argument(
            "--since", help="no older ones: a span (30m, 2h, 7d) or a time in ISO 8601"
        )
        parser.add_argument(
            "--level", type=str.upper, choices=LEVELS, default="DEBUG", help="this level or higher"
        )
        parser.add_argument("--follow", action="store_true", help="wait for further lines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            begin = since(options["since"], now=timezone.now()) if options["since"] else None
            wanted = Wanted(
                fields={name: str(options[name]) for name in _BY if options[name] is not None},
                level=options["level"],
                since=begin,
            )
            lines = read_log(
                options["files"],
                folder=settings.VAR_DIR / "log",
                follow=options["follow"],
                since=f"{begin.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if begin else None,
            )
            for line in find_lines(lines, wanted):
                self.found += 1
                self.stdout.write(line)
        except BadSince as error:
            raise CommandError(f"--since: {error}.", returncode=2) from error
        except NoLog as error:
            raise CommandError(f"{error}.", returncode=2) from error
        except (BrokenPipeError, KeyboardInterrupt):
            return  # whoever reads has read enough

    def run_from_argv(self, argv: list[str]) -> None:
        """Run the command, and end with exit code 1 where no line fits."""
        super().run_from_argv(argv)
        if not self.found:
            sys.exit(1)
