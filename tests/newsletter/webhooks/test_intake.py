"""How webhooks and mailboxes do is noted, so that somebody is told where they fail."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from pytest_django.fixtures import Settings

from newsletter.core.db.clock import database_now
from newsletter.models import Intake
from newsletter.transport.connections.mailbox import MailboxTrouble
from newsletter.webhooks import intake
from newsletter.webhooks.intake import (
    BOUNCES,
    LONGEST_PAUSE,
    may_be_visited,
    note_failure,
    note_refusal,
    note_success,
    visit_mailbox,
)
from newsletter.webhooks.process_reports import process_reports
from newsletter.webhooks.store import store

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "_noted", {})


def fails() -> None:
    raise MailboxTrouble("imap.example.org says: ada@example.org is locked.")


def test_a_mailbox_that_works_has_no_row() -> None:
    visit_mailbox(BOUNCES, lambda: None)
    assert not Intake.objects.exists()


def test_a_mailbox_fails_since_its_first_failure_and_names_nobody() -> None:
    visit_mailbox(BOUNCES, fails)
    first = Intake.objects.get()
    visit_mailbox(BOUNCES, fails)
    again = Intake.objects.get()
    assert again.failing_since == first.failing_since
    assert again.failed_at > first.failed_at
    assert "is locked" in again.trouble
    assert "ada" not in again.trouble
    Intake.objects.update(failed_at=again.failed_at - LONGEST_PAUSE)
    visit_mailbox(BOUNCES, lambda: None)
    assert Intake.objects.get().failing_since is None


@pytest.mark.parametrize(
    ("failing", "pause", "may"), [(40, 9, False), (40, 11, True), (9000, 590, False)]
)
def test_it_is_visited_the_more_seldom_the_longer_it_fails(
    failing: int, pause: int, may: bool
) -> None:
    now = database_now()
    note_failure(BOUNCES, "It is locked.")
    Intake.objects.update(
        failing_since=now - timedelta(seconds=failing), failed_at=now - timedelta(seconds=pause)
    )
    assert may_be_visited(BOUNCES) is may
    Intake.objects.update(failed_at=now - LONGEST_PAUSE)
    assert may_be_visited(BOUNCES)


def test_a_wrong_secret_is_noted_and_a_right_one_ends_it(
    client: Client, settings: Settings
) -> None:
    settings.WEBHOOK_SECRET = "the-secret"
    address = "/webhooks/postmark/?secret="
    client.post(f"{address}another", "{}", content_type="application/json")
    assert Intake.objects.get(name="postmark").failing_since is not None
    body = '{"RecordType": "Open"}'
    assert client.post(f"{address}the-secret", body, content_type="text/x").status_code == 204
    process_reports()
    assert Intake.objects.get(name="postmark").failing_since is None


def test_a_wrong_signature_is_noted(settings: Settings) -> None:
    settings.WEBHOOK_SIGNING_KEYS = {"mailgun": "key-of-mailgun"}
    store(
        "mailgun", b'{"signature": {"token": "a", "timestamp": "1", "signature": "b"}}', headers={}
    )
    process_reports()
    assert Intake.objects.get(name="mailgun").failing_since is not None


def test_a_flood_of_wrong_secrets_costs_one_note(client: Client, settings: Settings) -> None:
    settings.WEBHOOK_SECRET = "the-secret"
    for _ in range(3):
        client.post("/webhooks/postmark/?secret=another", "{}", content_type="application/json")
        first = Intake.objects.get().failed_at
    assert Intake.objects.get().failed_at == first


def test_a_name_that_is_no_provider_s_is_not_noted(client: Client, settings: Settings) -> None:
    settings.WEBHOOK_SECRET = "the-secret"
    client.post("/webhooks/nobody/?secret=another", "{}", content_type="application/json")
    assert not Intake.objects.exists()


def test_a_refusal_that_can_t_be_noted_changes_no_answer(caplog: pytest.LogCaptureFixture) -> None:
    def away(*_: object) -> None:
        raise DatabaseError("it is away")

    with connection.execute_wrapper(away):
        note_refusal("postmark", "The secret is wrong.")
    assert "can't be noted" in caplog.text


def test_success_of_one_says_nothing_of_another() -> None:
    note_failure("brevo", "The secret is wrong.")
    note_success("postmark")
    assert Intake.objects.get().failing_since is not None
