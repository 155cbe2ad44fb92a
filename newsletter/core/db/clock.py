"""The database server's clock, which all hosts share."""

from datetime import datetime

from django.db import connection
from django.utils import timezone


def database_now() -> datetime:
    """Return the present by the database server's clock.

    Leases are given by one host and judged by another. A host whose own clock is off by hours must
    neither keep a claim for hours nor put another's in doubt. SQLite lives on one host, whose clock
    is the only one.
    """
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        # Not now(), which stands still within a transaction.
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    present: datetime = now
    return present
