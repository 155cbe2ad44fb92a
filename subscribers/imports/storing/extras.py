"""Labels and custom fields of staged rows: a third table, for files that have any."""

from collections.abc import Iterable, Mapping

from django.db import connection
from django.utils import timezone

from subscribers.imports.rows.row_people import ImportRow
from subscribers.imports.storing.stage import KEYS
from subscribers.models import (
    CustomFieldValue,
    ImportBatch,
    Label,
    Subscriber,
    SubscriberLabel,
)

EXTRAS = "import_extras"
_LABEL = 0
"""In the place of a field's id."""
_NAMES = {
    "extras": EXTRAS,
    "keys": KEYS,
    "label": Label._meta.db_table,
    "given": SubscriberLabel._meta.db_table,
    "value": CustomFieldValue._meta.db_table,
    "subscriber": Subscriber._meta.db_table,
}
# As with other details: nothing is changed of somebody who has left, or whom we wait for.
_TAKEN = "k.outcome IN ('', 'unchanged')"
_GIVE = """
INSERT INTO {given} (subscriber_id, label_id, import_batch_id, added_at)
SELECT DISTINCT s.id, l.id, CAST(%(batch)s AS bigint), {now}
FROM {extras} AS e JOIN {keys} AS k ON k.number = e.number
JOIN {subscriber} AS s ON s.digest = k.digest JOIN {label} AS l ON l.key = e.value
WHERE e.field = 0 AND {taken}
ON CONFLICT (subscriber_id, label_id) DO NOTHING
"""
# What is known is never overwritten. Of two rows of one person the first counts, as elsewhere.
_SET = """
INSERT INTO {value} (subscriber_id, field_id, value, day, import_batch_id, set_at)
SELECT s.id, e.field, e.value, {day}, CAST(%(batch)s AS bigint), {now}
FROM {extras} AS e JOIN {keys} AS k ON k.number = e.number
JOIN {subscriber} AS s ON s.digest = k.digest
WHERE e.field <> 0 AND {taken} ORDER BY e.number
ON CONFLICT (subscriber_id, field_id) DO NOTHING
"""
_COUNT = """
SELECT COUNT(DISTINCT CASE WHEN e.field = 0 THEN e.number END),
  COUNT(DISTINCT CASE WHEN e.field <> 0 THEN e.number END)
FROM {extras} AS e JOIN {keys} AS k ON k.number = e.number WHERE {taken}
"""


def create_extras() -> None:
    """Create the table, empty. It disappears with the caller's transaction, or by `drop_extras`."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE {EXTRAS} (number integer NOT NULL, field bigint NOT NULL, "
            "value text NOT NULL, day text NOT NULL)"
        )


def add_extras(rows: Iterable[ImportRow]) -> None:
    """Add the labels and custom fields of some rows."""
    lines = [
        *((row.number, _LABEL, key, "") for row in rows for key in row.labels),
        *(
            (row.number, field_id, value.text, value.day.isoformat() if value.day else "")
            for row in rows
            for field_id, value in row.values
        ),
    ]
    if not lines:
        return
    columns = "number, field, value, day"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {EXTRAS} ({columns}) FROM STDIN") as copy:
                for line in lines:
                    copy.write_row(line)
        else:
            insert = f"INSERT INTO {EXTRAS} ({columns}) VALUES (%s, %s, %s, %s)"  # noqa: S608 - names of ours
            cursor.executemany(insert, lines)


def count_extras() -> tuple[int, int]:
    """Return of how many judged rows labels count, and of how many custom fields do."""
    with connection.cursor() as cursor:
        cursor.execute(_sql(_COUNT))
        labels, values = cursor.fetchone()
    return int(labels), int(values)


def store_extras(batch: ImportBatch, *, new_labels: Mapping[str, str]) -> int:
    """Give labels and set values of the people of judged rows, who are stored by now.

    Args:
        new_labels: key → name of those that are to be created.

    Returns:
        How many rows were written.
    """
    now = timezone.now()
    Label.objects.bulk_create(
        [Label(key=key, name=name) for key, name in new_labels.items()], ignore_conflicts=True
    )
    values = {"batch": batch.pk, "now": connection.ops.adapt_datetimefield_value(now)}
    written = 0
    with connection.cursor() as cursor:
        for statement in (_GIVE, _SET):
            cursor.execute(_sql(statement), values)
            written += int(cursor.rowcount)
    return written


def drop_extras() -> None:
    """Drop the table."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {EXTRAS}")


def take_back_extras(batch: ImportBatch, *, most: int) -> int:
    """Take back labels and values that `batch` gave, in the caller's transaction.

    What staff have set since is theirs, and stays. A label stays in the list of labels: somebody
    may have given it since.

    Args:
        most: rows of each at most.

    Returns:
        How many rows went. The next call finds others.
    """
    taken = 0
    for model in (SubscriberLabel, CustomFieldValue):
        rows = model._default_manager.filter(import_batch=batch)
        ids = list(rows.values_list("pk", flat=True)[:most])
        taken += model._default_manager.filter(pk__any_of=ids).delete()[0] if ids else 0
    return taken


def _sql(statement: str) -> str:
    is_postgresql = connection.vendor == "postgresql"
    return statement.format(
        **_NAMES,
        taken=_TAKEN,
        now="CAST(%(now)s AS timestamp with time zone)" if is_postgresql else "%(now)s",
        day="CAST(NULLIF(e.day, '') AS date)" if is_postgresql else "NULLIF(e.day, '')",
    )
