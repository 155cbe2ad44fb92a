"""The command `restore`, which puts a backup in the place of what is here."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import connection

from campaigns.backups.backup_problem import BackupProblem
from campaigns.backups.examine import COST_OF_OTHER_KEYS, Examined, examine
from campaigns.backups.restore import Restored, restore
from newsletter.core.plural import number_of
from newsletter.epoch.hold import Why
from newsletter.management.operator_command import OperatorCommand


class Command(OperatorCommand):
    help = (
        "Restore a backup that `backup` made: database, images, documents and journals of "
        "opt-outs. All processes must be stopped. A database that is here is moved aside, not "
        "deleted. If it is cut short, run the same command again. Afterwards it says what to run "
        "next. Exit code 1: the message says what is in the way."
    )
    recorded_options = ("replace", "other_keys")
    requires_system_checks: list[str] = []  # there may be no tables

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder", type=Path, metavar="DIR/NAME", help="a backup, as backup has named it"
        )
        parser.add_argument(
            "--replace",
            action="store_true",
            help="move the database that is here aside; without it, it must be empty",
        )
        parser.add_argument(
            "--other-keys",
            action="store_true",
            help="restore a backup of an installation with other keys. " + COST_OF_OTHER_KEYS,
        )
        parser.add_argument("--yes", action="store_true", help="don't ask for confirmation")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            examined = examine(options["folder"], other_keys=options["other_keys"])
            if examined.replaces and not (options["replace"] or examined.goes_on):
                raise BackupProblem(
                    f"The database {_database()} is not empty. To move it aside, add --replace. "
                    f"Nothing was changed."
                )
            if not options["json"]:
                self.stdout.write("\n".join(_told(examined)))
            if not options["yes"]:
                self._confirm(examined)
            done = restore(examined, replace=options["replace"])
        except BackupProblem as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(
            json.dumps(_as_dict(examined, done), ensure_ascii=False)
            if options["json"]
            else "\n".join(_said(examined, done))
        )

    def _confirm(self, examined: Examined) -> None:
        if not examined.replaces and not examined.has_other_keys:
            return
        if not sys.stdin.isatty():
            raise CommandError("To confirm without a terminal, add --yes. Nothing was changed.")
        if examined.has_other_keys:
            self.stdout.write(COST_OF_OTHER_KEYS)
        if input(f"To go on, type the name of the database ({_database()}): ") != _database():
            raise CommandError("Nothing was changed.")


def _database() -> str:
    return Path(str(connection.settings_dict["NAME"])).name


def _told(examined: Examined) -> list[str]:
    manifest = examined.manifest
    return [
        f"Backup {manifest.name} of {manifest.site_url}, made on {manifest.host} by Convene "
        f"{manifest.version}. The database is as of {manifest.database_at:%-d %B %Y, %H:%M:%S} "
        f"UTC. Nothing in it was changed ({number_of(len(manifest.files), 'file')}).",
        *(["An earlier restore of it was cut short here; this one goes on."] * examined.goes_on),
        *examined.notes,
    ]


def _next(examined: Examined, done: Restored) -> list[str]:
    """Return the commands to run next, each with its reason."""
    since = f"manage.py after_restore --since {examined.manifest.database_at:%Y-%m-%dT%H:%M:%S.%f}"
    if done.hold is None:
        return [
            "Nothing was sent from here since the backup, and nobody has left, as far as this host "
            "knows: sending goes on once you start the processes. If that is wrong, run first: "
            f"{since}"
        ]
    said = [
        "Nothing is sent until you have run, with journals of opt-outs of other hosts if there are "
        "any: manage.py replay_optouts FILE…",
        f"and then: {since}",
    ]
    if done.hold.why is Why.UNKNOWN:
        said.append(
            "or, if the installation was only moved and nothing has happened since the backup: "
            "manage.py after_restore --nothing-lost"
        )
    return said


def _said(examined: Examined, done: Restored) -> list[str]:
    said = [
        f"Restored: the database, {number_of(done.images, 'image file')} and "
        f"{number_of(done.documents, 'document')} that were missing, and "
        f"{number_of(done.opt_outs, 'line')} of journals of opt-outs."
    ]
    if done.aside:
        said.append(
            f"The database that was here is now {done.aside}. Delete it when you are sure that "
            f"you don't need it."
        )
    return [*said, *_next(examined, done)]


def _as_dict(examined: Examined, done: Restored) -> dict[str, object]:
    return {
        "backup": examined.manifest.name,
        "database_at": examined.manifest.database_at.isoformat(),
        "aside": done.aside,
        "images": done.images,
        "documents": done.documents,
        "opt_outs": done.opt_outs,
        "held": str(done.hold) if done.hold else "",
        "next": _next(examined, done),
    }
