"""Import a list: subscribe the people of a form's CSV export, and report each row."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from newsletter.core.addresses import address_reader
from subscribers.evidence.wording import keep_wording
from subscribers.imports.conditions import (
    checked_words,
    in_text,
    refuse_during_undo,
    topic_to_read,
)
from subscribers.imports.keep_batch import keep_batch
from subscribers.imports.read_through import opened, read_through
from subscribers.imports.reading.dates import DateOrder
from subscribers.imports.reading.encoding import ImportProblem
from subscribers.imports.reading.file_name import suspicious_name
from subscribers.imports.reading.rows_as import RowsAs
from subscribers.imports.reading.table import rows_of
from subscribers.imports.report import STAYED, WAITING, ImportReport, Reading, report_of
from subscribers.imports.row_outcomes import RowOutcome, RowOutcomes
from subscribers.imports.rows.decision import RefusedRow
from subscribers.imports.rows.row import ImportRow, LeaverRow, RowReader
from subscribers.imports.storing.hidden_people import HiddenPeople
from subscribers.imports.storing.leavers import record_leavers
from subscribers.imports.storing.pauses import note_pauses
from subscribers.imports.storing.row_evidence import RowSigner
from subscribers.imports.storing.stage import add_to_stage, create_keys, create_stage, drop_stage
from subscribers.imports.storing.staged_outcomes import add_staged_outcomes
from subscribers.imports.storing.store import CHUNK, count_outcomes, judge, subscribe_staged
from subscribers.models import ImportBatch, Topic
from subscribers.states import WordingForm

KEPT_REFUSALS = 1_000
_STAGED_AT_ONCE = 2_000

type Progress = Callable[[int, int], None]
"""Called with how much is done, and of how much. Each row counts twice: when it has been read, and
when it is stored."""
type Finish = Callable[[ImportBatch], None]
"""Called at the end of the import's transaction, with the batch if it is kept. An error in it takes
all of it back."""


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
    re_permission: bool = False,
    outcomes: RowOutcomes | None = None,
    finish: Finish | None = None,
) -> ImportReport:
    """Subscribe the people of a form's CSV export to `topic`, confirmed, in one transaction.

    No mail is sent. The file is read twice in flat memory: once to find every reason to refuse it
    whole and to decide the order of its dates, once to store.

    Args:
        file: a path, or an open file of bytes.
        topic: the topic that they follow from now on. On a moderated one they count as accepted.
        consent: the evidence of consent, in the operator's words; kept with each of them.
        mapping: header → field (see `columns.FIELDS`) or "ignore", over the table of known headers.
        dry_run: find out what each row would do, report it, and take back what that changed.
        made_by: the member of staff who does it.
        progress: told of each chunk.
        file_name: of a file that has no path.
        encoding: one of `text.ENCODINGS`; empty: UTF-8, or UTF-16 by its mark.
        date_order: the operator's word on dates such as 3/4/2024; None: found out from the rows.
        zone: of timestamps that name none.
        rows_as: the operator's word on all rows: that they are opt-outs, which need no words of
            consent, or that they are subscribers though the file's name says otherwise.
        re_permission: subscribe nobody; ask each of them once to confirm (`ask`).
        outcomes: told of each row's outcome.
        finish: see Finish.

    Raises:
        ImportProblem: with a message for the operator; nothing has been done.
    """
    words = checked_words(consent, rows_as=rows_as)
    if not dry_run:
        refuse_during_undo(topic)
    if re_permission and topic.is_moderated:
        raise ImportProblem(
            "The people of a moderated topic are accepted by staff, so they can't be asked to "
            "confirm.",
            "Leave out --re-permission.",
            on_page="Clear the box “Ask each person to confirm”.",
        )
    with opened(file) as (stream, name):
        reading = read_through(stream, encoding=encoding, mapping=mapping)
        batch = ImportBatch(
            topic=topic,
            file_name=in_text(file_name or name)[-255:],
            file_digest=reading.text.digest,
            consent_words=words,
            mapping=reading.columns.as_mapping(),
            made_by=made_by,
            asks=re_permission,
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
            topic=topic_to_read(reading.topics, topic=topic),
        )
        if not dry_run:
            # Before the transaction, or another import with other words would wait for its end.
            keep_wording(words, form=WordingForm.IMPORT, language_of=lambda _: "")
        with transaction.atomic():
            batch.save()
            _store_all(
                stream,
                reading,
                reader,
                batch=batch,
                progress=progress or _no_progress,
                outcomes=outcomes,
                dry_run=dry_run,
            )
            kept = not dry_run and batch.added + batch.filled + batch.opt_outs > 0
            report = report_of(batch, reading, reader, dry_run=dry_run, kept=kept)
            if kept:
                keep_batch(batch)
                if finish:
                    finish(batch)
            else:
                transaction.set_rollback(True)
    return report


def _store_all(
    stream: BinaryIO,
    reading: Reading,
    reader: RowReader,
    *,
    batch: ImportBatch,
    progress: Progress,
    outcomes: RowOutcomes | None,
    dry_run: bool,
) -> None:
    """Read the file for the second time, and store its rows.

    The batch's counts are set, and not yet saved. What a dry run would store isn't stored, since a
    million rows that are taken back again are a burden to the database; opt-outs are, because the
    file's other rows are judged by them.
    """
    create_stage()
    hidden = HiddenPeople(batch.made_by)
    signer = None if dry_run else RowSigner(batch, reader.now)
    last = _stage_all(
        stream,
        reading,
        reader,
        batch=batch,
        hidden=hidden,
        signer=signer,
        progress=progress,
        outcomes=outcomes,
    )
    create_keys()
    batch.filled = judge(batch, last=last, now=reader.now) - hidden.filled(batch)
    progress(last, 2 * last)
    chunks = [(low, min(low + CHUNK - 1, last)) for low in range(1, last + 1, CHUNK)]
    for low, high in chunks:
        if not dry_run:
            subscribe_staged(batch, low=low, high=high, now=reader.now)
        progress(last + high, 2 * last)
    if not dry_run:
        note_pauses(reader.now)
    hidden.tell_as_strangers()
    if outcomes:
        for low, high in chunks:
            add_staged_outcomes(outcomes, low=low, high=high, asks=batch.asks)
    counted = count_outcomes()
    drop_stage()
    batch.added = counted[""]
    batch.opted_out += counted["opted_out"]
    batch.unchanged += counted["unchanged"] + counted["waiting"]
    reader.notices.update({WAITING: counted["waiting"]} if counted["waiting"] else {})


def _stage_all(
    stream: BinaryIO,
    reading: Reading,
    reader: RowReader,
    *,
    batch: ImportBatch,
    hidden: HiddenPeople,
    signer: RowSigner | None,
    progress: Progress,
    outcomes: RowOutcomes | None,
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

    add = partial(_stage_people, hidden=hidden, signer=signer, now=reader.now, language=language)
    leave = partial(
        _keep_leavers, leavers, batch=batch, hidden=hidden, reader=reader, outcomes=outcomes
    )
    for record in rows_of(stream, reading.table):
        if record.number <= header:
            continue
        last = record.number
        try:
            row = reader.read(record)
        except RefusedRow as refusal:
            _refuse(batch, record.number, str(refusal))
            if outcomes:
                kind = RowOutcome.NO_CONSENT if refusal.lacks_consent else RowOutcome.REFUSED
                outcomes.add(record.number, kind, reader.typed_address(record), str(refusal))
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
            leave()
        if len(chunk) >= _STAGED_AT_ONCE:
            add(chunk)
            chunk.clear()
            progress(last, 2 * (header + reading.records))
    add(chunk)
    leave()
    return last


def _stage_people(
    rows: list[ImportRow],
    *,
    hidden: HiddenPeople,
    signer: RowSigner | None,
    now: datetime,
    language: str,
) -> None:
    hidden.find_listed([row.digest for row in rows])
    add_to_stage(rows, signer=signer, now=now, language=language)


def _keep_leavers(
    leavers: list[LeaverRow],
    *,
    batch: ImportBatch,
    hidden: HiddenPeople,
    reader: RowReader,
    outcomes: RowOutcomes | None,
) -> None:
    """Record the opt-outs of these rows, and empty the list."""
    stayed = record_leavers(leavers, batch=batch, hidden=hidden, now=reader.now, outcomes=outcomes)
    reader.notices.update({STAYED: stayed} if stayed else {})
    leavers.clear()


def _refuse(batch: ImportBatch, row: int, reason: str) -> None:
    batch.rows += 1
    batch.refused_count += 1
    if len(batch.refused) < KEPT_REFUSALS:
        batch.refused.append({"row": row, "reason": reason})


def _no_progress(done: int, total: int) -> None:
    pass
