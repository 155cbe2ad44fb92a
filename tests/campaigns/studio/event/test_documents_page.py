from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from campaigns.events.documents.folder import delete_document_file
from campaigns.models import Event, EventDocument
from tests.campaigns.events.pdfs import PDF


@pytest.fixture(autouse=True)
def var_dir(settings: Any, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


def page(event: Event) -> str:
    return reverse("admin:studio_event_documents", args=[event.pk])


def typed(content: bytes = PDF, name: str = "agenda.pdf", **changes: str) -> dict[str, Any]:
    file = SimpleUploadedFile(name, content, content_type="application/pdf")
    return {"file": file, "title": "Agenda", "access": "public", **changes}


def test_a_document_is_added_read_and_deleted(sams: Client, event: Event) -> None:
    answer = sams.post(page(event), typed(language="uk", title_uk="Порядок денний"), follow=True)
    assert "Document added." in answer.content.decode()
    document = EventDocument.objects.get()
    assert document.texts == {"uk": {"title": "Порядок денний"}}
    html = sams.get(page(event)).content.decode()
    assert "Порядок денний" in html
    assert "PDF, 1 kB, Українська" in html
    arguments = [event.pk, document.pk]
    file = sams.get(reverse("admin:studio_event_document", args=arguments))
    assert b"".join(file.streaming_content) == PDF  # type: ignore[attr-defined]
    assert file["X-Content-Type-Options"] == "nosniff"
    delete = reverse("admin:studio_event_document_delete", args=arguments)
    assert sams.get(delete)["Location"] == page(event)
    assert "is deleted" in sams.post(delete, follow=True).content.decode()
    assert "was already deleted" in sams.post(delete, follow=True).content.decode()
    assert not EventDocument.objects.exists()


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        (typed(b"<html>"), "file", "This is not a PDF"),
        (typed(PDF[:120]), "file", "not complete"),
        (typed(title=""), "title", "Enter a title"),
        (typed(access=""), "access", "Choose who can open it"),
        (typed(access="anybody"), "access", ""),
        ({"title": "Agenda", "access": "public"}, "file", "Choose a PDF"),
    ],
)
def test_what_can_not_be_kept_is_refused_at_its_field(
    sams: Client, event: Event, given: dict[str, Any], field: str, said: str
) -> None:
    if "file" in given:
        given["file"].seek(0)
    answer = sams.post(page(event), given)
    assert answer.status_code == 422
    assert said in " ".join(answer.context["form"].errors[field])
    assert not EventDocument.objects.exists()


def test_a_file_that_is_too_large_is_refused_with_the_limit(
    sams: Client, event: Event, settings: Any
) -> None:
    settings.EVENT_DOCUMENT_BYTES = 1_000_000
    answer = sams.post(page(event), typed(PDF + b"\0" * 1_000_000))
    assert answer.status_code == 422
    assert "larger than 1 MB" in " ".join(answer.context["form"].errors["file"])
    # Four times as large: it isn't even read.
    assert sams.post(page(event), typed(PDF + b"\0" * 4_100_000)).status_code == 400


def test_a_form_larger_than_others_may_be_is_taken_here_alone(
    sams: Client, lees: Client, event: Event
) -> None:
    large = PDF + b"\n%" + b"x" * 3_000_000 + b"\n%%EOF\n"
    assert sams.post(page(event), typed(large)).status_code == 302
    assert EventDocument.objects.get().size == len(large)
    other = reverse("admin:studio_event_details", args=[event.pk])
    assert sams.post(other, typed(large)).status_code == 400
    assert lees.post(page(event), typed(large)).status_code in (400, 403)
    assert EventDocument.objects.count() == 1


def test_the_name_of_a_file_leads_nowhere(sams: Client, event: Event, var_dir: Path) -> None:
    sams.post(page(event), typed(name="../../../etc/passwd.pdf"))
    assert [path.parent for path in var_dir.rglob("*.pdf")] == [var_dir / "documents"]


def test_a_file_that_is_gone_is_told(sams: Client, event: Event) -> None:
    sams.post(page(event), typed())
    document = EventDocument.objects.get()
    delete_document_file(document.file)
    assert "The file is not on this server" in sams.get(page(event)).content.decode()
    address = reverse("admin:studio_event_document", args=[event.pk, document.pk])
    assert sams.get(address).status_code == 404


def test_who_may_not_change_events_reads_documents(
    lees: Client, sams: Client, event: Event
) -> None:
    sams.post(page(event), typed())
    html = lees.get(page(event)).content.decode()
    assert "Agenda" in html
    assert "<form" not in html.partition("<main")[2]
    document = EventDocument.objects.get()
    delete = reverse("admin:studio_event_document_delete", args=[event.pk, document.pk])
    assert lees.post(delete).status_code == 403
