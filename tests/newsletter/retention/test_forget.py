"""Data dies when the settings say so, and no sooner."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone

from newsletter.models import (
    InboxMessage,
    MailerDay,
    MailerHealth,
    ProviderEvent,
    PublicChange,
    TransactionalMessage,
    WrittenAddress,
)
from newsletter.retention.forget import (
    delete_messages,
    forget_inbox,
    forget_mailers,
    forget_messages,
    forget_provider_events,
    forget_public_changes,
)
from newsletter.tasks import forget_expired

NOW = timezone.now()


def make_messages(count: int, *, created_at: datetime, **columns: object) -> list[int]:
    fields: dict[str, object] = {
        "kind": "confirmation",
        "digest": "d" * 64,
        "to": "ada@example.nz",
        "to_name": "Ada",
        "subject": "Please confirm",
        "html": "<p>x</p>",
        "text": "x",
        "headers": {"X-A": "b"},
        "status": "accepted",
        "provider_message_id": "id-1",
        "reason": "550 no such user ada",
    }
    rows = [TransactionalMessage.objects.create(**{**fields, **columns}) for _ in range(count)]
    ids = [row.pk for row in rows]
    TransactionalMessage.objects.filter(pk__in=ids).update(created_at=created_at)
    return ids


@pytest.mark.parametrize("status", ["accepted", "failed", "skipped", "uncertain"])
def test_a_month_after_it_was_written_a_message_is_forgotten(db: None, status: str) -> None:
    [old] = make_messages(1, created_at=NOW - settings.KEEP_TRANSACTIONAL_BODIES, status=status)
    [young] = make_messages(
        1, created_at=NOW - settings.KEEP_TRANSACTIONAL_BODIES + timedelta(seconds=1), status=status
    )

    assert forget_messages(now=NOW) == 1

    row = TransactionalMessage.objects.get(pk=old)
    assert (
        row.to,
        row.to_name,
        row.subject,
        row.html,
        row.text,
        row.headers,
        row.provider_message_id,
    ) == ("", "", "", "", "", {}, "")
    assert (row.status, row.kind, row.digest, row.forgotten_at) == (
        status,
        "confirmation",
        "d" * 64,
        NOW,
    )
    assert row.reason == ("550 no such user ada" if status == "skipped" else "")
    assert TransactionalMessage.objects.get(pk=young).to == "ada@example.nz"
    assert forget_messages(now=NOW) == 0


def test_what_still_waits_after_a_month_is_given_up(db: None) -> None:
    [pk] = make_messages(1, created_at=NOW - timedelta(days=31), status="queued", retry_at=NOW)

    assert forget_messages(now=NOW) == 1

    row = TransactionalMessage.objects.get(pk=pk)
    assert (row.status, row.to, row.settled_at) == ("skipped", "", NOW)
    assert row.reason == "It waited until its text had to be deleted."


def test_what_is_being_sent_is_left_alone(db: None) -> None:
    lease = {"status": "claimed", "claim_token": uuid4(), "lease_until": NOW}
    [pk] = make_messages(1, created_at=NOW - timedelta(days=31), **lease)

    assert forget_messages(now=NOW) == 0
    assert TransactionalMessage.objects.get(pk=pk).to == "ada@example.nz"


def test_much_is_forgotten_in_small_steps(db: None) -> None:
    make_messages(7, created_at=NOW - timedelta(days=40))

    assert forget_messages(now=NOW, batch=3) == 7
    assert not TransactionalMessage.objects.filter(forgotten_at=None).exists()


def test_provider_events_and_the_inbox_are_emptied_in_time(db: None) -> None:
    for number in range(5):
        ProviderEvent.objects.create(provider="mailgun", fingerprint=str(number), raw=b"{}")
        InboxMessage.objects.create(
            stream="bulk", sender="s", recipient="r", subject="s", raw=b"x", size=1
        )
    old = ProviderEvent.objects.order_by("id").values_list("id", flat=True)[:4]
    ProviderEvent.objects.filter(pk__in=list(old)).update(
        received_at=NOW - settings.KEEP_PROVIDER_EVENTS
    )
    kept = InboxMessage.objects.latest("id").pk
    InboxMessage.objects.exclude(pk=kept).update(received_at=NOW - settings.KEEP_INBOX)

    assert forget_provider_events(now=NOW, batch=2) == 4
    assert forget_inbox(now=NOW, batch=2) == 4
    assert ProviderEvent.objects.get().fingerprint == "4"
    assert InboxMessage.objects.get().pk == kept


def test_the_clock_keeps_it(db: None) -> None:
    make_messages(1, created_at=timezone.now() - timedelta(days=400))

    forget_expired()

    assert TransactionalMessage.objects.get().to == ""


def test_past_days_and_past_troubles_of_mailers_are_deleted(db: None) -> None:
    for age in (0, 29, 31):
        moment = NOW - timedelta(days=age)
        MailerDay.objects.create(mailer="brevo", day=moment.date())
        MailerHealth.objects.create(
            mailer=f"brevo-{age}", rests_until=moment, reason="down", changed_at=moment
        )

    assert forget_mailers(now=NOW) == 2

    assert MailerDay.objects.count() == MailerHealth.objects.count() == 2


def test_changes_of_public_pages_are_forgotten_but_for_the_newest(db: None) -> None:
    PublicChange.objects.all().delete()
    for minutes in (200, 61, 59, 0):
        PublicChange.objects.create(nonce=str(minutes), at=NOW - timedelta(minutes=minutes))
    assert forget_public_changes(now=NOW) == 2
    assert forget_public_changes(now=NOW + timedelta(days=1)) == 1
    assert list(PublicChange.objects.values_list("nonce", flat=True)) == ["0"]
    assert forget_public_changes(now=NOW + timedelta(days=2)) == 0


def test_two_years_after_it_was_written_the_digest_is_left_of_a_message(db: None) -> None:
    old = NOW - settings.KEEP_TRANSACTIONAL_ROWS
    make_messages(3, created_at=old, forgotten_at=old)
    make_messages(1, created_at=old, forgotten_at=old, kind="staff_invitation", digest="e" * 64)
    [young] = make_messages(1, created_at=old + timedelta(seconds=1), forgotten_at=old)
    [claimed] = make_messages(1, created_at=old, forgotten_at=None)

    assert delete_messages(now=NOW, batch=2) == 4
    assert delete_messages(now=NOW) == 0

    assert set(TransactionalMessage.objects.values_list("pk", flat=True)) == {young, claimed}
    assert WrittenAddress.objects.get().digest == "d" * 64


def test_the_clock_deletes_messages_too(db: None) -> None:
    old = timezone.now() - settings.KEEP_TRANSACTIONAL_ROWS
    make_messages(1, created_at=old, forgotten_at=None)
    forget_expired()
    assert not TransactionalMessage.objects.exists()
