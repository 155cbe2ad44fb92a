"""The version of what public pages show. It changes with the commit of each change."""

from django.db import InterfaceError, OperationalError, connection

from newsletter.public_pages.triggers import CHANGES

# Numbers are given before the commit, so a smaller one may be seen later: the greatest alone
# doesn't tell. Deletion moves the smallest, and nothing but deletion makes the count smaller.
_VERSION = (
    "SELECT count(*), min(id), max(id), "  # noqa: S608 - constants
    f"(SELECT nonce FROM {CHANGES} ORDER BY id DESC LIMIT 1) FROM {CHANGES}"
)

type Version = tuple[int, int, int, str]


def public_version() -> Version | None:
    """Return the version of the public pages, or None where nothing was noted yet.

    It is one statement. A page made of what is read after it is at least as new as it says.
    """
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
