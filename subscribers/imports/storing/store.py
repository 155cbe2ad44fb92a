"""Judging and storing the staged rows: half a dozen statements for each chunk, all about sets.

Nobody is revived. A row is counted as opted out, and neither the person nor their details are
touched, where an active suppression stands against the address, the topic was left or declined, or
the last consent record is an opt-out.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from newsletter.seals.digests import signing_key_id
from subscribers.imports.storing.row_evidence import action_of, wording_hash_of
from subscribers.imports.storing.statements import (
    DISCREET,
    FILL,
    JUDGE,
    NEW_SUBSCRIBERS,
    NEW_SUBSCRIPTIONS,
    NOTE_FILLS,
    QUESTIONS,
    RECORDS,
    STANDING,
    SUBSCRIBERS,
    SUBSCRIPTIONS,
    WANTED,
    sql,
)
from subscribers.models import ConsentWording, ImportBatch, Subscriber
from subscribers.states import WordingForm

CHUNK = 20_000
"""Rows stored at once, between two updates of the progress bar."""


class StagedRows:
    """Judges and stores the staged rows of one batch, in the caller's transaction.

    Rows are judged as a whole, or chunk after chunk, each before the next is judged. Chunks that
    aren't stored at once must be judged as a whole, or nobody would see what stands in two of them.
    """

    def __init__(self, batch: ImportBatch, *, now: datetime, dry_run: bool) -> None:
        """Look up what all rows share.

        Args:
            batch: saved.
            now: the time of the import.
            dry_run: they are only judged.
        """
        self.filled = 0
        """Subscribers whom we knew before and whose empty details were filled."""
        self.stored = 0
        """The last row that is stored."""
        self._asks = batch.asks
        # In SQLite nobody else writes meanwhile, and it has no function that gives an id.
        self._gives_ids = connection.vendor == "postgresql" and not dry_run
        self._next_id = _next_id() if self._gives_ids else "0"
        self._shared = {
            "topic": batch.topic_id,
            "batch": batch.pk,
            "now": connection.ops.adapt_datetimefield_value(now),
            "status": "pending" if batch.asks else "confirmed",
            "action": action_of(batch).value,
            "wording": _wording_id(batch),
            "key_id": signing_key_id(),
        }

    def judge(self, *, low: int, high: int) -> None:
        """Set the outcome of rows `low` to `high`, and fill what is empty of people known before.

        The outcome stays empty where the person is to be subscribed.
        """
        values = {**self._shared, "low": low, "high": high}
        with connection.cursor() as cursor:
            cursor.execute(sql(JUDGE, next_id=self._next_id), values)
            cursor.execute(sql(NOTE_FILLS), values)
            if cursor.rowcount:
                cursor.execute(sql(FILL), values)
                self.filled += int(cursor.rowcount)

    def subscribe(self, *, low: int, high: int) -> None:
        """Subscribe the people of judged rows `low` to `high`, and record their consent.

        Rows with an outcome are left out.
        """
        values = {**self._shared, "low": low, "high": high}
        with connection.cursor() as cursor:
            cursor.execute(sql(WANTED), values)
            wanted = cursor.fetchone()[0]
        if not self._gives_ids or not self._subscribe_as_judged(values, wanted=wanted):
            self._subscribe_whoever_is_left(values, wanted=wanted)
        with connection.cursor() as cursor:
            cursor.execute(sql(RECORDS), values)
            if self._asks:
                cursor.execute(sql(QUESTIONS), values)
        self.stored = high

    def _subscribe_as_judged(self, values: Mapping[str, Any], *, wanted: int) -> bool:
        """Subscribe the people of some rows under the ids that they were given.

        Nothing has to be looked up or resolved, which saves a tenth of the time of an import.

        Returns:
            Whether that was possible: nobody signed up or was erased since the rows were judged.
        """
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql(NEW_SUBSCRIBERS), values)
                cursor.execute(sql(NEW_SUBSCRIPTIONS), values)
                is_done = bool(cursor.rowcount == wanted)
                transaction.set_rollback(not is_done)
        except IntegrityError:
            return False
        return is_done

    def _subscribe_whoever_is_left(self, values: Mapping[str, Any], *, wanted: int) -> None:
        """Subscribe the people of some rows, but for those about whom somebody was faster."""
        with connection.cursor() as cursor:
            cursor.execute(sql(SUBSCRIBERS), values)
            cursor.execute(sql(SUBSCRIPTIONS), values)
            if cursor.rowcount != wanted:
                cursor.execute(sql(STANDING), values)


def leave_discreet_out() -> None:
    """Set the outcome of rows with none yet whose person the file calls discreet."""
    with connection.cursor() as cursor:
        cursor.execute(sql(DISCREET))


def _next_id() -> str:
    """Return the expression for the next id of a subscriber."""
    with connection.cursor() as cursor:
        table = Subscriber._meta.db_table
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
        return f"nextval('{cursor.fetchone()[0]}')"


def _wording_id(batch: ImportBatch) -> int | None:
    """Return the wording of a batch. None where it has no words, or where it is only tried."""
    known = ConsentWording.objects.filter(form=WordingForm.IMPORT, text_hash=wording_hash_of(batch))
    return known.values_list("pk", flat=True).first()
