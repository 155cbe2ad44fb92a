"""A temporary table of the file's rows, so that they are stored in sets and memory stays flat."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from newsletter.core.addresses import domain_of
from subscribers.imports.rows.row import ImportRow
from subscribers.imports.storing.row_evidence import RowSigner
from subscribers.models import ImportBatch

STAGE = "import_rows"
_TEXTS = (
    "digest",
    "email",
    "domain",
    "full_name",
    "given_name",
    "organisation",
    "country",
    "language",
    "time_zone",
    "given_at",
    "answers",
    "details",
    "salt",
    "signature",
)
_COLUMNS = ("number", *_TEXTS)


def create_stage() -> None:
    """Create the table, empty.

    It disappears with the caller's transaction when that is rolled back, otherwise by `drop_stage`.

    `outcome` is empty until the row's outcome is known. `is_first` is 0 of a row whose address
    stood further up.
    """
    moment = "timestamp with time zone" if connection.vendor == "postgresql" else "text"
    texts = ", ".join(
        f"{name} {moment if name == 'given_at' else 'text'} NOT NULL" for name in _TEXTS
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE {STAGE} (number integer PRIMARY KEY, {texts}, "
            "outcome varchar(9) NOT NULL DEFAULT '', is_first smallint NOT NULL DEFAULT 1)"
        )


def add_to_stage(rows: Iterable[ImportRow], *, batch: ImportBatch, now: Any, language: str) -> None:
    """Insert rows into the table.

    Args:
        now: the time of the import, of rows that show none.
        language: of rows that show none.
    """
    signer = RowSigner(batch, now)
    adapt = connection.ops.adapt_datetimefield_value
    values = []
    for row in rows:
        spoken = row.language or language
        given_at, details, salt, signature = signer.sign(row, language=spoken)
        values.append(
            (
                row.number,
                row.digest,
                row.email,
                domain_of(row.email),
                row.full_name,
                row.given_name,
                row.organisation,
                row.country,
                spoken,
                row.time_zone,
                adapt(given_at),
                row.answers,
                details,
                salt,
                signature,
            )
        )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, values)
        else:
            marks = ", ".join(["%s"] * len(_COLUMNS))
            columns = ", ".join(_COLUMNS)
            insert = f"INSERT INTO {STAGE} ({columns}) VALUES ({marks})"  # noqa: S608 - names of ours
            cursor.executemany(insert, values)


def mark_repeated() -> None:
    """Mark the rows whose address stood further up, once all rows are there.

    The database also learns the table's size.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX {STAGE}_digest ON {STAGE} (digest)")
        cursor.execute(
            f"UPDATE {STAGE} AS r SET is_first = 0 FROM "  # noqa: S608 - names of ours
            f"(SELECT digest, MIN(number) AS number FROM {STAGE} GROUP BY digest HAVING COUNT(*) "
            f"> 1) AS first "
            "WHERE r.digest = first.digest AND r.number > first.number"
        )
        if connection.vendor == "postgresql":
            # Of what statements look for rows by: all columns would take as long as storing them.
            cursor.execute(f"ANALYZE {STAGE} (number, digest, outcome, is_first)")


def drop_stage() -> None:
    """Drop the table."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {STAGE}")


def _copy(cursor: Any, values: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows by COPY, which takes a fifth of the time of INSERT."""
    with cursor.copy(f"COPY {STAGE} ({', '.join(_COLUMNS)}) FROM STDIN") as copy:
        for value in values:
            copy.write_row(value)
