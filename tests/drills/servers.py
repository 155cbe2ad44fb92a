"""The servers of a history, which are its own.

So they can be killed, stopped and filled while other histories run beside it.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import psycopg
import redis
from psycopg.sql import SQL, Identifier, Literal

from config.env import BASE_DIR
from scripts import services
from scripts.services.processes import temporary_folder
from tests.drills import network
from tests.drills.earlier_version import DATABASE, EarlierVersion, unpack_earlier_code
from tests.migrated import migrate_tables

PATIENCE = 60
"""Seconds for a server to start."""
KEYS = "a-key-of-the-drill-that-is-long-enough-to-pass"
# With fsync=off a machine that goes down may lose commits; a server that is killed loses none.
OPTIONS = (
    "fsync=off",
    "full_page_writes=off",
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
        earlier: the version from which some histories upgrade; None where none does.
    """

    sqlite: Path
    cluster: Path | None
    programs: Path | None
    faketime: Path | None
    earlier: EarlierVersion | None = None


@contextlib.contextmanager
def templates(tables: Path | None = None, *, has_upgrades: bool = False) -> Iterator[Templates]:
    """Make the templates of one run.

    Args:
        tables: a file with empty tables for SQLite, where there is one already.
        has_upgrades: whether the version before the last migration is needed, too.

    Raises:
        NotStarted: PostgreSQL did not start.
        NoEarlierVersion: its code isn't there.
    """
    with folder_of_server("drill") as folder:
        if tables is None:
            migrate_tables(folder / "var")
        earlier = _earlier(folder) if has_upgrades else None
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
            _make_tables(postgresql, folder, "convene", code=BASE_DIR)
            if earlier:
                _make_tables(postgresql, folder, DATABASE, code=earlier.code)
            postgresql.stop("fast")
        faketime = services.found_or_installed(services.installed_faketime, package="libfaketime")
        sqlite = tables or folder / "var" / "convene.sqlite3"
        yield Templates(sqlite, cluster, programs, faketime, earlier)


def _earlier(folder: Path) -> EarlierVersion:
    code, var = unpack_earlier_code(folder), folder / "earlier-var"
    migrate_tables(var, code)
    return EarlierVersion(code, var / "convene.sqlite3")


def _make_tables(server: "PostgreSql", folder: Path, name: str, *, code: Path) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
    url = server.url(name)
    migrate_tables(folder / "var", code, DATABASE_URL=url, SECRET_KEY=KEYS, LINK_KEYS=KEYS)


class PostgreSql:
    """A PostgreSQL server whose cluster is in a folder."""

    def __init__(
        self, data: Path, programs: Path, *, address: str = "", name: str = "convene"
    ) -> None:
        """
        Args:
            name: the database of the history.
            address: of another interface of this machine, where it can be reached, too.
        """
        self.data, self.programs, self.port = data, programs, services.free_port()
        self._name = name
        self._listens = ",".join(filter(None, ("127.0.0.1", address)))
        if address:
            with (data / "pg_hba.conf").open("a") as rules:
                rules.write(f"host all all {network.ADDRESSES} trust\n")

    def url(self, name: str = "", *, address: str = "127.0.0.1") -> str:
        return f"postgresql://convene@{address}:{self.port}/{name or self._name}"

    @property
    def pid(self) -> int:
        """The process of the running server."""
        return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])

    def start(self) -> None:
        options = " ".join(
            f"-c {option}"
            for option in (
                *OPTIONS,
                f"listen_addresses={self._listens}",
                f"port={self.port}",
                f"unix_socket_directories={self.data}",
            )
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

    def __init__(self, folder: Path, *, address: str = "") -> None:
        """
        Args:
            address: of another interface of this machine, where it can be reached, too.
        """
        self.folder, self.port = folder, services.free_port()
        self._listens = ["127.0.0.1", *([address] if address else ())]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return self.url_at("127.0.0.1")

    def url_at(self, address: str) -> str:
        return f"redis://{address}:{self.port}/0"

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
            *self._listens,
            "--protected-mode",
            "no",
            "--save",
            "",
            "--maxmemory-policy",
            "noeviction",
        ]
        with (self.folder / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*map(str, command), "--dir", str(self.folder)], stdout=log, stderr=log
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
def postgresql(
    made: Templates, folder: Path, *, address: str = "", name: str = "convene"
) -> Iterator[PostgreSql]:
    """Run a copy of the template.

    Args:
        address, name: as of PostgreSql.
    """
    assert made.cluster is not None
    assert made.programs is not None
    data = folder / "cluster"
    shutil.copytree(made.cluster, data)
    give_to_owner(folder, data)
    server = PostgreSql(data, made.programs, address=address, name=name)
    server.start()
    try:
        yield server
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            server.stop("immediate")


def server_user() -> str | None:
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
        user=server_user(),
        cwd="/",
        check=False,
    )
    if done.returncode:
        raise NotStarted(f"{command[0]}: {done.stderr.decode(errors='replace')[-1000:]}")


def give_to_owner(folder: Path, data: Path) -> None:
    if owner := server_user():
        folder.chmod(0o755)
        for path in (data, *data.rglob("*")):
            os.chown(path, pwd.getpwnam(owner).pw_uid, pwd.getpwnam(owner).pw_gid)


@contextlib.contextmanager
def folder_of_server(name: str) -> Iterator[Path]:
    """Make a folder that the user of PostgreSQL may enter, for as long as it is used."""
    with temporary_folder(name, owner=server_user()) as path:
        path.chmod(0o755)
        yield path


def addresses_of(
    server: PostgreSql, broker: Redis, *, wires: network.Network | None = None
) -> Mapping[str, str]:
    """Return the variables by which the servers are found.

    Args:
        wires: those of a host that has a network of its own.
    """
    if wires is None:
        return {"DATABASE_URL": server.url(), "REDIS_URL": broker.url}
    return {
        "DATABASE_URL": server.url(address=wires.address(network.Wire.POSTGRESQL)),
        "REDIS_URL": broker.url_at(wires.address(network.Wire.REDIS)),
    }
