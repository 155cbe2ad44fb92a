"""The manifest of a backup: what is in it, of which installation, and a digest of each file."""

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from campaigns.backups.backup_problem import BackupProblem, reason_of
from campaigns.backups.keys import KeyFingerprints, seal_of
from newsletter.core.code_version import CodeVersion
from newsletter.core.private_files import open_private

FILE_NAME = "manifest.json"
FORMAT = "convene-backup"
FORMAT_VERSION = 1
DATABASE_FILES = {"postgresql": "database.dump", "sqlite": "database.sqlite3"}
MEDIA, DOCUMENTS, OPT_OUTS = "media", "documents", "opt-outs"
_LONGEST = 200_000_000
"""Bytes of a manifest that are read: a million images have fewer."""


@dataclass(frozen=True, slots=True)
class BackedUpFile:
    """One file.

    Args:
        path: in the backup's folder, with slashes.
        size: in bytes.
    """

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The content of a manifest.

    Args:
        name: of the backup's folder.
        host: that made it.
        site_url: of the installation.
        database: the vendor, as Django names it.
        program: the major version of pg_dump; 0 of SQLite.
        database_at: when the database had been copied: nothing in it is newer.
        migrations: all that were applied, such as campaigns.0001_initial.
        opt_outs_of: hosts whose journals are in it.
        opt_outs_missing: hosts that are known, and whose journals are not.
    """

    name: str
    host: str
    site_url: str
    version: CodeVersion
    database: str
    program: int
    database_at: datetime
    migrations: tuple[str, ...]
    keys: KeyFingerprints
    opt_outs_of: tuple[str, ...]
    opt_outs_missing: tuple[str, ...]
    files: tuple[BackedUpFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    def within(self, folder: str) -> list[BackedUpFile]:
        """Return the files of one folder."""
        return [file for file in self.files if file.path.startswith(f"{folder}/")]


def list_files(folder: Path) -> tuple[BackedUpFile, ...]:
    """Return all files below a folder, with their digests."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple(
        BackedUpFile(path.relative_to(folder).as_posix(), path.stat().st_size, digest_of(path))
        for path in found
    )


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, sealed, and wait until it is on the disk."""
    values = {"format": FORMAT, "format_version": FORMAT_VERSION, **asdict(manifest)}
    values["database_at"] = manifest.database_at.isoformat()
    values["seal"] = seal_of(_canonical(values))
    with os.fdopen(open_private(folder / FILE_NAME, os.O_WRONLY | os.O_EXCL), "wb") as file:
        file.write(json.dumps(values, ensure_ascii=False, indent=1).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def read_manifest(folder: Path) -> tuple[Manifest, bool]:
    """Read the manifest of a backup.

    Returns:
        It, and whether the last of this installation's LINK_KEYS has sealed it.

    Raises:
        BackupProblem: the folder is no backup, or one of a later form.
    """
    try:
        with (folder / FILE_NAME).open("rb") as file:
            text = file.read(_LONGEST)
        values = json.loads(text)
        if values["format"] != FORMAT:
            raise ValueError
        version = values["format_version"]
    except OSError as error:
        raise BackupProblem(f"{folder} is no backup: {_why(error)}.") from error
    except (ValueError, LookupError, TypeError) as error:
        raise BackupProblem(
            f"{folder} is no backup: its {FILE_NAME} can't be read, or is another program's."
        ) from error
    if version != FORMAT_VERSION:
        raise BackupProblem(
            f"The backup was made by a newer version of Convene ({_release(values)}). Install that "
            f"version first."
        )
    seal = values.pop("seal", "")
    try:
        manifest = _manifest(values)
    except (ValueError, LookupError, TypeError) as error:
        raise BackupProblem(f"{folder} is damaged: its {FILE_NAME} is incomplete.") from error
    return manifest, seal == seal_of(_canonical(values))


def check_files(folder: Path, manifest: Manifest) -> None:
    """Check that all files are there as they were written.

    Raises:
        BackupProblem: with the first that isn't.
    """
    for file in manifest.files:
        path = folder / file.path
        try:
            if path.is_symlink() or not path.is_file():
                raise BackupProblem(f"The backup is not whole: {file.path} is missing.")
            if path.stat().st_size != file.size:
                raise BackupProblem(
                    f"The backup is not whole: {file.path} has {path.stat().st_size:,} bytes "
                    f"instead of {file.size:,}."
                )
            if digest_of(path) != file.sha256:
                raise BackupProblem(f"The backup is damaged: {file.path} is not as it was written.")
        except OSError as error:
            raise BackupProblem(f"{path} can't be read: {reason_of(error)}.") from error


def _why(error: OSError) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return f"it has no {FILE_NAME}"
    return f"{FILE_NAME} can't be read ({reason_of(error)})"


def _release(values: dict[str, Any]) -> str:
    version = values.get("version")
    return str(version.get("release", "unknown")) if isinstance(version, dict) else "unknown"


def _canonical(values: dict[str, Any]) -> bytes:
    return json.dumps(values, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()


def _manifest(values: dict[str, Any]) -> Manifest:
    files = tuple(
        BackedUpFile(_path(each["path"]), int(each["size"]), str(each["sha256"]))
        for each in values["files"]
    )
    database = str(values["database"])
    if DATABASE_FILES[database] not in {file.path for file in files}:
        raise ValueError
    return Manifest(
        name=str(values["name"]),
        host=str(values["host"]),
        site_url=str(values["site_url"]),
        version=CodeVersion(str(values["version"]["release"]), str(values["version"]["commit"])),
        database=database,
        program=int(values["program"]),
        database_at=datetime.fromisoformat(values["database_at"]),
        migrations=_texts(values["migrations"]),
        keys=KeyFingerprints(
            _texts(values["keys"]["link_keys"]), str(values["keys"]["secret_key"])
        ),
        opt_outs_of=_texts(values["opt_outs_of"]),
        opt_outs_missing=_texts(values["opt_outs_missing"]),
        files=files,
    )


def _texts(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(map(str, values))


def _path(text: object) -> str:
    """Return a path that stays in its folder, whoever wrote the manifest."""
    path = PurePosixPath(str(text))
    known = path.parts[0] in (*DATABASE_FILES.values(), MEDIA, DOCUMENTS, OPT_OUTS)
    if not known or ".." in path.parts or "\0" in str(text) or str(path) != text:
        raise ValueError
    return str(path)
