"""Ids that a restored database must not give a second time."""

from django.apps import apps
from django.db import connection, models, transaction

STEP = 50_000_000
"""How many ids are left out: more than were given since any backup, and few enough for eighty restores (the context of a token has 32
bits)."""
OURS = ("newsletter", "subscribers", "campaigns")


def leave_out_ids() -> None:
    """Let the next rows of all our tables have ids far beyond those that the lost time may have given.

    Links in mail that left since the backup hold ids of subscribers, subscriptions and deliveries. Given a second time, a stranger's
    link would open somebody's data; and an idempotency key, which is made of such an id, would keep mail from leaving.
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
            cursor.execute("SELECT setval(%s, nextval(%s) + %s)", [sequence, sequence, STEP])
            return
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [STEP, table])
        if not cursor.rowcount:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, STEP])
