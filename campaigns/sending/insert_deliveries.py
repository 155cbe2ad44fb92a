"""Inserting the deliveries of a campaign: the audience of one moment, however large."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Max

from campaigns.audience.resolve import receivers_of
from campaigns.models import Campaign, Delivery, DueTime
from campaigns.sending.content_language import content_language
from campaigns.sending.local_hours import (
    UNKNOWN,
    Due,
    LocalHour,
    bounds_of,
    count_by_place,
    due_by_place,
    hour_of,
)
from campaigns.states import DeliveryStatus, LateRecipients, SkipReason

_HOURS = {
    "postgresql": (
        "SELECT * FROM jsonb_to_recordset(%s::jsonb) "
        "AS hour(zone text, country text, due_at timestamptz, status text, reason text)"
    ),
    "sqlite": (
        "SELECT json_extract(value, '$.zone') AS zone, json_extract(value, '$.country') AS country,"
        " json_extract(value, '$.due_at') AS due_at, json_extract(value, '$.status') AS status, "
        "json_extract(value, '$.reason') AS reason FROM json_each(%s)"
    ),
}
"""The due times by place as a table, of one parameter however many they are."""


class NobodyInTime(Exception):
    """Each recipient's hour has passed, and those whose hour has passed are to be left out."""


class Inserted(NamedTuple):
    """The numbers of deliveries that were inserted, by what becomes of them."""

    planned: int
    skipped: int = 0


def insert_deliveries(campaign: Campaign, *, now: datetime) -> Inserted:
    """Insert all deliveries of a campaign by one INSERT … SELECT.

    The first of each mail domain come first, then the second of each, and so on, so that no
    receiving host gets everything at once. Of a campaign with a local hour those that are due first
    come first, mixed in the same way; those whose hour has passed, and who are skipped for it, come
    last.

    Args:
        campaign: one that is being started.
        now: the moment at which sending starts.

    Raises:
        NobodyInTime: a person has to say what becomes of them; nothing was inserted.
    """
    hour = hour_of(campaign)
    if hour is None:
        return Inserted(_insert_due_at_once(campaign))
    inserted = _insert_by_hour(campaign, hour, now=now)
    planned = _note_due_times(campaign)
    return Inserted(planned, inserted - planned)


def keep_due_times(later: Campaign) -> None:
    """Have a later version of a campaign go on at the local hour for which that was launched.

    Args:
        later: one that has just taken over the deliveries, whose due times and order stay.
    """
    earlier = later.earlier_version
    if earlier is None or earlier.local_time is None:
        return
    later.local_time, later.local_date = earlier.local_time, earlier.local_date
    later.skips_weekends, later.late_recipients = earlier.skips_weekends, earlier.late_recipients
    later.save(update_fields=["local_time", "local_date", "skips_weekends", "late_recipients"])
    _note_due_times(later)


def _note_due_times(campaign: Campaign) -> int:
    """Note the last id of each due time, and return how many deliveries are planned."""
    rows = Delivery.objects.filter(campaign=campaign, status=DeliveryStatus.PLANNED)
    by_time = rows.order_by().values_list("due_at").annotate(Count("pk"), Max("pk"))
    times = DueTime.objects.bulk_create(
        DueTime(campaign=campaign, due_at=at, number=number, last_id=last)
        for at, number, last in by_time
    )
    return sum(each.number for each in times)


def _insert_due_at_once(campaign: Campaign) -> int:
    chosen, parameters = _recipients(campaign)
    return _insert(
        campaign,
        columns={"status": "%s", "reason": "''"},
        first=[DeliveryStatus.PLANNED.value],
        placed=(
            "SELECT chosen.id, chosen.content_language, ROW_NUMBER() OVER "  # noqa: S608 - Django's own statement
            f"(PARTITION BY chosen.domain ORDER BY chosen.id) AS round_number FROM ({chosen}) "
            "AS chosen"
        ),
        parameters=parameters,
        order="",
    )


