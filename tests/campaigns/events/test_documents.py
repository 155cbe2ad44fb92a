"""Documents of events: only PDFs are taken, and nothing is left behind."""

import os
import stat
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone, translation

from campaigns.audit_actions import EventAction
from campaigns.event_states import DocumentAccess
from campaigns.events.documents import add as adding
from campaigns.events.documents.add import add_document
from campaigns.events.documents.check_pdf import BadDocument, check_pdf
from campaigns.events.documents.delete import delete_document, forget_document_files
from campaigns.events.documents.folder import documents_folder, has_document, open_document
from campaigns.events.documents.listing import size_in_words
from campaigns.models import Campaign, CampaignContent, Event, EventDocument
from campaigns.states import CampaignStatus
from newsletter.models import AuditEntry, TransactionalMessage
from tests.campaigns.events.pdfs import PDF, REFUSED, TAKEN


@pytest.fixture(autouse=True)
def var_dir(settings: Any, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


def files() -> list[str]:
    return sorted(path.name for path in documents_folder().iterdir())


def add(event: Event, **given: Any) -> EventDocument:
    options: dict[str, Any] = {
        "content": PDF,
        "title": "Agenda",
        "access": DocumentAccess.PUBLIC,
        **given,
    }
    return add_document(event, **options)


@pytest.mark.parametrize("kind", TAKEN)
def test_a_pdf_is_taken(kind: str) -> None:
    check_pdf(TAKEN[kind])


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_whole_pdf_is_refused(kind: str, event: Event) -> None:
    with pytest.raises(BadDocument):
        add(event, content=REFUSED[kind])
    assert not EventDocument.objects.exists()
    assert files() == []


def test_one_that_is_too_large_is_refused(event: Event, settings: Any) -> None:
    settings.EVENT_DOCUMENT_BYTES = len(PDF)
    add(event)
    settings.EVENT_DOCUMENT_BYTES = len(PDF) - 1
    with pytest.raises(BadDocument, match="larger than"):
        add(event)


def test_a_document_lies_in_a_folder_of_its_own_for_its_owner_alone(event: Event) -> None:
    document = add(event, title="  A   title ", texts={"uk": {"title": "Порядок денний"}})
    assert (document.title, document.size) == ("A title", len(PDF))
    assert files() == [document.file]
    path = documents_folder() / document.file
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    opened = open_document(document.file)
    assert opened is not None
    with opened:
        assert opened.read() == PDF
    entry = AuditEntry.objects.get(action=EventAction.DOCUMENT_ADDED)
    assert entry.object_id == str(event.pk)


@pytest.mark.parametrize(
    "given",
    [
        {"title": ""},
        {"title": "x" * 161},
        {"access": "anybody"},
        {"language": "not a language"},
        {"texts": {"uk": {"title": "x" * 161}}},
    ],
)
def test_what_can_not_be_kept_leaves_no_file(event: Event, given: dict[str, Any]) -> None:
    with pytest.raises(BadDocument):
        add(event, **given)
    assert files() == []


def test_an_event_has_so_many_documents_and_no_more(
    event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding, "MAXIMUM_DOCUMENTS", 1)
    add(event)
    with pytest.raises(BadDocument, match="at most 1 documents"):
        add(event)
    assert len(files()) == 1


def test_a_deleted_document_leaves_nothing(
    event: Event, django_capture_on_commit_callbacks: Any
) -> None:
    document = add(event)
    with django_capture_on_commit_callbacks(execute=True):
        assert delete_document(document)
    assert files() == []
    assert not has_document(document.file)
    assert open_document(document.file) is None
    assert not delete_document(document)
    assert AuditEntry.objects.filter(action=EventAction.DOCUMENT_DELETED).count() == 1


def test_files_without_a_row_are_deleted_once_they_are_old(event: Event) -> None:
    kept = add(event)
    lost, new = (documents_folder() / f"{digit * 32}.pdf" for digit in "ab")
    other = documents_folder() / "notes.txt"
    for path in (lost, new, other):
        path.write_bytes(PDF)
    hours_ago = time.time() - 7200
    for path in (lost, other, documents_folder() / kept.file):
        os.utime(path, (hours_ago, hours_ago))
    assert forget_document_files() == 1
    assert files() == sorted([kept.file, new.name, other.name])


@pytest.mark.parametrize("name", ["../convene.sqlite3", "agenda.pdf", "", "a" * 32])
def test_nothing_but_documents_can_be_opened(name: str) -> None:
    with pytest.raises(ValueError, match="no document"):
        open_document(name)


def test_a_size_is_written_for_people() -> None:
    assert [size_in_words(each) for each in (1, 345_600, 1_234_567, 9_000_000)] == [
        "1 kB",
        "346 kB",
        "1.2 MB",
        "9 MB",
    ]
    with translation.override("fr"):
        assert size_in_words(345_600) == "346\u202fko"
        assert size_in_words(1_234_567) == "1,2\u202fMo"


@pytest.mark.parametrize(
    ("block", "access", "status"),
    [
        ("documents", DocumentAccess.PUBLIC, CampaignStatus.DRAFT),
        ("documents", DocumentAccess.ACCEPTED, CampaignStatus.APPROVED),
        ("divider", DocumentAccess.PUBLIC, CampaignStatus.APPROVED),
    ],
    ids=["listed", "for participants", "not listed"],
)
def test_an_approval_ends_where_the_email_lists_what_is_added_or_deleted(
    draft: Campaign, event: Event, block: str, access: DocumentAccess, status: CampaignStatus
) -> None:
    CampaignContent.objects.update(blocks=[{"type": block}])

    Campaign.objects.update(status=CampaignStatus.APPROVED)
    document = add(event, access=access)
    assert Campaign.objects.get().status == status

    Campaign.objects.update(status=CampaignStatus.APPROVED)
    delete_document(document)
    assert Campaign.objects.get().status == status


def test_whoever_adds_a_document_and_whoever_scheduled_hear_that_nothing_leaves(
    draft: Campaign, event: Event, sam: User
) -> None:
    CampaignContent.objects.update(blocks=[{"type": "documents"}])
    soon = timezone.now() + timedelta(days=1)
    Campaign.objects.update(status=CampaignStatus.SCHEDULED, scheduled_at=soon, scheduled_by=sam)
    told: list[Campaign] = []

    add(event, tell=told.extend)

    assert [(each.pk, each.status) for each in told] == [(draft.pk, CampaignStatus.SCHEDULED)]
    [message] = TransactionalMessage.objects.filter(kind="staff_approve_again")
    assert message.to == sam.email


def test_an_event_on_no_public_page_lists_none_so_no_approval_ends(
    draft: Campaign, event: Event
) -> None:
    CampaignContent.objects.update(blocks=[{"type": "documents"}])
    Event.objects.update(is_public=False)
    event.refresh_from_db()
    Campaign.objects.update(status=CampaignStatus.APPROVED)
    add(event)
    assert Campaign.objects.get().status == CampaignStatus.APPROVED
