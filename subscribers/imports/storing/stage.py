"""Temporary tables of the file's rows, so that they are stored in sets and memory stays flat.

One holds what was read. The other, a row of which is a tenth as long, holds what is judged and
changed: the address's digest and the outcome.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from newsletter.core.addresses import domain_of
from subscribers.imports.rows.row import ImportRow
from subscribers.imports.storing.row_evidence import RowSigner

STAGE, KEYS = "import_rows", "import_keys"
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
    "greeting",
    "salutation",
    "paused_until",
    "answers",
    "details",
    "salt",
    "signature",
    "discreet",
)
_COLUMNS = ("number", *_TEXTS)
_WORK_MEM = "64MB"
_UNSIGNED = ("{}", "", "")
"""Details, salt and signature of a row that is only looked at."""


def create_stage() -> None:
    """Create the table, empty.

    It disappears with the caller's transaction when that is rolled back, otherwise by `drop_stage`.
    """
    moment = "timestamp with time zone" if connection.vendor == "postgresql" else "text"
    texts = ", ".join(
        f"{name} {moment if name == 'given_at' else 'text'} NOT NULL" for name in _TEXTS
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # For the caller's transaction: a million rows are sorted and joined in memory.
            cursor.execute(f"SET LOCAL work_mem = '{_WORK_MEM}'")
        cursor.execute(f"CREATE TEMPORARY TABLE {STAGE} (number integer PRIMARY KEY, {texts})")


def add_to_stage(
    rows: Iterable[ImportRow], *, signer: RowSigner | None, now: datetime, language: str
) -> None:
    """Insert rows into the table.

    Args:
        signer: signs the consent records that they become; None where they become none.
        now: the time of the import, of rows that show none.
        language: of rows that show none.
    """
    adapt = connection.ops.adapt_datetimefield_value
    values = []
    for row in rows:
        spoken = row.language or language
        given_at = row.given_at or now
        details, salt, signature = (
            signer.sign(row, language=spoken, given_at=given_at) if signer else _UNSIGNED
        )
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
                row.greeting,
                row.salutation,
                row.paused_until.isoformat() if row.paused_until else "",
                row.answers,
                details,
                salt,
                signature,
                "yes" if row.is_discreet else "",
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


def create_keys() -> None:
    """Create the table of what is judged, once all rows are there.

    `outcome` is empty until the row's outcome is known. `is_first` is 0 of a row whose address
    stood further up, and `is_discreet` 1 of one that says so. The database also learns the tables'
    sizes.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE {KEYS} AS SELECT number, digest, "  # noqa: S608 - names of ours
            f"CAST('' AS varchar(9)) AS outcome, CAST(1 AS smallint) AS is_first, "
            f"CAST(CASE discreet WHEN '' THEN 0 ELSE 1 END AS smallint) AS is_discreet FROM {STAGE}"
        )
        cursor.execute(f"CREATE INDEX {KEYS}_digest ON {KEYS} (digest)")
        cursor.execute(f"CREATE UNIQUE INDEX {KEYS}_number ON {KEYS} (number)")
        cursor.execute(
            f"UPDATE {KEYS} AS k SET is_first = 0 FROM "  # noqa: S608 - names of ours
            f"(SELECT digest, MIN(number) AS number FROM {KEYS} GROUP BY digest HAVING COUNT(*) "
            f"> 1) AS first "
            "WHERE k.digest = first.digest AND k.number > first.number"
        )
        if connection.vendor == "postgresql":
            cursor.execute(f"ANALYZE {KEYS}")
            # Of what statements look for rows by: all columns would take as long as storing them.
            cursor.execute(f"ANALYZE {STAGE} (number)")


def drop_stage() -> None:
    """Drop the tables."""
    with connection.cursor() as cursor:
        for table in (KEYS, STAGE):
            cursor.execute(f"DROP TABLE {table}")


def _copy(cursor: Any, values: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows by COPY, which takes a fifth of the time of INSERT."""
    with cursor.copy(f"COPY {STAGE} ({', '.join(_COLUMNS)}) FROM STDIN") as copy:
        for value in values:
            copy.write_row(value)
