"""Storing the reports that providers bring: one row, committed before the answer.

Nothing but the database is needed.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from newsletter.core.db.group_commit import GroupCommit
from newsletter.models import ProviderReport
from newsletter.transport.providers.registry import webhook_of

MAILBOX = "mailbox"
"""The name of the provider where a report is a mail of the bounce mailbox."""

MOST_TOGETHER = 50
"""Rows of one INSERT; few, since each may have some megabytes."""

type _Row = tuple[str, str, bytes, int, str, datetime, str]
_COLUMNS = "(provider, fingerprint, raw, size, headers, received_at, problem)"


def kept_headers(provider: str) -> tuple[str, ...]:
    """Return the names of the headers that are kept of a provider's requests, in lower case.

    They say what the body is, and who signed it. The rest, with Authorization in it, is nobody's
    business.
    """
    webhook = webhook_of(provider)
    return ("content-type", *(webhook.headers if webhook else ()))


def store(provider: str, body: bytes, *, headers: Mapping[str, str]) -> None:
    """Keep one report as it came; newsletter.webhooks.process_reports reads it later.

    It is committed when this returns. The same body again, as providers send it when an answer got
    lost, is not stored twice.

    Args:
        provider: its name in the webhook's address.
        headers: of the request, by name in lower case; those of `kept_headers` are kept.

    Raises:
        DatabaseError: nothing was stored; the provider will send it again.
    """
    webhook = webhook_of(provider)
    kept = {name: value for name in kept_headers(provider) if (value := headers.get(name))}
    request_id = kept.get(webhook.id_header, "") if webhook else ""
    fingerprint = hashlib.sha256(
        b"\0".join([provider.encode(), request_id.encode(), body])
    ).hexdigest()
    _commits.add((provider, fingerprint, body, len(body), json.dumps(kept), timezone.now(), ""))


def _write(rows: Sequence[_Row]) -> None:
    # Django would ask a kept connection whether it is well before each request, a round trip that
    # costs as much as the INSERT.
    connection.health_check_done = True  # type: ignore[attr-defined] # django-stubs doesn't know it
    try:
        _insert(rows)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        # The database was restarted since the last request. A second time is safe: what was stored
        # is not stored again.
        connection.close()
        _insert(rows)


def _insert(rows: Sequence[_Row]) -> None:
    table = connection.ops.quote_name(ProviderReport._meta.db_table)
    places = ", ".join(["(%s, %s, %s, %s, %s, %s, %s)"] * len(rows))
    sql = (
        f"INSERT INTO {table} {_COLUMNS} VALUES {places} "  # noqa: S608 - only places
        "ON CONFLICT (fingerprint) DO NOTHING"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for row in rows for value in row])


_commits = GroupCommit(_write, most=MOST_TOGETHER)
