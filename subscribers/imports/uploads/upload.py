"""An uploaded list, step by step: each of a person's steps leaves it to a worker."""

from collections.abc import Mapping

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from newsletter.audit.record import record
from newsletter.core.db.transition import transition
from newsletter.core.wake import wake
from subscribers.audit_actions import ListAction
from subscribers.imports.conditions import checked_words
from subscribers.imports.reading.encoding import ImportProblem
from subscribers.imports.reading.rows_as import RowsAs
from subscribers.imports.sources.part import LEFT_OUT
from subscribers.imports.uploads.choices import (
    Choices,
    imported_parts,
    needs_consent,
    parts_of,
)
from subscribers.imports.uploads.folder import forget_files
from subscribers.models import ImportUpload, Topic
from subscribers.need_to_know.hidden import hidden_topics
from subscribers.states import IMPORT_TRANSITIONS, WORKED_ON, ImportStep

type Account = User | AnonymousUser


class NotNow(RuntimeError):
    """The list is at another step by now: somebody was faster, or a worker has it."""


def visible_uploads(account: Account) -> QuerySet[ImportUpload]:
    """Select the uploads that an account may know of: its own, of topics that it may see."""
    if account.pk is None:
        return ImportUpload.objects.none()
    return ImportUpload.objects.filter(made_by_id=account.pk).exclude(
        topic__in=hidden_topics(account)
    )


@transaction.atomic
def begin(folder: str, *, file_name: str, size: int, topic: Topic, made_by: User) -> ImportUpload:
    """Take in a list whose file lies in `folder`, and have a worker read it."""
    upload = ImportUpload.objects.create(
        folder=folder,
        file_name=file_name,
        size=size,
        topic=topic,
        made_by=made_by,
        choices=Choices().to_json(),
        changed_at=timezone.now(),
    )
    record(
        ListAction.UPLOADED,
        upload,
        label=f"uploaded list {upload.pk}",
        topic_id=topic.pk,
        bytes=size,
    )
    _wake(upload)
    return upload


def choose(upload: ImportUpload, *, choices: Choices, rows_as: Mapping[int, str]) -> None:
    """Keep what staff chose about columns and tables, and have a worker look at each row.

    Another encoding has the headings read anew first, and nothing else is kept then: the columns
    were chosen by headings that may be wrong.

    Args:
        rows_as: table → what its rows are: one of RowsAs, or LEFT_OUT.

    Raises:
        ImportProblem: no table is imported.
        NotNow: the list is at another step.
    """
    parts = parts_of(upload)
    for index, part in enumerate(parts):
        chosen = rows_as.get(index, part.rows_as)
        part.rows_as = chosen if chosen == LEFT_OUT else RowsAs(chosen).value
    if not imported_parts(parts):
        raise ImportProblem("Choose at least one file or sheet to import.")
    is_read_anew = choices.encoding != Choices.of(upload).encoding
    if is_read_anew:
        choices = Choices(encoding=choices.encoding, time_zone=choices.time_zone)
    _move(
        upload,
        ImportStep.READING if is_read_anew else ImportStep.CHECKING,
        parts=[part.to_json() for part in parts],
        choices=choices.to_json(),
        problem="",
        problem_header="",
    )


def change_columns(upload: ImportUpload) -> None:
    """Go back to the columns.

    Raises:
        NotNow: the list is at another step.
    """
    _move(upload, ImportStep.COLUMNS)


def start_import(upload: ImportUpload, *, consent: str, re_permission: bool) -> None:
    """Have a worker import the list as it was looked at.

    Raises:
        ImportProblem: the words about consent are missing, or can't be kept.
        NotNow: the list is at another step.
    """
    words = checked_words(consent, rows_as=None if needs_consent(upload) else RowsAs.UNSUBSCRIBED)
    if re_permission and upload.topic.is_moderated:
        raise ImportProblem("People of a moderated topic can't be asked to confirm.")
    _move(
        upload,
        ImportStep.IMPORTING,
        consent_words=words,
        re_permission=re_permission,
        problem="",
        problem_header="",
    )


@transaction.atomic
def discard(upload: ImportUpload) -> None:
    """Delete an uploaded list that isn't imported, with its files.

    Raises:
        NotNow: it is being imported, or it has been.
    """
    rows = ImportUpload.objects.filter(pk=upload.pk).exclude(
        status__in=[ImportStep.IMPORTING, ImportStep.IMPORTED]
    )
    folder, number = upload.folder, upload.pk
    if not rows.delete()[0]:
        raise NotNow
    record(ListAction.DISCARDED, label=f"uploaded list {number}", topic_id=upload.topic_id)
    transaction.on_commit(lambda: forget_files(folder))


@transaction.atomic
def _move(upload: ImportUpload, to: ImportStep, **changes: object) -> None:
    rows = ImportUpload.objects.filter(pk=upload.pk)
    if not transition(
        rows,
        IMPORT_TRANSITIONS,
        to,
        changed_at=timezone.now(),
        attempt=0,
        claim_token=None,
        lease_until=None,
        **changes,
    ):
        raise NotNow
    upload.refresh_from_db()
    if to in WORKED_ON:
        _wake(upload)


def _wake(upload: ImportUpload) -> None:
    wake("subscribers.advance_import", upload.pk, queue="bulk")
