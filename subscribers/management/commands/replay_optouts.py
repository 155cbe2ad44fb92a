"""`replay_optouts FILE… [--json]`: journals of opt-outs are played into a restored database."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from subscribers.people.replay_opt_outs import Replayed, replay


class Command(BaseCommand):
    help = (
        "Play journals of opt-outs (VAR_DIR/opt-outs/*.log of each host) into this database, so that whoever left since the backup has "
        "left. It may be repeated. Whoever has confirmed since stays. Exit code 1: a file could not be read; 3: some lines could not."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = replay(options["files"])
        except OSError as error:
            raise CommandError(f"{error.filename} can't be read: {error.strerror}.") from error
        self.stdout.write(json.dumps(as_dict(done)) if options["json"] else "\n".join(in_words(done)))
        if done.unreadable or done.missing or done.unknown_topics:
            raise SystemExit(3)


def as_dict(done: Replayed) -> dict[str, object]:
    names = ("files", "opt_outs", "applied", "came_back", "erased", "missing", "unreadable")
    return {**{name: getattr(done, name) for name in names}, "unknown_topics": dict(done.unknown_topics)}


def in_words(done: Replayed) -> list[str]:
    """What came of it, one sentence a line."""
    said = [f"{done.opt_outs} opt-outs read from {done.files} files: {done.applied} were not known, and hold now."]
    if done.erased:
        said.append(f"{done.erased} people who had been erased were in the backup, and are erased again.")
    if done.came_back:
        said.append(f"{done.came_back} have confirmed since by themselves, and stay.")
    for slug, number in sorted(done.unknown_topics.items()):
        said.append(f"{number} left the topic {slug}, which this database does not have. Create it, and run this again.")
    if done.unreadable:
        said.append(f"{done.unreadable} lines could not be read.")
    if done.missing:
        said.append(f"{done.missing} opt-outs are missing in the journals themselves: the disk was full.")
    return said