def _insert_by_hour(campaign: Campaign, hour: LocalHour, *, now: datetime) -> int:
    bounds = replace(bounds_of(campaign, now=now), late_before=campaign.late_before)
    places = {*count_by_place(campaign, by_country=hour.skips_weekends)}
    due = due_by_place(hour, {*places, UNKNOWN}, bounds)
    if hour.late is LateRecipients.SKIP and places and all(due[each].is_late for each in places):
        raise NobodyInTime
    # Whoever changes their zone in this very moment may have one that isn't in the table.
    else_at, else_status, else_reason = _columns_of(due[UNKNOWN])
    chosen, parameters = _recipients(campaign, "time_zone", "country")
    country = "chosen.country" if hour.skips_weekends else "''"
    placed = (
        f"SELECT timed.*, ROW_NUMBER() OVER (PARTITION BY timed.reason, timed.due_at, timed.domain "  # noqa: S608 - names are our own, values are parameters
        "ORDER BY timed.id) AS round_number FROM (SELECT chosen.id, chosen.domain, "
        "chosen.content_language, COALESCE(hours.due_at, %s) AS due_at, "
        "COALESCE(hours.status, %s) AS status, COALESCE(hours.reason, %s) AS reason "
        f"FROM ({chosen}) AS chosen LEFT JOIN hours ON hours.zone = chosen.time_zone "
        f"AND hours.country = {country}) AS timed"
    )
    table = [
        {"zone": place.zone, "country": place.country, **_named(_columns_of(each))}
        for place, each in due.items()
    ]
    return _insert(
        campaign,
        before=f"WITH hours AS MATERIALIZED ({_HOURS[connection.vendor]}) ",
        columns={
            "status": "placed.status",
            "reason": "placed.reason",
            "due_at": "placed.due_at",
            "settled_at": "CASE WHEN placed.reason = '' THEN NULL ELSE %s END",
        },
        first=[connection.ops.adapt_datetimefield_value(now)],
        placed=placed,
        parameters=[else_at, else_status, else_reason, *parameters],
        order="placed.reason, placed.due_at, ",
        table=json.dumps(table, default=str),
    )


def _columns_of(due: Due) -> tuple[object, str, str]:
    at = connection.ops.adapt_datetimefield_value(due.at)
    if due.is_skipped:
        return at, DeliveryStatus.SKIPPED.value, SkipReason.HOUR_PASSED.value
    return at, DeliveryStatus.PLANNED.value, ""


def _named(columns: tuple[object, str, str]) -> dict[str, object]:
    return dict(zip(("due_at", "status", "reason"), columns, strict=True))


def _recipients(campaign: Campaign, *more: str) -> tuple[str, Sequence[Any]]:
    """Return the statement that selects whom a campaign goes to, each with their language."""
    chosen = receivers_of(campaign).order_by()
    chosen = chosen.annotate(content_language=content_language(campaign))
    statement, parameters = chosen.values(
        "id", "domain", "content_language", *more
    ).query.sql_with_params()
    return statement, list(parameters)


def _insert(
    campaign: Campaign,
    *,
    columns: Mapping[str, str],
    first: Sequence[Any],
    placed: str,
    parameters: Sequence[Any],
    order: str,
    before: str = "",
    table: str | None = None,
) -> int:
    """Insert a delivery for each row of a SELECT, in the order of its rounds.

    Args:
        columns: beside those that all have: column → expression.
        first: parameters of `columns`.
        placed: the SELECT: id, content_language, round_number, and what the columns name.
        parameters: of the SELECT.
        order: what comes before the rounds.
        before: the WITH in front of the SELECT, whose parameter is `table`.
    """
    quote = connection.ops.quote_name
    constants: dict[str, Any] = {
        "campaign_id": campaign.pk,
        "attempt": 0,
        "mailer": "",
        "provider_message_id": "",
        "bounce_class": "",
    }
    names = ", ".join(quote(name) for name in ["subscriber_id", "language", *columns, *constants])
    values = ", ".join([*columns.values(), *["%s"] * len(constants)])
    statement = (
        f"INSERT INTO {quote(Delivery._meta.db_table)} ({names}) "  # noqa: S608 - names are our own and quoted, values are parameters
        f"{before}SELECT placed.id, placed.content_language, {values} FROM ({placed}) AS placed "
        f"ORDER BY {order}placed.round_number, placed.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            [*([table] if table is not None else []), *first, *constants.values(), *parameters],
        )
        return int(cursor.rowcount)
