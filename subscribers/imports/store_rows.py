"""The second reading of a file: its rows are checked, staged, judged and stored."""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from django.conf import settings

from subscribers.imports.reading.encoding import ImportProblem
from subscribers.imports.reading.file_name import suspicious_name
from subscribers.imports.reading.table import TableRow, rows_of
from subscribers.imports.report import STAYED, WAITING, Reading
from subscribers.imports.row_outcomes import RowOutcome, RowOutcomes
from subscribers.imports.rows.decision import REASON_OF_ALL, RefusedRow
from subscribers.imports.rows.row import UNDATED, RowReader
from subscribers.imports.rows.row_people import ImportRow, LeaverRow
from subscribers.imports.storing.background import Background
from subscribers.imports.storing.extras import (
    add_extras,
    count_extras,
    create_extras,
    drop_extras,
    store_extras,
)
from subscribers.imports.storing.hidden_people import HiddenPeople
from subscribers.imports.storing.leavers import record_leavers
from subscribers.imports.storing.pauses import note_pauses
from subscribers.imports.storing.row_evidence import RowSigner
from subscribers.imports.storing.stage import (
    add_to_stage,
    block_of,
    create_stage,
    drop_stage,
    note_firsts,
    staged,
)
from subscribers.imports.storing.staged_outcomes import (
    add_staged_outcomes,
    count_outcomes,
    count_undated,
)
from subscribers.imports.storing.store import CHUNK, StagedRows
from subscribers.models import ImportBatch

KEPT_REFUSALS = 1_000
_STAGED_AT_ONCE = 2_000

type Progress = Callable[[int, int], None]
"""Called with how much is done, and of how much. Each row counts twice: when it has been read, and
when it is stored."""


def store_rows(
    stream: BinaryIO,
    reading: Reading,
    reader: RowReader,
    *,
    batch: ImportBatch,
    progress: Progress,
    outcomes: RowOutcomes | None,
    dry_run: bool,
) -> int:
    """Read the file for the second time, and store its rows, in the caller's transaction.

    The batch's counts are set, and not yet saved. What a dry run would store isn't stored, since a
    million rows that are taken back again are a burden to the database; opt-outs are, because the
    file's other rows are judged by them.

    Returns:
        How many labels were given, and values of custom fields set.
    """
    create_stage()
    has_extras = reading.columns.holds("labels", *(each.key for each in reading.fields))
    if has_extras:
        create_extras()
    rows = _Rows(
        reading,
        reader,
        batch=batch,
        progress=progress,
        outcomes=outcomes,
        dry_run=dry_run,
        has_extras=has_extras,
    )
    rows.read(stream)
    if not dry_run and "paused_until" in reading.columns.of_field:
        note_pauses(reader.now)
    extras = _store_extras(batch, reader, dry_run=dry_run) if has_extras else 0
    rows.tell()
    drop_stage()
    return extras


def _store_extras(batch: ImportBatch, reader: RowReader, *, dry_run: bool) -> int:
    """Store labels and custom fields, and note of how many rows they come."""
    with_labels, with_values = count_extras()
    new = reader.labels.new
    reader.notices.update(
        {
            words: number
            for words, number in (
                ("Labels are given", with_labels),
                ("Custom fields are filled where they are empty", with_values),
                *((f"New label, created: {name}", 1) for name in new.values()),
            )
            if number
        }
    )
    written = 0 if dry_run else store_extras(batch, new_labels=new)
    drop_extras()
    return written


