"""PostgreSQL's own programs: finding one that is new enough, and running it."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.db import connection

from campaigns.backups.backup_problem import BackupProblem

_DEBIAN = Path("/usr/lib/postgresql")
"""Debian keeps the programs of each version here, and one of them on the PATH."""
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}
"""https://www.postgresql.org/docs/current/libpq-envars.html"""


def server_version() -> int:
    """Return the major version of the server."""
    connection.ensure_connection()
    return int(connection.connection.info.server_version // 10_000)


def find_program(name: str, *, least: int) -> tuple[Path, int]:
    """Return a program's path and major version.

    The oldest that is new enough is taken: what a newer pg_restore says, an older server may not
    understand.

    Args:
        name: pg_dump or pg_restore.
        least: the major version that it must have, or a newer one.

    Raises:
        BackupProblem: there is none.
    """
    on_path = shutil.which(name)
    paths = [*([Path(on_path)] if on_path else []), *sorted(_DEBIAN.glob(f"*/bin/{name}"))]
    found = sorted((version, path) for path in paths if (version := _version_of(path)))
    install = f"Install PostgreSQL's client programs of version {least}"
    if not found:
        raise BackupProblem(
            f"{name} is not installed on this host. {install} or newer (Debian: postgresql-client)."
        )
    for version, path in found:
        if version >= least:
            return path, version
    raise BackupProblem(
        f"{name} on this host is of version {found[-1][0]}, which is older than {least}. "
        f"{install} or newer (Debian: postgresql-client-{least})."
    )


def run_program(path: Path, arguments: Sequence[str]) -> None:
    """Run a program on the database of DATABASE_URL.

    The password goes by the environment, which only this user can read.

    Raises:
        BackupProblem: it failed, with the first error that it gave.
    """
    done = subprocess.run(  # noqa: S603 - our own arguments, and no shell
        [path, *arguments],
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").splitlines()
        error = next((line for line in said if "error:" in line), (said or [""])[-1])
        raise BackupProblem(
            f"{path.name} failed: "
            f"{error.partition('error:')[2].strip() or error or f'exit code {done.returncode}'}"
        )


def _environment() -> Mapping[str, str]:
    parameters = connection.get_connection_params()
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name in ("PATH", "HOME") or name.startswith("PG")
    }
    given = {
        variable: str(parameters[name])
        for name, variable in _VARIABLES.items()
        if parameters.get(name)
    }
    return inherited | given | {"LC_ALL": "C.UTF-8"}


def _version_of(path: Path) -> int:
    try:
        told = subprocess.run(  # noqa: S603 - PostgreSQL's program
            [path, "--version"], capture_output=True, text=True, check=False, timeout=30
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    match = _VERSION.search(told)
    return int(match[1]) if match else 0
