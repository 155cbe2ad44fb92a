"""Import a list: subscribe the people of a form's CSV export, and report each row."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, tzinfo
from functools import partial
from pathlib import Path
from shutil import copyfileobj
from typing import BinaryIO, cast

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from newsletter.core.addresses import address_reader
from subscribers.imports.keep_batch import keep_batch
from subscribers.imports.reading.columns import map_columns
from subscribers.imports.reading.dates import DateOrder, OrderEvidence
from subscribers.imports.reading.encoding import ImportProblem, examine
from subscribers.imports.reading.file_name import suspicious_name
from subscribers.imports.reading.rows_as import RowsAs
from subscribers.imports.reading.table import read_table, rows_of
from subscribers.imports.report import STAYED, WAITING, ImportReport, Reading, report_of
from subscribers.imports.rows.decision import REASON_OF_ALL, RefusedRow
from subscribers.imports.rows.row import ImportRow, LeaverRow, RowReader
from subscribers.imports.rows.unread_columns import UnreadColumns
from subscribers.imports.storing.opt_outs import record_opt_outs
from subscribers.imports.storing.stage import add_to_stage, create_stage, drop_stage, mark_repeated
from subscribers.imports.storing.store import CHUNK, count_outcomes, judge, subscribe_staged
from subscribers.models import ImportBatch, Topic

KEPT_REFUSALS = 1_000
_STAGED_AT_ONCE = 2_000
MAXIMUM_CONSENT_WORDS = 5_000

type Progress = Callable[[int, int], None]
"""Called with how much is done, and of how much. Each row counts twice: when it has been read, and
when it is stored."""


def import_subscribers(
    file: Path | BinaryIO,
    *,
    topic: Topic,
    consent: str,
    mapping: Mapping[str, str] | None = None,
    dry_run: bool = False,
    made_by: User | None = None,
    progress: Progress | None = None,
    file_name: str = "",
    encoding: str = "",
    date_order: DateOrder | None = None,
    zone: tzinfo = UTC,
    rows_as: RowsAs | None = None,
) -> ImportReport:
    """Subscribe the people of a form's CSV export to `topic`, confirmed, in one transaction.

    No mail is sent. The file is read twice in flat memory: once to find every reason to refuse it
    whole and to decide the order of its dates, once to store.

    Args:
        file: a path, or an open file of bytes.
        topic: the topic that they follow from now on. On a moderated one they count as accepted.
        consent: the evidence of consent, in the operator's words; kept with each of them.
        mapping: header → field (see `columns.FIELDS`) or "ignore", over the table of known headers.
        dry_run: do everything, report it, and take it back.
        made_by: the member of staff who does it.
        progress: told of each chunk.
        file_name: of a file that has no path.
        encoding: one of `text.ENCODINGS`; empty: UTF-8, or UTF-16 by its mark.
        date_order: the operator's word on dates such as 3/4/2024; None: found out from the rows.
        zone: of timestamps that name none.
        rows_as: the operator's word on all rows: that they are opt-outs, which need no words of
            consent, or that they are subscribers though the file's name says otherwise.

    Raises:
        ImportProblem: with a message for the operator; nothing has been done.
    """
    words = consent.strip()
    if not words and rows_as not in REASON_OF_ALL:
        raise ImportProblem(
            "Say how these people agreed to get email: which form they used, and which words they "
            "agreed to."
        )
    is_text = "\0" not in words and words == _in_text(words)
    if len(words) > MAXIMUM_CONSENT_WORDS or not is_text:
        raise ImportProblem(
            f"The text about consent can have at most {MAXIMUM_CONSENT_WORDS:,} characters."
        )
    with _opened(file) as (stream, name):
        reading = _read_through(stream, encoding=encoding, mapping=mapping)
        batch = ImportBatch(
            topic=topic,
            file_name=_in_text(file_name or name)[-255:],
            file_digest=reading.text.digest,
            consent_words=words,
            mapping=reading.columns.as_mapping(),
            made_by=made_by,
        )
        reader = RowReader(
            columns=reading.columns,
            order=date_order or reading.order,
            zone=zone,
            now=timezone.now(),
            languages=frozenset(code.lower() for code in settings.CONTENT_LANGUAGES),
            parse=address_reader(),
            rows_as=rows_as,
            decisive=reading.columns.decisive(),
        )
        with transaction.atomic():
            batch.save()
            filled = _store_all(
                stream, reading, reader, batch=batch, progress=progress or _no_progress
            )
            kept = not dry_run and batch.added + filled + batch.opt_outs > 0
            report = report_of(batch, reading, reader, filled=filled, dry_run=dry_run, kept=kept)
            if kept:
                keep_batch(batch)
            else:
                transaction.set_rollback(True)
    return report


@contextmanager
def _opened(file: Path | BinaryIO) -> Iterator[tuple[BinaryIO, str]]:
    if not isinstance(file, Path):
        yield file, Path(str(getattr(file, "name", ""))).name
        return
    try:
        opened = file.open("rb")
    except IsADirectoryError:
        raise ImportProblem(f"{str(file)!r} is a folder, not a file.") from None
    except (OSError, ValueError) as error:
        raise _unreadable(file, error) from None
    try:
        with opened, tempfile.TemporaryFile() as copy:
            if not opened.seekable():  # a pipe can't be read twice
                copyfileobj(opened, copy)
                copy.seek(0)
            yield (opened if opened.seekable() else cast("BinaryIO", copy)), file.name
    # In the middle of it: a failing disk, a share that was disconnected, no space for the copy.
    except OSError as error:
        raise _unreadable(file, error) from error


def _unreadable(file: Path, error: Exception) -> ImportProblem:
    return ImportProblem(
        f"{str(file)!r} can't be read: {getattr(error, 'strerror', None) or error}."
    )


def _read_through(stream: BinaryIO, *, encoding: str, mapping: Mapping[str, str] | None) -> Reading:
    """Read the file for the first time.

    Raises:
        ImportProblem: whatever makes the file useless as a whole.
    """
    text = examine(stream, encoding=encoding)
    table = read_table(stream, encoding=text.encoding, mapping=mapping)
    columns = map_columns(table.headers, mapping=mapping)
    timestamps = columns.of_field.get("timestamp", ())
    evidence = OrderEvidence()
    records = 0
    filled = False
    suspicions = UnreadColumns(columns)
    for record in rows_of(stream, table):
        if record.number <= table.header_row:
            continue
        records += 1
        cells = record.cells
        filled = filled or any(cell.strip() for cell in cells)
        stamp = next(
            (
                cells[column]
                for column in timestamps
                if column < len(cells) and cells[column].strip()
            ),
            "",
        )
        evidence.look_at(stamp)
        suspicions.look_at(cells, record.number)
    if not filled:
        raise ImportProblem("The file has a header and no rows below it.")
    notes = suspicions.settle()
    return Reading(
        text=text,
        table=table,
        columns=columns,
        order=evidence.order(),
        records=records,
        notes=notes,
    )


def _store_all(
    stream: BinaryIO, reading: Reading, reader: RowReader, *, batch: ImportBatch, progress: Progress
) -> int:
    """Read the file for the second time, and store its rows.

    The batch's counts are set, and not yet saved.

    Returns:
        How many people's details were filled.
    """
    create_stage()
    last = _stage_all(stream, reading, reader, batch=batch, progress=progress)
    mark_repeated()
    filled = judge(batch, last=last, now=reader.now)
    progress(last, 2 * last)
    for low in range(1, last + 1, CHUNK):
        high = min(low + CHUNK - 1, last)
        subscribe_staged(batch, low=low, high=high, now=reader.now)
        progress(last + high, 2 * last)
    outcomes = count_outcomes()
    drop_stage()
    batch.added = outcomes[""]
    batch.opted_out += outcomes["opted_out"]
    batch.unchanged += outcomes["unchanged"] + outcomes["waiting"]
    reader.notices.update({WAITING: outcomes["waiting"]} if outcomes["waiting"] else {})
    return filled


def _stage_all(
    stream: BinaryIO, reading: Reading, reader: RowReader, *, batch: ImportBatch, progress: Progress
) -> int:
    """Check each row, and stage it, record its opt-out, or refuse it.

    Returns:
        The number of the last row.
    """
    chunk = list[ImportRow]()
    leavers = list[LeaverRow]()
    last = reading.table.header_row
    header = reading.table.header_row
    doubt = "" if reader.rows_as else suspicious_name(batch.file_name)
    language = settings.CONTENT_LANGUAGES[0]
    add = partial(add_to_stage, batch=batch, now=reader.now, language=language)
    for record in rows_of(stream, reading.table):
        if record.number <= header:
            continue
        last = record.number
        try:
            row = reader.read(record)
        except RefusedRow as refusal:
            _refuse(batch, record.number, str(refusal))
            continue
        if isinstance(row, ImportRow):
            if doubt:
                raise ImportProblem(doubt)
            batch.rows += 1
            chunk.append(row)
        elif row is not None:
            batch.rows += 1
            leavers.append(row)
        if len(leavers) >= _STAGED_AT_ONCE:
            _record_leavers(leavers, batch=batch, reader=reader)
        if len(chunk) >= _STAGED_AT_ONCE:
            add(chunk)
            chunk.clear()
            progress(last, 2 * (header + reading.records))
    add(chunk)
    _record_leavers(leavers, batch=batch, reader=reader)
    return last


def _record_leavers(leavers: list[LeaverRow], *, batch: ImportBatch, reader: RowReader) -> None:
    """Record the opt-outs of these rows, and empty the list.

    It happens before anybody is subscribed, so a person who stands in two rows has left.
    """
    if not leavers:
        return
    recorded = record_opt_outs(leavers, batch=batch, now=reader.now)
    batch.opt_outs += recorded.new
    batch.opted_out += len(leavers) - recorded.stayed
    batch.unchanged += recorded.stayed
    if recorded.stayed:
        reader.notices[STAYED] += recorded.stayed
    leavers.clear()


def _refuse(batch: ImportBatch, row: int, reason: str) -> None:
    batch.rows += 1
    batch.refused_count += 1
    if len(batch.refused) < KEPT_REFUSALS:
        batch.refused.append({"row": row, "reason": reason})


def _in_text(name: str) -> str:
    """Return a name without what no database takes.

    Python reads bytes on a command line that are not UTF-8 as lone surrogates.
    """
    return name.encode("utf-8", "replace").decode()


def _no_progress(done: int, total: int) -> None:
    pass
