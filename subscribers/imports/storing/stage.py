"""Temporary tables of the file's rows, so that they are stored in sets and memory stays flat.

One holds what was read. The other, a row of which is a tenth as long, holds what is judged and
changed: the address's digest and the outcome.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from newsletter.core.addresses import domain_of
from subscribers.imports.reading.dates import DateGiven
from subscribers.imports.rows.row_people import ImportRow
from subscribers.imports.storing.row_evidence import RowSigner

STAGE, KEYS = "import_rows", "import_keys"
_TEXTS = (
    "digest",
    "email",
    "domain",
    "full_name",
    "given_name",
    "institution",
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
    "date_given",
)
_COLUMNS = ("number", *_TEXTS)
_WORK_MEM = "64MB"
_FIRSTS = f"""
UPDATE {KEYS} AS k SET first = f.number FROM (
  SELECT digest, MIN(number) AS number FROM {KEYS}
  WHERE digest IN (SELECT digest FROM {KEYS} WHERE is_first = 0) GROUP BY digest
) AS f
WHERE k.is_first = 0 AND f.digest = k.digest
"""  # noqa: S608 - names of ours
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_UNSIGNED = ("{}", "", "")
"""Details, salt and signature of a row that is only looked at."""


def create_stage() -> None:
    """Create both tables, empty.

    They disappear with the caller's transaction when that is rolled back, otherwise by
    `drop_stage`. Of a judged row `outcome` is empty if its person is to be subscribed, `is_first`
    is 0 if the address stood further up, in the row `first`, `fills` is 1 if the row has details
    that a person known before lacks, and `is_discreet` if one of the address is discreet.
    `person` is the subscriber's id, which a stranger is to have (0: not given beforehand).
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
        cursor.execute(
            f"CREATE TEMPORARY TABLE {KEYS} (number integer PRIMARY KEY, digest text NOT NULL, "
            "outcome varchar(9) NOT NULL, is_first smallint NOT NULL, fills smallint NOT NULL, "
            "is_discreet smallint NOT NULL, first integer NOT NULL, is_known smallint NOT NULL, "
            "person bigint NOT NULL)"
        )


type Staged = tuple[Any, ...]
"""One row of the table, in the order of its columns."""
type Block = Sequence[Staged] | bytes
"""Rows that are ready for the database: as COPY takes them, where it has that."""


def staged(
    rows: Iterable[ImportRow], *, signer: RowSigner | None, now: datetime, language: str
) -> list[Staged]:
    """Return rows as the table holds them.

    Args:
        signer: signs the consent records that they become; None where they become none.
        now: the time of the import, of rows that show none.
        language: of rows that show none.
    """
    adapt = connection.ops.adapt_datetimefield_value
    values = list[Staged]()
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
                row.institution,
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
                _date_given(row),
            )
        )
    return values


def _date_given(row: ImportRow) -> str:
    if row.given_at is not None:
        return DateGiven.DATE.value
    return (DateGiven.TEXT if row.timestamp else DateGiven.NONE).value


def block_of(values: Sequence[Staged]) -> Block:
    """Make rows ready, so that whoever stores them has nothing left to compute."""
    if connection.vendor != "postgresql":
        return values
    return "".join(_as_line(value) for value in values).encode()


def add_to_stage(block: Block) -> None:
    """Insert rows into the table. COPY takes a fifth of the time of INSERT."""
    columns = ", ".join(_COLUMNS)
    with connection.cursor() as cursor:
        if isinstance(block, bytes):
            with cursor.copy(f"COPY {STAGE} ({columns}) FROM STDIN") as copy:
                copy.write(block)
        else:
            marks = ", ".join(["%s"] * len(_COLUMNS))
            insert = f"INSERT INTO {STAGE} ({columns}) VALUES ({marks})"  # noqa: S608 - names of ours
            cursor.executemany(insert, block)


def note_firsts() -> None:
    """Note of each row whose address stood further up in which row that was."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRSTS)


def find_by_digest() -> None:
    """Make rows be found by their digest, once all are judged."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX {KEYS}_digest ON {KEYS} (digest)")


def drop_stage() -> None:
    """Drop the tables."""
    with connection.cursor() as cursor:
        for table in (KEYS, STAGE):
            cursor.execute(f"DROP TABLE {table}")


def _as_line(value: Staged) -> str:
    """Return a row in the text format of COPY (PostgreSQL, COPY, "Text Format")."""
    fields = [each if isinstance(each, str) else str(each) for each in value]
    line = "\t".join(fields)
    if "\\" in line or "\n" in line or "\r" in line or line.count("\t") >= len(fields):
        line = "\t".join(field.translate(_ESCAPES) for field in fields)
    return f"{line}\n"
