"""`replay_optouts FILE… [--json]`: apply journals of opt-outs to a restored database."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from subscribers.management.plural import number_of
from subscribers.people.replay_opt_outs import Replayed, replay


class Command(BaseCommand):
    help = (
        "Apply journals of opt-outs (VAR_DIR/opt-outs/*.log of each host) to a restored database, "
        "so that everybody who unsubscribed since the backup stays unsubscribed. It is safe to "
        "repeat. People who have confirmed again since then stay subscribed. Exit codes: 1 a file "
        "could not be read; 3 some lines could not be used."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
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


def as_dict(done: Replayed) -> dict[str, object]:
    names = ("files", "opt_outs", "applied", "came_back", "erased", "missing", "unreadable")
    return {
        **{name: getattr(done, name) for name in names},
        "unknown_topics": dict(done.unknown_topics),
    }


def sentences_about(done: Replayed) -> list[str]:
    """Return the result, one sentence a line."""
    said = [
        f"{number_of(done.opt_outs, 'opt-out')} read from {number_of(done.files, 'file')}; "
        f"{done.applied} of them were new to this database."
    ]
    if done.erased:
        said.append(f"Erased again: {done.erased}. They had been erased after the backup was made.")
    if done.came_back:
        said.append(f"Kept: {done.came_back}. They have confirmed again since they unsubscribed.")
    for slug, number in sorted(done.unknown_topics.items()):
        said.append(
            f"{number} unsubscribed from the topic {slug}, which is not in this database. Create "
            f"the topic and run this command again."
        )
    if done.unreadable:
        said.append(f"{number_of(done.unreadable, 'line')} could not be read.")
    if done.missing:
        said.append(
            f"{number_of(done.missing, 'opt-out')} missing from the journals, because the disk was "
            f"full."
        )
    return said
