"""The command `backup`, which makes one backup of the installation."""

import json
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from campaigns.backups.back_up import BackedUp, back_up
from campaigns.backups.backup_problem import BackupProblem
from newsletter.core.plural import number_of
from newsletter.management.operator_command import OperatorCommand


class Command(OperatorCommand):
    help = (
        "Back up the database, images, documents and journals of opt-outs into a new folder in "
        "DIR. The keys are not in it: keep LINK_KEYS and SECRET_KEY elsewhere. Exit code 1: no "
        "backup was made."
    )
    recorded_options = ("keep",)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder", type=Path, metavar="DIR", help="the folder that holds the backups"
        )
        parser.add_argument(
            "--keep",
            type=_number,
            metavar="N",
            help="then remove the oldest backups of this installation in DIR, so that N stay",
        )
        parser.add_argument(
            "--opt-outs",
            type=_journals,
            action="append",
            default=[],
            metavar="HOST=FOLDER",
            help="also take the journals of another host, from a copy of its VAR_DIR/opt-outs",
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = back_up(
                options["folder"], keep=options["keep"], other_journals=dict(options["opt_outs"])
            )
        except BackupProblem as problem:
            raise CommandError(f"No backup was made. {problem}") from problem
        self.stdout.write(
            json.dumps(_as_dict(done), ensure_ascii=False)
            if options["json"]
            else "\n".join(_said(done))
        )


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"“{text}” is no number of backups to keep. Example: 14.")
    return int(text)


def _journals(text: str) -> tuple[str, Path]:
    host, _, folder = text.partition("=")
    if not host or not folder or "/" in host or host.startswith("."):
        raise ArgumentTypeError(f"“{text}” is not HOST=FOLDER. Example: web2=/mnt/web2/opt-outs.")
    return host, Path(folder)


def _as_dict(done: BackedUp) -> dict[str, object]:
    manifest = done.manifest
    return {
        "path": str(done.path),
        "bytes": manifest.size,
        "files": len(manifest.files),
        "seconds": round(done.seconds, 1),
        "database": manifest.database,
        "database_at": manifest.database_at.isoformat(),
        "version": str(manifest.version),
        "opt_outs_of": manifest.opt_outs_of,
        "opt_outs_missing": manifest.opt_outs_missing,
        "removed": done.removed,
    }


def _said(done: BackedUp) -> list[str]:
    manifest = done.manifest
    said = [
        f"{done.path}: {_size(manifest.size)} in {number_of(len(manifest.files), 'file')}, "
        f"{done.seconds:.1f} s.",
        f"Journals of opt-outs: {', '.join(manifest.opt_outs_of)}.",
    ]
    if manifest.opt_outs_missing:
        said.append(
            f"Not in it: the journals of {', '.join(manifest.opt_outs_missing)}. Copy "
            f"VAR_DIR/opt-outs of each here, and add --opt-outs HOST=FOLDER."
        )
    if done.removed:
        said.append(f"Removed: {', '.join(done.removed)}.")
    said.append("The keys are not in it. Keep LINK_KEYS and SECRET_KEY somewhere else.")
    return said


def _size(number: int) -> str:
    for unit, bytes_each in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if number >= bytes_each:
            return f"{number / bytes_each:.1f} {unit}"
    return f"{number} bytes"
