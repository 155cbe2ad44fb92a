"""A PostgreSQL for tests: one that runs, else a private one, else what apt may install."""

import contextlib
import hashlib
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from config.env import BASE_DIR
from scripts.services.processes import (
    Unavailable,
    background_process,
    found_or_installed,
    free_port,
    temporary_folder,
)


def checkout_name() -> str:
    """Return a database name that is this checkout's alone.

    So two checkouts can be tested at once on one server.
    """
    return f"convene_{hashlib.sha256(str(BASE_DIR).encode()).hexdigest()[:8]}"


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """Yield the URL of a database on a server where we may create databases.

    Raises:
        Unavailable: there is none, and none could be started.
    """
    if url := os.environ.get("TEST_DATABASE_URL"):
        if not _may_create_databases(url):
            raise Unavailable(
                f"TEST_DATABASE_URL ({url.rsplit('@', 1)[-1]}): can't connect, or the role may "
                f"not create databases"
            )
        yield url
        return
    if url := _running_postgresql():
        yield url
        return
    folder = found_or_installed(postgresql_programs, package="postgresql")
    if folder is None:
        raise Unavailable(
            "no PostgreSQL on 127.0.0.1:5432 whose role may create databases, none installed, and "
            "apt may not be used"
        )
    with _private_postgresql(folder) as url:
        yield url


@contextlib.contextmanager
def scratch_database(url: str, *, template: str = "") -> Iterator[str]:
    """Create a database beside that of `url`, and yield its URL. It is dropped afterwards.

    Args:
        url: of a database, which needn't be there; the new one is named after it.
        template: the URL of one on the same server, which the new one is a copy of; empty for an
            empty one.
    """
    server, _, name = url.rpartition("/")
    scratch = SQL("{}").format(Identifier(f"{name}_scratch"))
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(scratch))
        original = Identifier(template.rpartition("/")[2] or "template1")
        connection.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(scratch, original))
        try:
            yield f"{server}/{name}_scratch"
        finally:
            connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(scratch))


def _running_postgresql() -> str | None:
    roles = dict.fromkeys(
        [os.environ.get("PGUSER") or pwd.getpwuid(os.getuid()).pw_name, "postgres"]
    )
    urls = (f"postgresql://{role}@127.0.0.1:5432/{checkout_name()}" for role in roles)
    return next((url for url in urls if _may_create_databases(url)), None)


def _may_create_databases(url: str) -> bool:
    server = f"{url.rsplit('/', 1)[0]}/postgres"
    try:
        with psycopg.connect(server, connect_timeout=3) as connection:
            row = connection.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.Error:
        return False
    return bool(row and row[0])


def postgresql_programs() -> Path | None:
    """Return the folder of the newest installed server's programs.

    Debian keeps them off the PATH.
    """
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda path: int(path.parent.name),
        reverse=True,
    )
    on_path = [Path(program).parent] if (program := shutil.which("initdb")) else []
    return next(
        (
            folder
            for folder in [*debian, *on_path]
            if (folder / "initdb").exists() and (folder / "postgres").exists()
        ),
        None,
    )


@contextlib.contextmanager
def _private_postgresql(programs: Path) -> Iterator[str]:
    # PostgreSQL refuses to run as root.
    user = None if os.getuid() else next(name for name in ("postgres", "nobody") if _exists(name))
    with temporary_folder("postgresql", owner=user) as folder:
        data, port = folder / "data", free_port()
        subprocess.run(
            [
                programs / "initdb",
                "--auth=trust",
                "--username=convene",
                "--encoding=UTF8",
                "--no-sync",
                "-D",
                data,
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            user=user,
            cwd=folder,
        )
        # A test's data may be lost in a power cut.
        options = [
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "listen_addresses=127.0.0.1",
        ]
        command = [programs / "postgres", "-D", data, "-p", str(port), "-k", folder]
        for option in options:
            command += ["-c", option]
        url = f"postgresql://convene@127.0.0.1:{port}/{checkout_name()}"
        with background_process(
            command, folder=folder, user=user, until=lambda: _may_create_databases(url)
        ):
            yield url


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