class _Rows:
    """The rows of one file on their way into the database.

    While they are read, those that were read before are stored. Where a later row may overrule an
    earlier one, nobody is subscribed before all are read.
    """

    def __init__(
        self,
        reading: Reading,
        reader: RowReader,
        *,
        batch: ImportBatch,
        progress: Progress,
        outcomes: RowOutcomes | None,
        dry_run: bool,
        has_extras: bool,
    ) -> None:
        self._has_extras = has_extras
        self._reading, self._reader = reading, reader
        self._batch, self._outcomes = batch, outcomes
        self._progress = progress
        self._hidden = HiddenPeople(batch.made_by)
        self._dry_run = dry_run
        self._staged = StagedRows(batch, now=reader.now, dry_run=dry_run)
        self._people = list[ImportRow]()
        self._leavers = list[LeaverRow]()
        self._doubt = "" if reader.rows_as else suspicious_name(batch.file_name)
        self._header = self._last = self._handed_over = reading.table.header_row

    def read(self, stream: BinaryIO) -> None:
        """Read all rows and store them. A dry run only judges them."""
        signer = None if self._dry_run else RowSigner(self._batch, self._reader.now)
        at_once = not self._dry_run and not _may_be_overruled(self._reader)
        with Background() as background:
            for record in rows_of(stream, self._reading.table):
                if record.number <= self._header:
                    continue
                self._last = record.number
                self._take(record)
                if len(self._leavers) >= _STAGED_AT_ONCE:
                    background.wait()
                    self._keep_leavers()
                if len(self._people) >= _STAGED_AT_ONCE:
                    self._stage(background, signer)
                    if at_once and self._last - self._handed_over >= CHUNK:
                        self._store(background)
            self._stage(background, signer)
            if at_once:
                self._store(background)
        self._keep_leavers()
        if at_once:
            self._progress(2 * self._last, 2 * self._last)
        else:
            self._store_together()

    def tell(self) -> None:
        """Tell the batch and the list of outcomes what became of the rows."""
        batch, outcomes = self._batch, self._outcomes
        batch.filled = self._staged.filled - self._hidden.filled(batch)
        self._hidden.tell_as_strangers()
        if outcomes:
            note_firsts()
            for low, high in self._chunks():
                add_staged_outcomes(outcomes, low=low, high=high, asks=batch.asks)
        counted = count_outcomes()
        batch.added = counted[""]
        # Looking for them takes time, and there are none in most files.
        batch.undated = count_undated() if self._reader.notices[UNDATED] else 0
        batch.opted_out += counted["opted_out"]
        batch.unchanged += counted["unchanged"] + counted["waiting"]
        waiting = counted["waiting"]
        self._reader.notices.update({WAITING: waiting} if waiting else {})

    def _take(self, record: TableRow) -> None:
        """Check one row, and keep it until it is staged, or refuse it."""
        reader, batch = self._reader, self._batch
        try:
            row = reader.read(record)
        except RefusedRow as refusal:
            self._refuse(record, refusal)
            return
        if isinstance(row, ImportRow):
            if self._doubt:
                raise ImportProblem(self._doubt)
            batch.rows += 1
            self._people.append(row)
        elif row is not None:
            batch.rows += 1
            self._leavers.append(row)

    def _refuse(self, record: TableRow, refusal: RefusedRow) -> None:
        batch, reason = self._batch, str(refusal)
        batch.rows += 1
        batch.refused_count += 1
        if len(batch.refused) < KEPT_REFUSALS:
            batch.refused.append({"row": record.number, "reason": reason})
        if self._outcomes:
            kind = RowOutcome.NO_CONSENT if refusal.lacks_consent else RowOutcome.REFUSED
            self._outcomes.add(record.number, kind, self._reader.typed_address(record), reason)

    def _stage(self, background: Background, signer: RowSigner | None) -> None:
        rows, self._people = self._people, []
        digests = [row.digest for row in rows]
        now, language = self._reader.now, settings.CONTENT_LANGUAGES[0]
        block = block_of(staged(rows, signer=signer, now=now, language=language))

        def stage() -> None:
            self._hidden.find_listed(digests)
            add_to_stage(block)
            if self._has_extras:
                add_extras(rows)

        background.do(stage)
        self._progress(self._last + self._staged.stored, 2 * self._known_length)

    def _store(self, background: Background) -> None:
        low, high = self._handed_over + 1, self._last

        def store() -> None:
            self._staged.judge(low=low, high=high)
            self._staged.subscribe(low=low, high=high)

        background.do(store)
        self._handed_over = high

    def _store_together(self) -> None:
        self._staged.judge(low=self._header + 1, high=self._last)
        for low, high in self._chunks():
            if not self._dry_run:
                self._staged.subscribe(low=low, high=high)
            self._progress(self._last + high, 2 * self._last)

    def _keep_leavers(self) -> None:
        """Record the opt-outs of these rows."""
        stayed = record_leavers(
            self._leavers,
            batch=self._batch,
            hidden=self._hidden,
            now=self._reader.now,
            outcomes=self._outcomes,
        )
        self._reader.notices.update({STAYED: stayed} if stayed else {})
        self._leavers.clear()

    @property
    def _known_length(self) -> int:
        return self._header + self._reading.records

    def _chunks(self) -> Iterator[tuple[int, int]]:
        for low in range(self._header + 1, self._last + 1, CHUNK):
            yield low, min(low + CHUNK - 1, self._last)


def _may_be_overruled(reader: RowReader) -> bool:
    """Return whether a later row may say that the person of an earlier one isn't subscribed.

    It may say that they left, or are in discreet mode.
    """
    return (
        bool(reader.decisive)
        or reader.rows_as in REASON_OF_ALL
        or "discreet_since" in reader.columns.of_field
    )
