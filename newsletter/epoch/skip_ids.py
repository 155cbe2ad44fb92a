"""Ids that a restored database must not give a second time."""

from django.apps import apps
from django.db import connection, models, transaction

SKIPPED = 50_000_000
"""How many ids are skipped: more than were given since any backup."""
FAR, FEWER_SKIPPED = 2**31, 100_000
"""The id from which on fewer are skipped, after some forty restores: the id of a campaign must fit
into the 32 bits of a token's context.
"""
OURS = ("newsletter", "subscribers", "campaigns")


def skip_ids() -> None:
    """Let the next rows of all our tables have ids beyond those that the lost time may have given.

    Links in mail that left since the backup hold ids of subscribers, subscriptions and deliveries.
    Given a second time, a stranger's link would open somebody's data; and an idempotency key, which
    is made of such an id, would keep mail from leaving.
    """
    for model in apps.get_models():
        key = model._meta.pk
        if model._meta.app_label in OURS and isinstance(key, models.BigAutoField):
            _leave_out(model._meta.db_table, key.get_attname_column()[1] or key.name)


def _leave_out(table: str, column: str) -> None:
    quoted = connection.ops.quote_name(table)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [quoted, column])
            (sequence,) = cursor.fetchone()
            cursor.execute("SELECT nextval(%s)", [sequence])
            (last,) = cursor.fetchone()
            cursor.execute("SELECT setval(%s, %s)", [sequence, last + ids_to_skip(last)])
            return
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        (last,) = cursor.fetchone() or (0,)
        cursor.execute(
            "UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [last + ids_to_skip(last), table]
        )
        if not cursor.rowcount:
            cursor.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, SKIPPED]
            )


def ids_to_skip(last: int) -> int:
    """Return how many ids are skipped after the last one that was given."""
    return SKIPPED if last < FAR else FEWER_SKIPPED
