"""`replay_optouts FILE… [--json]`: apply journals of opt-outs to a restored database."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from newsletter.management.operator_command import OperatorCommand
from subscribers.management.replay_report import as_dict, sentences_about
from subscribers.people.replay_opt_outs import replay


class Command(OperatorCommand):
    help = (
        "Apply journals of opt-outs (VAR_DIR/opt-outs/*.log of each host) to a restored database, "
        "so that everybody who unsubscribed since the backup stays unsubscribed. It is safe to "
        "repeat. People who have confirmed again since then stay subscribed. Exit codes: 1 a file "
        "could not be read; 3 some lines could not be used."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "files",
            nargs="+",
            type=Path,
            metavar="FILE",
            help="journals, of VAR_DIR/opt-outs of a host",
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = replay(options["files"])
        except OSError as error:
            raise CommandError(f"{error.filename} can't be read: {error.strerror}.") from error
        self.stdout.write(
            json.dumps(as_dict(done)) if options["json"] else "\n".join(sentences_about(done))
        )
        if done.unreadable or done.missing or done.unknown_topics:
            raise SystemExit(3)
