"""The servers of a history, which are its own.

So they can be killed, stopped and filled while other histories run beside it.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import psycopg
import redis
from psycopg.sql import SQL, Identifier, Literal

from scripts import services
from tests.migrated import migrate_tables

PATIENCE = 60
"""Seconds for a server to start."""
KEYS = "a-key-of-the-drill-that-is-long-enough-to-pass"
# With fsync=off a machine that goes down may lose commits; a server that is killed loses none.
OPTIONS = (
    "fsync=off",
    "full_page_writes=off",
    "listen_addresses=127.0.0.1",
    "max_connections=60",
    "shared_buffers=32MB",
)


class NotStarted(Exception):
    """A server did not start."""


@dataclass(frozen=True, slots=True)
class Templates:
    """Databases with empty tables, of which each history gets a copy.

    Args:
        sqlite: a file.
        cluster: the data folder of a stopped PostgreSQL; None where there is none.
        programs: of PostgreSQL.
        faketime: the library that moves the wall clock of processes; None where it isn't installed.
    """

    sqlite: Path
    cluster: Path | None
    programs: Path | None
    faketime: Path | None


@contextlib.contextmanager
def templates(tables: Path | None = None) -> Iterator[Templates]:
    """Make the templates of one run.

    Args:
        tables: a file with empty tables for SQLite, where there is one already.

    Raises:
        NotStarted: PostgreSQL did not start.
    """
    with _folder("drill") as folder:
        if tables is None:
            migrate_tables(folder / "var")
        programs = services.found_or_installed(services.postgresql_programs, package="postgresql")
        broker = services.found_or_installed(
            lambda: shutil.which("redis-server"), package="redis-server"
        )
        cluster = folder / "cluster" if programs and broker else None
        if cluster and programs:
            _as_owner(
                [
                    programs / "initdb",
                    "--auth=trust",
                    "--username=convene",
                    "--encoding=UTF8",
                    "--no-sync",
                    "-D",
                    cluster,
                ]
            )
            postgresql = PostgreSql(cluster, programs)
            postgresql.start()
            with psycopg.connect(postgresql.url("postgres"), autocommit=True) as connection:
                connection.execute("CREATE DATABASE convene")
            migrate_tables(
                folder / "var",
                DATABASE_URL=postgresql.url("convene"),
                SECRET_KEY=KEYS,
                LINK_KEYS=KEYS,
            )
            postgresql.stop("fast")
        faketime = services.found_or_installed(services.installed_faketime, package="libfaketime")
        sqlite = tables or folder / "var" / "convene.sqlite3"
        yield Templates(sqlite, cluster, programs, faketime)


class PostgreSql:
    """A PostgreSQL server whose cluster is in a folder."""

    def __init__(self, data: Path, programs: Path) -> None:
        self.data, self.programs, self.port = data, programs, services.free_port()

    def url(self, name: str = "convene") -> str:
        return f"postgresql://convene@127.0.0.1:{self.port}/{name}"

    @property
    def pid(self) -> int:
        """The process of the running server."""
        return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])

    def start(self) -> None:
        options = " ".join(
            f"-c {option}"
            for option in (*OPTIONS, f"port={self.port}", f"unix_socket_directories={self.data}")
        )
        self._control("start", "-o", options, "-l", self.data / "log")

    def stop(self, mode: str) -> None:
        """Stop the server: `immediate` is like a crash, `fast` is orderly."""
        self._control("stop", "-m", mode)

    def configure(self, **settings: str) -> None:
        """Change settings while the server runs."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            for name, value in settings.items():
                connection.execute(
                    SQL("ALTER SYSTEM SET {} = {}").format(Identifier(name), Literal(value))
                )
            connection.execute("SELECT pg_reload_conf()")

    def _control(self, *arguments: object) -> None:
        _as_owner(
            [self.programs / "pg_ctl", "-D", self.data, "-w", "-t", str(PATIENCE), *arguments]
        )


class Redis:
    """A Redis server that keeps nothing on disk, as a broker may."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.port = folder, services.free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int:
        """The process of the running server."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        command = [
            "redis-server",
            "--port",
            self.port,
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--maxmemory-policy",
            "noeviction",
        ]
        with (self._folder / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*map(str, command), "--dir", str(self._folder)], stdout=log, stderr=log
            )
        deadline = monotonic() + PATIENCE
        while not self._answers():
            if monotonic() > deadline:
                raise NotStarted("Redis")
            sleep(0.02)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url, socket_timeout=3)

    def _answers(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


@contextlib.contextmanager
def postgresql(made: Templates, folder: Path) -> Iterator[PostgreSql]:
    """Run a copy of the template."""
    assert made.cluster is not None
    assert made.programs is not None
    data = folder / "cluster"
    shutil.copytree(made.cluster, data)
    _give_to_owner(folder, data)
    server = PostgreSql(data, made.programs)
    server.start()
    try:
        yield server
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            server.stop("immediate")


def _owner() -> str | None:
    # PostgreSQL refuses to run as root.
    if os.getuid():
        return None
    return next(
        name
        for name in ("postgres", "nobody")
        if any(user.pw_name == name for user in pwd.getpwall())
    )


def _as_owner(command: list[object]) -> None:
    done = subprocess.run(
        list(map(str, command)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        user=_owner(),
        cwd="/",
        check=False,
    )
    if done.returncode:
        raise NotStarted(f"{command[0]}: {done.stderr.decode(errors='replace')[-1000:]}")


def _give_to_owner(folder: Path, data: Path) -> None:
    if owner := _owner():
        folder.chmod(0o755)
        for path in (data, *data.rglob("*")):
            os.chown(path, pwd.getpwnam(owner).pw_uid, pwd.getpwnam(owner).pw_gid)


@contextlib.contextmanager
def _folder(name: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=f"convene-{name}-", ignore_cleanup_errors=True) as path:
        if owner := _owner():
            os.chown(path, pwd.getpwnam(owner).pw_uid, pwd.getpwnam(owner).pw_gid)
        Path(path).chmod(0o755)
        yield Path(path)


def addresses_of(server: PostgreSql, broker: Redis) -> Mapping[str, str]:
    """Return the variables by which a host finds the servers."""
    return {"DATABASE_URL": server.url(), "REDIS_URL": broker.url}
