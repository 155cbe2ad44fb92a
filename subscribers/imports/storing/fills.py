"""Taking back the details that an import filled in for people whom we knew before."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from subscribers.models import ImportBatch, ImportFill, Subscriber

COLUMNS = ("full_name", "given_name", "organisation", "country", "time_zone")

# A person, or staff, may have looked at the details since and changed them, or left them as they
# are. Either is their word, so only people whose row nobody has written to since lose what the
# import wrote.
_UNTOUCHED = (
    "s.id = f.subscriber_id AND f.batch_id = %(batch)s AND f.id <= %(last)s "
    "AND s.updated_at = f.filled_at"
)
_EMPTY = """
UPDATE {subscriber} AS s
SET {columns}, updated_at = %(now)s
FROM {fill} AS f
WHERE {untouched}
"""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The fate of details that an import filled in."""

    emptied: int
    """People whose details are empty again."""
    kept: int
    """People whose details were changed or confirmed since."""


def take_back_fills(batch: ImportBatch, *, now: datetime, most: int) -> TakenBack:
    """Empty the details that `batch` filled in, in the caller's transaction.

    Args:
        now: the time of the undo.
        most: people at most. What was noted of them goes, so the next call finds others.
    """
    columns = ", ".join(
        f"{name} = CASE WHEN f.{name} <> '' AND s.{name} = f.{name} THEN '' ELSE s.{name} END"
        for name in COLUMNS
    )
    statement = _EMPTY.format(
        subscriber=Subscriber._meta.db_table,
        fill=ImportFill._meta.db_table,
        columns=columns,
        untouched=_UNTOUCHED,
    )
    noted = ImportFill.objects.filter(batch=batch).order_by("pk")
    numbers = list(noted.values_list("pk", flat=True)[:most])
    if not numbers:
        return TakenBack(0, 0)
    values = {
        "batch": batch.pk,
        "last": numbers[-1],
        "now": connection.ops.adapt_datetimefield_value(now),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        emptied = int(cursor.rowcount)
    ImportFill.objects.filter(batch=batch, pk__lte=numbers[-1]).delete()
    return TakenBack(emptied, len(numbers) - emptied)
