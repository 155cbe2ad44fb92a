"""Storing what a provider brings: one row, one statement, committed before the answer.

Needs the database alone.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from newsletter.models import ProviderReport
from newsletter.webhooks.group_commit import Together

PROVIDERS = frozenset({"brevo", "mailgun", "mailjet", "postmark", "resend", "ses"})
"""Who may bring reports through the webhook. How each writes is in newsletter.webhooks.dialects,
which web processes don't load."""

MAILBOX = "mailbox"
"""What stands in the provider's place where a report is a mail of the bounce mailbox."""

KEPT_HEADERS = (
    "content-type",
    "svix-id",
    "svix-timestamp",
    "svix-signature",
    "x-amz-sns-message-type",
)
"""What interpretation reads: what the body is, and who signed it. The rest, with Authorization in
it, is nobody's business."""

MOST_TOGETHER = 50
"""Rows of one statement; few, since each may have some megabytes."""

type _Row = tuple[str, str, bytes, int, str, datetime, str]
_COLUMNS = "(provider, fingerprint, raw, size, headers, received_at, problem)"


def store(provider: str, body: bytes, *, headers: Mapping[str, str]) -> None:
    """Keep one report as it came; it is interpreted later (newsletter.webhooks.process_reports).

    It is committed when this returns.

    The same body again, as providers send it when an answer got lost, is not stored twice.

    Args:
        provider: its name in the webhook's address.
        headers: of the request, by name in small letters; those of KEPT_HEADERS are kept.

    Raises:
        DatabaseError: nothing was stored; the provider will send it again.
    """
    kept = {name: value for name in KEPT_HEADERS if (value := headers.get(name))}
    fingerprint = hashlib.sha256(
        b"\0".join([provider.encode(), kept.get("svix-id", "").encode(), body])
    ).hexdigest()
    _together.add((provider, fingerprint, body, len(body), json.dumps(kept), timezone.now(), ""))


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
    statement = (
        f"INSERT INTO {table} {_COLUMNS} VALUES {places} ON CONFLICT (fingerprint) DO NOTHING"  # noqa: S608 - only places
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for row in rows for value in row])


_together = Together(_write, most=MOST_TOGETHER)
