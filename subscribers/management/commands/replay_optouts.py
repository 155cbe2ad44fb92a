"""`replay_optouts FILE… [--json]`: journals of opt-outs are played into a restored database."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from subscribers.people.replay_opt_outs import Replayed, replay


class Command(BaseCommand):
    help = (
        "Play journals of opt-outs (VAR_DIR/opt-outs/*.log of each host) into this database, so "
        "that whoever left since the backup has "
        "left. It may be repeated. Whoever has confirmed since stays. Exit code 1: a file could "
        "not be read; 3: some lines could not."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = replay(options["files"])
        except OSError as error:
            raise CommandError(f"{error.filename} can't be read: {error.strerror}.") from error
        self.stdout.write(
            json.dumps(as_dict(done)) if options["json"] else "\n".join(in_words(done))
        )
        if done.unreadable or done.missing or done.unknown_topics:
            raise SystemExit(3)


def as_dict(done: Replayed) -> dict[str, object]:
    names = ("files", "opt_outs", "applied", "came_back", "erased", "missing", "unreadable")
    return {
        **{name: getattr(done, name) for name in names},
        "unknown_topics": dict(done.unknown_topics),
    }


def counted(number: int, noun: str) -> str:
    """Such as "1 file", "2 files"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def in_words(done: Replayed) -> list[str]:
    """What came of it, one sentence a line."""
    said = [
        f"{counted(done.opt_outs, 'opt-out')} read from {counted(done.files, 'file')}; "
        f"{done.applied} of them new to this database."
    ]
    if done.erased:
        said.append(f"Erased again: {done.erased}, who had been erased and were in the backup.")
    if done.came_back:
        said.append(f"Kept: {done.came_back}, because they have confirmed since by themselves.")
    for slug, number in sorted(done.unknown_topics.items()):
        said.append(
            f"{number} left the topic {slug}, which this database does not have. Create it, and "
            f"run this again."
        )
    if done.unreadable:
        said.append(f"{counted(done.unreadable, 'line')} could not be read.")
    if done.missing:
        said.append(
            f"{counted(done.missing, 'opt-out')} missing in the journals themselves, because the "
            f"disk was full."
        )
    return said
