"""The PostgreSQL of this host: the role and the database that the settings name."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from scripts.deploying.steps import Step, StepFailed, must, require_root

HERE = ("", "localhost", "127.0.0.1", "::1")
"""Hosts of a database that `sudo -u postgres` can reach."""


@dataclass(frozen=True, slots=True)
class LocalDatabase:
    """The parts of DATABASE_URL that a new database needs."""

    role: str
    password: str
    name: str
    port: int

    def steps(self) -> list[Step]:
        """Return what makes the role, and the database that it owns."""
        return [
            Step(f"create the PostgreSQL role {self.role}", self._has_role, self._make_role),
            Step(f"create the database {self.name}", self._has_database, self._make_database),
        ]

    def _has_role(self) -> bool:
        return self._asked(f"SELECT 1 FROM pg_roles WHERE rolname = {_quoted(self.role)}")

    def _has_database(self) -> bool:
        return self._asked(f"SELECT 1 FROM pg_database WHERE datname = {_quoted(self.name)}")

    def _make_role(self) -> None:
        # By standard input: any user can read the arguments of a program.
        self._psql(f"CREATE ROLE {_name(self.role)} LOGIN PASSWORD {_quoted(self.password)}")

    def _make_database(self) -> None:
        self._psql(
            f"CREATE DATABASE {_name(self.name)} OWNER {_name(self.role)} "
            "ENCODING 'UTF8' TEMPLATE template0"
        )

    def _asked(self, statement: str) -> bool:
        require_root()  # runuser is for root alone
        return self._psql(statement).strip() == "1"

    def _psql(self, statement: str) -> str:
        # Not from the caller's folder, which that user may not enter.
        words = ("psql", "-p", str(self.port), "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-qtA")
        return must("runuser", "-u", "postgres", "--", "env", "-C", "/", *words, stdin=statement)


def local_database(url: str) -> LocalDatabase | None:
    """Return what DATABASE_URL names on this host; None of another host, or of SQLite.

    Raises:
        StepFailed: the URL has no role, no password or no name.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or (parts.hostname or "") not in HERE:
        return None
    name = unquote(parts.path.lstrip("/"))
    if not (parts.username and parts.password and name):
        raise StepFailed("DATABASE_URL needs a role, a password and a database's name")
    return LocalDatabase(unquote(parts.username), unquote(parts.password), name, parts.port or 5432)


def _quoted(text: str) -> str:
    if "\0" in text:
        raise StepFailed("DATABASE_URL has a character that PostgreSQL can't take")
    # E'': whatever standard_conforming_strings says.
    return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
