"""Import a list: subscribe the people of a form's CSV export, and report each row."""

from collections.abc import Callable, Mapping
from datetime import UTC, tzinfo
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from newsletter.core.addresses import address_reader
from subscribers.evidence.keep_wording import keep_wording
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
from subscribers.imports.reading.rows_as import RowsAs
from subscribers.imports.report import ImportReport, report_of
from subscribers.imports.row_outcomes import RowOutcomes
from subscribers.imports.rows.row import RowReader
from subscribers.imports.rows.row_extras import FoundLabels, found_labels
from subscribers.imports.store_rows import Progress, store_rows
from subscribers.models import ImportBatch, Topic
from subscribers.states import WordingForm

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
            fields=tuple(each for each in reading.fields if reading.columns.holds(each.key)),
            order_of_dates=date_order or reading.order_of_dates,
            labels=found_labels() if reading.columns.holds("labels") else FoundLabels(),
        )
        if not dry_run:
            # Before the transaction, or another import with other words would wait for its end.
            keep_wording(words, form=WordingForm.IMPORT, language_of=lambda _: "")
        with transaction.atomic():
            batch.save()
            extras = store_rows(
                stream,
                reading,
                reader,
                batch=batch,
                progress=progress or _no_progress,
                outcomes=outcomes,
                dry_run=dry_run,
            )
            changes = batch.added + batch.filled + batch.opt_outs + extras
            kept = not dry_run and changes > 0
            report = report_of(batch, reading, reader, dry_run=dry_run, kept=kept)
            if kept:
                keep_batch(batch)
                if finish:
                    finish(batch)
            else:
                transaction.set_rollback(True)
    return report


def _no_progress(done: int, total: int) -> None:
    pass
