"""The version of what public pages show. It changes with the commit of each change."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, connection

from newsletter.public_pages.triggers import CHANGES

# Numbers are given before the commit, so a smaller one may be seen later: the greatest alone
# doesn't tell. Deletion moves the smallest, and nothing but deletion makes the count smaller.
_VERSION = (
    "SELECT count(*), min(id), max(id), "  # noqa: S608 - constants
    f"(SELECT nonce FROM {CHANGES} ORDER BY id DESC LIMIT 1) FROM {CHANGES}"
)

type Version = tuple[int, int, int, str]


@dataclass(slots=True)
class _Asked:
    """The answer of one block, once it was asked for."""

    version: Version | None = None
    is_known: bool = False


_asked: ContextVar[_Asked | None] = ContextVar("version of public pages", default=None)


@contextmanager
def one_version() -> Iterator[None]:
    """Ask for the version once in the block, if at all: a request is answered as of one moment.

    A block inside of another is a part of it.
    """
    if _asked.get() is not None:
        yield
        return
    token = _asked.set(_Asked())
    try:
        yield
    finally:
        _asked.reset(token)


def public_version() -> Version | None:
    """Return the version of the public pages, or None where nothing was noted yet.

    It is one statement. A page made of what is read after it is at least as new as it says.
    """
    asked = _asked.get()
    if asked is None:
        return _ask()
    if not asked.is_known:
        asked.version, asked.is_known = _ask(), True
    return asked.version


def _ask() -> Version | None:
    if connection.in_atomic_block:
        return _read()
    # Django would ask a kept connection whether it is well before each request, a round trip that
    # costs as much as this one.
    connection.health_check_done = True  # type: ignore[attr-defined] # django-stubs doesn't know it
    try:
        return _read()
    except (OperationalError, InterfaceError):
        connection.close()  # the database was restarted since the last request
        return _read()


def _read() -> Version | None:
    with connection.cursor() as cursor:
        cursor.execute(_VERSION)
        row = cursor.fetchone()
    return None if row is None or not row[0] else (row[0], row[1], row[2], row[3])
