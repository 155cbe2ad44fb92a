"""The report of an import."""

from dataclasses import dataclass, field
from typing import Any

from subscribers.imports.reading.columns import Columns
from subscribers.imports.reading.dates import DateOrder
from subscribers.imports.reading.encoding import TextFile
from subscribers.imports.reading.notes import Note, counted
from subscribers.imports.reading.table import DELIMITERS, Table
from subscribers.imports.rows.row import RowReader
from subscribers.models import CustomField, ImportBatch

_SHOWN_NOTICES = 50
STAYED = (
    "The file says that this person unsubscribed, but they have confirmed with us, later or at a "
    "time that can't be compared; not changed"
)
WAITING = (
    "We have asked this person to confirm and are waiting for the answer; not changed, because "
    "the form is older"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """The findings of the first reading of the file."""

    text: TextFile
    table: Table
    columns: Columns
    order: DateOrder
    records: int
    order_of_dates: DateOrder = DateOrder.UNNEEDED
    """In the columns of custom fields."""
    fields: tuple[CustomField, ...] = ()
    """The custom fields that there are."""
    topics: frozenset[str] = frozenset()
    """The technical names in a column of topics."""
    notes: tuple[str, ...] = ()
    """Notes that somebody should look at before they trust the result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """The rows that were read, and what became of them.

    rows = added + unchanged + opted_out + refused_count; blank rows don't count.
    """

    batch_id: int | None
    """None where nothing was kept: a dry run, or a file that adds nobody and says nothing new of
    anybody.
    """
    dry_run: bool
    topic: str
    file_name: str
    encoding: str
    delimiter: str
    date_order: str
    mapping: dict[str, str]
    ignored_headers: list[str]
    rows: int
    added: int
    unchanged: int
    opted_out: int
    """Rows of people who had left before, here or in the list that the file comes from."""
    opt_outs: int
    """People among them whose opt-out we didn't know and keep from now on."""
    refused_count: int
    filled: int
    """Subscribers known before whose empty details were filled."""
    re_permission: bool = False
    """Whether those who were added are asked to confirm, and get no campaigns until then."""
    refused: list[dict[str, Any]] = field(default_factory=list)
    """{"row", "reason"}, the first 1,000; the row is the one that a spreadsheet shows."""
    warnings: list[str] = field(default_factory=list)


def report_of(
    batch: ImportBatch,
    reading: Reading,
    reader: RowReader,
    *,
    dry_run: bool,
    kept: bool,
) -> ImportReport:
    """Return the report of a batch whose counts are set."""
    return ImportReport(
        batch_id=batch.pk if kept else None,
        dry_run=dry_run,
        topic=batch.topic.slug,
        file_name=batch.file_name,
        encoding=reading.text.encoding,
        delimiter=DELIMITERS[reading.table.delimiter],
        date_order=reader.order.value,
        mapping=batch.mapping,
        ignored_headers=list(reading.columns.ignored),
        rows=batch.rows,
        added=batch.added,
        unchanged=batch.unchanged,
        opted_out=batch.opted_out,
        opt_outs=batch.opt_outs,
        refused_count=batch.refused_count,
        filled=batch.filled,
        re_permission=batch.asks,
        refused=batch.refused,
        warnings=_warnings(batch, reading, reader, dry_run=dry_run),
    )


_AMBIGUOUS = (
    "Dates such as 3/4/2024 could be day-first or month-first, and no row shows which. "
    "They are kept as text, dated with the time of the import."
)


def _warnings(
    batch: ImportBatch, reading: Reading, reader: RowReader, *, dry_run: bool
) -> list[str]:
    warnings = list[str]()
    if reader.order is DateOrder.AMBIGUOUS:
        warnings.append(
            Note(
                f"{_AMBIGUOUS} Add --dates day-first or --dates month-first.",
                on_page=f"{_AMBIGUOUS} Choose the order of dates." if dry_run else _AMBIGUOUS,
            )
        )
    if reader.order is DateOrder.MIXED:
        warnings.append(
            "Some dates are day-first and others month-first. Those that could be either are kept "
            "as text, dated with the time of the import."
        )
    before = (
        ImportBatch.objects.filter(file_digest=batch.file_digest, topic=batch.topic, undone_at=None)
        .exclude(pk=batch.pk)
        .first()
    )
    if before:
        warnings.append(f"This file was already imported, as import {before.pk}.")
    warnings.extend(reading.notes)
    notices = reader.notices.most_common()
    warnings.extend(counted(text, count) for text, count in notices[:_SHOWN_NOTICES])
    if len(notices) > _SHOWN_NOTICES:
        warnings.append(f"And {len(notices) - _SHOWN_NOTICES:,} more notices.")
    return warnings
