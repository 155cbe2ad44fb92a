"""An import tells whoever may not know of somebody what it tells of a stranger, and no more."""

import csv
import io
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from staff.roles import LIST_MANAGER
from subscribers.imports.uploads.work import sweep_imports
from subscribers.models import (
    ConsentRecord,
    ImportBatch,
    ImportUpload,
    Subscriber,
    Suppression,
    Topic,
)
from subscribers.states import ConsentAction, ConsentMethod, SuppressionReason
from subscribers.suppression.registry import active, suppress
from tests.staff_members import browser_of, staff_member
from tests.subscribers.imports.uploads.uploaded import checked_list

SHEETS = {
    "subscribed": "Email,Name\n{0},Greta Garden\n",
    "left": "Email,Name,Newsletter\n{0},Greta Garden,no\n",
    "bounced": "Email,Status\n{0},cleaned\n",
    "both": "Email,Name,Newsletter\n{0},Greta Garden,no\n{0},Greta Garden,yes\n",
}
STRANGER = "nobody@example.net"


@pytest.fixture
def lena(db: None) -> User:
    return staff_member("lena", LIST_MANAGER)


@pytest.fixture
def suppressed(greta: Subscriber, restricted: Topic) -> Subscriber:
    """Greta has confirmed the need-to-know topic. Her mailbox doesn't exist any more."""
    Subscriber.objects.filter(pk=greta.pk).update(full_name="", time_zone="")
    ConsentRecord.objects.create(
        digest=greta.digest,
        topic=restricted,
        action=ConsentAction.CONFIRMED,
        method=ConsentMethod.FORM,
        given_at=timezone.now(),
    )
    suppress(greta.digest, reason=SuppressionReason.HARD_BOUNCE)
    return greta


def told(browser: Client, upload: ImportUpload) -> tuple[Any, ...]:
    """Return what an import says: its findings, its page and its report."""
    upload.refresh_from_db()
    answer: Any = browser.post(reverse("admin:subscribers_importupload_report", args=[upload.pk]))
    report = b"".join(answer.streaming_content).decode("utf-8-sig")
    return upload.findings, [row[2:] for row in csv.reader(io.StringIO(report))]


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_look_at_a_list_tells_of_somebody_hidden_what_it_tells_of_a_stranger(
    sheet: str, topic: Topic, suppressed: Subscriber, lena: User
) -> None:
    browser = browser_of(lena)
    said = [
        told(browser, checked_list(topic, lena, text=SHEETS[sheet].format(address)))
        for address in (suppressed.email, STRANGER)
    ]
    assert said[0] == said[1]


@pytest.mark.parametrize("is_blocked", [True, False])
def test_somebody_hidden_is_not_brought_back_by_an_import_whose_report_does_not_tell(
    is_blocked: bool, topic: Topic, suppressed: Subscriber, lena: User
) -> None:
    if not is_blocked:
        Suppression.objects.all().delete()
    browser = browser_of(lena)
    said = []
    for address in (suppressed.email, STRANGER):
        upload = checked_list(topic, lena, text=SHEETS["subscribed"].format(address))
        browser.post(
            reverse("admin:subscribers_importupload_import", args=[upload.pk]),
            {"consent": "The old form."},
        )
        sweep_imports()
        said.append(told(browser, upload))
    assert said[0] == said[1]
    assert list(ImportBatch.objects.values_list("added", "opted_out", "filled")) == [(1, 0, 0)] * 2
    assert suppressed.subscriptions.filter(topic=topic).exists() is not is_blocked
    assert bool(active(suppressed.digest)) is is_blocked


def test_somebody_hidden_who_stands_in_two_chunks_is_told_of_as_a_stranger(
    topic: Topic, suppressed: Subscriber, lena: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("subscribers.imports.store_rows.CHUNK", 2)
    monkeypatch.setattr("subscribers.imports.store_rows._STAGED_AT_ONCE", 2)
    browser = browser_of(lena)
    said = []
    for address in (suppressed.email, STRANGER):
        others = "".join(f"p{number}-of-{address}\n" for number in range(9))
        upload = checked_list(topic, lena, text=f"Email\n{address}\n{others}{address}\n")
        browser.post(
            reverse("admin:subscribers_importupload_import", args=[upload.pk]),
            {"consent": "The old form."},
        )
        sweep_imports()
        findings, rows = told(browser, upload)
        said.append((findings, [row[:1] + row[2:] for row in rows]))
    assert said[0] == said[1]
    assert said[0][0]["counts"] == {"added": 10, "repeated": 1}
