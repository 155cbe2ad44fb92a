"""Counting what becomes of deliveries, minute by minute, by host and mailer."""

import platform
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from campaigns.models import DeliveryMinute
from campaigns.states import Counted

HOST = platform.node()[:60]
"""The name under which this host's counts are kept."""

CODES_AT_MOST = 20
"""Codes of one kind of answer that a transaction counts one by one, the most frequent. The others
are counted together, without their code: a server that makes up codes would fill the table."""


class Minute(NamedTuple):
    """The key of one count, beside campaign and host."""

    minute: datetime
    mailer: str
    what: Counted
    code: str = ""


def start_of(moment: datetime) -> datetime:
    """Return the minute that a moment is in."""
    return moment.replace(second=0, microsecond=0)


def add_to_minutes(campaign_id: int, counts: Mapping[Minute, int], *, host: str = HOST) -> None:
    """Add to the minutes of a campaign, in one statement.

    In the caller's transaction, after all else: the rows stay locked until its end. They are
    written in one order, so that two callers can't deadlock.
    """
    rows = sorted(
        (each.minute, host, each.mailer, each.what.value, each.code, number)
        for each, number in _with_few_codes(counts).items()
        if number
    )
    if not rows:
        return
    table = connection.ops.quote_name(DeliveryMinute._meta.db_table)
    values = ", ".join(["(%s, %s, %s, %s, %s, %s, %s)"] * len(rows))
    adapted = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (campaign_id, minute, host, mailer, what, code, number) "  # noqa: S608 - our table
            f"VALUES {values} ON CONFLICT (campaign_id, minute, host, mailer, what, code) "
            f"DO UPDATE SET number = {table}.number + excluded.number",
            [
                value
                for minute, *key, number in rows
                for value in (campaign_id, adapted(minute), *key, number)
            ],
        )


def _with_few_codes(counts: Mapping[Minute, int]) -> Mapping[Minute, int]:
    codes = defaultdict[Minute, Counter[str]](Counter)
    for each, number in counts.items():
        codes[each._replace(code="")][each.code] += number
    if all(len(found) <= CODES_AT_MOST for found in codes.values()):
        return counts
    few: Counter[Minute] = Counter()
    for key, found in codes.items():
        kept = {code for code, _ in found.most_common(CODES_AT_MOST)}
        for code, number in found.items():
            few[key._replace(code=code if code in kept else "")] += number
    return few
