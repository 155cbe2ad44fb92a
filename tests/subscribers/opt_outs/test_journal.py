"""Every opt-out is noted in a file of this host, whatever becomes of the process or the disk."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.reports.diagnostics.diagnose import diagnose
from newsletter.models import Epoch
from newsletter.states import BounceClass, ProviderEventKind
from subscribers.consent.leave_many import leave_many
from subscribers.consent.never_again import never_again
from subscribers.consent.preferences import choose_topics
from subscribers.consent.unsubscribe import Departure, unsubscribe, unsubscribe_all
from subscribers.consent.urls_in_mail import unsubscribe_url
from subscribers.models import Subscriber
from subscribers.opt_outs import journal
from subscribers.opt_outs.entry import Entry, EntryKind, UnreadableEntry, format_entry, read_entry
from subscribers.people.erase import erase
from subscribers.states import ConsentMethod, SuppressionReason
from subscribers.suppression.bounces_and_complaints import MailboxNews, suppress_mailboxes
from subscribers.suppression.registry import suppress

pytestmark = pytest.mark.services

AT = datetime(2026, 11, 26, 3, 0, 0, 5, tzinfo=UTC)


def noted() -> set[tuple[str, str]]:
    """The entries of the journal, without the lines of what isn't about this person."""
    return {
        (entry.what, entry.which)
        for path in journal.journals()
        for entry in journal.entries_of(path)
        if entry
    }


def leaves(ada: Subscriber) -> dict[str, Callable[[], object]]:
    subscription = ada.subscriptions.get()
    at = timezone.now()
    return {
        "by a link": lambda: unsubscribe(subscription.pk, method=ConsentMethod.MAIL_LINK),
        "by one click": lambda: Client().post(
            unsubscribe_url(subscription.pk).partition("8000")[2], {"List-Unsubscribe": "One-Click"}
        ),
        "everything": lambda: unsubscribe_all(ada.pk, method=ConsentMethod.MAIL_LINK),
        "in the preferences": lambda: choose_topics(ada.pk, topics=[], words=""),
        "never again": lambda: never_again(ada.digest, method=ConsentMethod.MAIL_LINK),
        "erased": lambda: erase(ada.pk),
        "by the provider": lambda: leave_many(
            [ada.pk], topic_id=subscription.topic_id, method=ConsentMethod.PROVIDER
        ),
        "a complaint": lambda: suppress_mailboxes(
            [
                MailboxNews(
                    digest=ada.digest,
                    kind=ProviderEventKind.COMPLAINED,
                    bounce_class="",
                    at=at,
                    send="delivery 1",
                )
            ]
        ),
        "a dead mailbox": lambda: suppress_mailboxes(
            [
                MailboxNews(
                    digest=ada.digest,
                    kind=ProviderEventKind.BOUNCED,
                    bounce_class=BounceClass.HARD,
                    at=at,
                    send="delivery 1",
                )
            ]
        ),
        "by staff": lambda: suppress(ada.digest, reason=SuppressionReason.STAFF),
    }


TOPIC = (EntryKind.TOPIC, "quarterly-meetings")
EXPECTED = {
    "by a link": {TOPIC},
    "by one click": {TOPIC},
    "everything": {TOPIC, (EntryKind.MAIL, "unsubscribed_all")},
    "in the preferences": {TOPIC},
    "never again": {TOPIC, (EntryKind.MAIL, "never_again")},
    "erased": {TOPIC, (EntryKind.MAIL, "erased")},
    "by the provider": {TOPIC},
    "a complaint": {(EntryKind.MAIL, "complaint")},
    "a dead mailbox": {(EntryKind.MAIL, "hard_bounce")},
    "by staff": {(EntryKind.MAIL, "staff")},
}


@pytest.mark.parametrize("way", list(EXPECTED))
def test_every_way_to_leave_is_noted_and_advances_the_epoch(ada: Subscriber, way: str) -> None:
    before = Epoch.objects.count()

    leaves(ada)[way]()

    assert noted() == EXPECTED[way]
    assert Epoch.objects.count() > before


def test_the_journal_names_nobody_and_is_its_owners_alone(ada: Subscriber) -> None:
    unsubscribe_all(ada.pk, method=ConsentMethod.MAIL_LINK)

    [path] = journal.journals()
    assert "ada" not in path.read_text()
    assert ada.digest in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "entry",
    [
        Entry(EntryKind.TOPIC, AT, "a" * 64, "quarterly-meetings", "one_click"),
        Entry(EntryKind.MAIL, AT, "b" * 64, "staff"),
    ],
)
def test_a_line_says_again_what_was_written(entry: Entry) -> None:
    line = format_entry(entry)

    assert read_entry(line) == entry
    for cut in range(1, len(line)):
        with pytest.raises(UnreadableEntry):
            read_entry(line[:cut])


def test_a_torn_line_costs_no_other(ada: Subscriber) -> None:
    suppress("a" * 64, reason=SuppressionReason.STAFF)
    [path] = journal.journals()
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])

    suppress("b" * 64, reason=SuppressionReason.STAFF)

    entries = list(journal.entries_of(path))
    assert [entry and entry.digest for entry in entries] == [None, "b" * 64]


def test_a_full_disk_stops_the_journal_with_an_alarm_and_nobody_who_leaves(
    ada: Subscriber, settings: Settings
) -> None:
    folder = settings.VAR_DIR / "opt-outs"
    folder.write_text("no folder")

    assert unsubscribe(ada.subscriptions.get().pk, method=ConsentMethod.ONE_CLICK) is Departure.LEFT
    suppress("a" * 64, reason=SuppressionReason.STAFF)
    folder.unlink()
    suppress("b" * 64, reason=SuppressionReason.STAFF)

    [path] = journal.journals()
    gap, after = [entry for entry in journal.entries_of(path) if entry]
    assert (gap.what, gap.which, after.digest) == (EntryKind.GAP, "2", "b" * 64)
    assert journal.trouble(since=timezone.now() - timedelta(days=1))
    assert any(found.check == "opt-outs" and "2 opt-outs" in found.message for found in diagnose())


def test_what_a_trial_takes_back_is_not_noted(db: None) -> None:
    with transaction.atomic():
        journal.note([Entry(EntryKind.MAIL, AT, "a" * 64, "staff")], now=AT, once_committed=True)
        transaction.set_rollback(True)

    assert journal.journals() == []


@pytest.mark.django_db(transaction=True)
def test_what_a_set_has_committed_is_noted(settings: Settings) -> None:
    with transaction.atomic():
        journal.note(
            [Entry(EntryKind.MAIL, AT, f"{number:064x}", "staff") for number in range(1_200)],
            now=AT,
            once_committed=True,
        )

    [path] = journal.journals()
    assert len(list(journal.entries_of(path))) == 1_200
    assert re.fullmatch(r"2026-11\.log", path.name)
