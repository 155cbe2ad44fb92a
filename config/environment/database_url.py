"""Database URLs, such as `postgresql://convene@127.0.0.1/convene`."""

from urllib.parse import parse_qsl, unquote, urlsplit

from config.environment.unusable_value import UnusableValue

POSTGRESQL_EXAMPLE = "postgresql://convene:password@127.0.0.1:5432/convene"
SQLITE_EXAMPLE = "sqlite:////var/lib/convene/convene.sqlite3"
UNREADABLE = (
    "its host or port can't be read; in a password, : / ? # @ and % are written %3A %2F "
    "%3F %23 %40 and %25"
)
POSTGRESQL_OPTIONS = (
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "host",
    "connect_timeout",
    "target_session_attrs",
)
"""Options of libpq that may follow as a query. A folder as `host` is a Unix socket."""
POOLER = "pgbouncer"
"""The option that says that PgBouncer in transaction mode stands before PostgreSQL."""
_FLAGS = {"true": True, "false": False}
_GIVEN_UP = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "2",
    "tcp_user_timeout": "20000",  # milliseconds
}
"""A connection whose other end has vanished without a word ends after 20 seconds, not 15 minutes
(the kernel's own, while something is under way) or two hours (while nothing is)."""
_GIVEN_UP_BY_SERVER = (
    "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=2 "
    "-c tcp_user_timeout=20000"
)
"""The same for the server's end. A host that is lost would hold the locks of its transactions."""


class DatabaseUrlError(UnusableValue):
    """A database URL that can't be used. The message never repeats it: it holds a password."""

    example = POSTGRESQL_EXAMPLE


def parse_database_url(url: str) -> dict[str, object]:
    """Read a URL into an entry of Django's DATABASES.

    Raises:
        DatabaseUrlError: with what is wrong, and an example.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        # Python's own message would repeat a piece of the password.
        raise DatabaseUrlError(UNREADABLE) from None
    if parts.scheme == "sqlite":
        if not parts.path.strip("/"):
            raise DatabaseUrlError("the SQLite URL names no file", example=SQLITE_EXAMPLE)
        return sqlite(
            unquote(parts.path[1:]) if parts.path.startswith("//") else unquote(parts.path)
        )
    if parts.scheme not in ("postgresql", "postgres"):
        raise DatabaseUrlError("it must start with postgresql:// or sqlite://")
    if not parts.path.strip("/"):
        raise DatabaseUrlError("it names no database")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        **_postgresql_options(parts.query),
    }


def _postgresql_options(query: str) -> dict[str, object]:
    options = dict(parse_qsl(query, keep_blank_values=True))
    pooler = options.pop(POOLER, "false")
    if pooler not in _FLAGS:
        raise DatabaseUrlError(f"{POOLER} is true or false")
    for name in options:
        if name not in POSTGRESQL_OPTIONS:
            known = ", ".join((*POSTGRESQL_OPTIONS, POOLER))
            problem = f"{name!r} is not an allowed option ({known})"
            raise DatabaseUrlError(problem, example=f"{POSTGRESQL_EXAMPLE}?sslmode=require")
    if _FLAGS[pooler]:
        # A cursor of the server outlives its transaction, and the next one may be on another
        # connection. PgBouncer refuses options; its own `tcp_*` take their place.
        return {"OPTIONS": {**_GIVEN_UP, **options}, "DISABLE_SERVER_SIDE_CURSORS": True}
    return {"OPTIONS": {**_GIVEN_UP, "options": _GIVEN_UP_BY_SERVER, **options}}


def sqlite(name: str) -> dict[str, object]:
    """Return an entry of Django's DATABASES for the SQLite file `name`."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        # Tests run on a file as well: an in-memory database has neither WAL nor a second
        # connection.
        "TEST": {"NAME": f"{name}.test"},
        "OPTIONS": {
            # A transaction that will write takes its lock at the start, so that it waits instead of
            # failing half-way.
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            # FULL: a claim must survive a power cut, or its mail could be sent twice.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
    }
