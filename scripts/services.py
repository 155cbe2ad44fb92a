"""PostgreSQL, Redis, Chromium and web servers for tests: those that are there, else private ones, else what apt may install."""

import contextlib
import hashlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import monotonic, sleep

import psycopg
import redis
from psycopg.sql import SQL, Identifier

from config.env import BASE_DIR, VARIABLES

SECONDS_TO_START = 60
REDIS_DATABASES = (15, 14)
"""Two, because two processes test side by side. They are used only while they are empty: their keys
may be somebody's."""


class Unavailable(Exception):
    """A service that can neither be found nor started; the message says what was tried."""


def checkout_name() -> str:
    """A database name that is this checkout's alone, so that two of them can be tested at once on one server."""
    return f"convene_{hashlib.sha256(str(BASE_DIR).encode()).hexdigest()[:8]}"


# --- PostgreSQL ---------------------------------------------------------------


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """The URL of a database on a server where we may create databases.

    Raises:
        Unavailable
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
    """A database beside that of `url`, and its URL; it is dropped afterwards.

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
    """The folder of the newest installed server's programs; Debian keeps them off the PATH."""
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
    with _folder("postgresql", owner=user) as folder:
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
        with _process(command, folder=folder, user=user, until=lambda: _may_create_databases(url)):
            yield url


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


# --- Redis --------------------------------------------------------------------


@contextlib.contextmanager
def redis_server() -> Iterator[str]:
    """The URL of an empty database of a Redis; it is emptied again afterwards.

    Raises:
        Unavailable
    """
    if url := os.environ.get("TEST_REDIS_URL"):
        yield url
        return
    if _are_empty("redis://127.0.0.1:6379"):
        try:
            yield f"redis://127.0.0.1:6379/{REDIS_DATABASES[0]}"
        finally:
            for number in REDIS_DATABASES:
                redis.Redis.from_url(f"redis://127.0.0.1:6379/{number}").flushdb()
        return
    program = found_or_installed(
        lambda: shutil.which("redis-server") or shutil.which("valkey-server"),
        package="redis-server",
    )
    if program is None:
        raise Unavailable(
            "no Redis on 127.0.0.1:6379 with two empty databases, none installed, and apt may not "
            "be used"
        )
    port = free_port()
    with _folder("redis") as folder:
        command = [
            program,
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            folder,
        ]
        with _process(
            command, folder=folder, until=lambda: _are_empty(f"redis://127.0.0.1:{port}")
        ):
            yield f"redis://127.0.0.1:{port}/{REDIS_DATABASES[0]}"


def _are_empty(server: str) -> bool:
    try:
        return not any(
            redis.Redis.from_url(f"{server}/{number}", socket_timeout=3).dbsize()
            for number in REDIS_DATABASES
        )
    except redis.RedisError:
        return False


# --- Chromium -----------------------------------------------------------------


def chromium() -> str:
    """The path of a Chromium that Playwright can drive.

    Raises:
        Unavailable
    """
    program = found_or_installed(installed_chromium, package="chromium")
    if program is None:
        raise Unavailable("no Chromium is installed, and apt may not be used")
    return program


def installed_chromium() -> str | None:
    """The path of the Chromium or Chrome that is there, if any."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), None)


# --- Proxies ------------------------------------------------------------------

PROXIES: dict[str, Callable[[], str | None]] = {
    "nginx": lambda: _program("nginx"),
    "caddy": lambda: _program("caddy"),
}
"""The path of each web server that deploy/ has a file for, if it is there. Each is Debian's package
of that name."""


def proxies() -> None:
    """See that all of them are there.

    Raises:
        Unavailable
    """
    missing = [
        name for name, find in PROXIES.items() if found_or_installed(find, package=name) is None
    ]
    if missing:
        raise Unavailable(f"no {' and no '.join(missing)} is installed, and apt may not be used")


def _program(name: str) -> str | None:
    # Debian keeps servers out of a user's PATH.
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")


# --- What they share ----------------------------------------------------------


def clean_environment() -> dict[str, str]:
    """Ours without the settings of an installation, which tests must never touch."""
    settings = {name for variable in VARIABLES for name in (variable, f"{variable}_FILE")}
    return {name: value for name, value in os.environ.items() if name not in settings}


def free_port() -> int:
    """A port that nothing listens on now, and below those that Linux gives to connections by itself: else one may take it meanwhile."""
    while True:
        port = secrets.choice(range(10_000, 30_000))
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def found_or_installed[T](find: Callable[[], T | None], *, package: str) -> T | None:
    """What `find` finds, once apt has installed `package` where it may; None where there is none."""
    found = find()
    if found is not None or os.getuid() or shutil.which("apt-get") is None:
        return found
    print(f"Installing {package} with apt-get", flush=True)
    quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (
        ["update", "-q"],
        ["install", "-q", "-y", "--no-install-recommends", package],
    ):
        done = subprocess.run(
            ["apt-get", *arguments], env=quietly, capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(done.stdout[-2000:] + done.stderr[-2000:], flush=True)
            return None
    return find()


@contextlib.contextmanager
def _folder(name: str, *, owner: str | None = None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=f"convene-{name}-", ignore_cleanup_errors=True) as path:
        if owner:
            os.chown(path, pwd.getpwnam(owner).pw_uid, pwd.getpwnam(owner).pw_gid)
        yield Path(path)


@contextlib.contextmanager
def _process(
    command: Sequence[object], *, folder: Path, until: Callable[[], bool], user: str | None = None
) -> Iterator[None]:
    """Run a server in the background until the block ends."""
    with (folder / "log").open("wb") as log:
        # A session of its own, or Ctrl-C would stop it while tests are still closing their
        # connections.
        process = subprocess.Popen(
            list(map(str, command)),
            stdout=log,
            stderr=log,
            user=user,
            cwd=folder,
            start_new_session=True,
        )
        try:
            deadline = monotonic() + SECONDS_TO_START
            while not until():
                if process.poll() is not None or monotonic() > deadline:
                    raise Unavailable(
                        f"{Path(str(command[0])).name} did not start: "
                        f"{(folder / 'log').read_text(errors='replace')[-1000:]}"
                    )
                sleep(0.1)
            yield
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
