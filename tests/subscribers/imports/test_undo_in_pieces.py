"""An undo that is done piece by piece: whatever ends it, the next one goes on from there."""

import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from newsletter.core.addresses import address_digest
from newsletter.models import AuditEntry
from subscribers.audit_actions import ListAction
from subscribers.consent.unsubscribe import unsubscribe
from subscribers.imports.import_subscribers import import_subscribers
from subscribers.imports.reading.encoding import ImportProblem
from subscribers.imports.undo import undo_import, undone_percent
from subscribers.imports.undo_asked import ask_undo, undo_asked
from subscribers.models import ConsentRecord, ImportBatch, Subscriber, Subscription, Topic
from subscribers.states import ConsentMethod
from tests.subscribers.imports.sheets import followers
from tests.subscribers.imports.sheets import take as take_sheet

PEOPLE = [f"person{number}@example.org" for number in range(5)]


@pytest.fixture
def batch(topic: Topic) -> ImportBatch:
    """Import five people, of whom one has left since."""
    data = io.BytesIO("\n".join(["Email", *PEOPLE]).encode())
    import_subscribers(data, topic=topic, consent="The old form")
    leaver = Subscription.objects.get(subscriber__digest=address_digest(PEOPLE[3]))
    unsubscribe(leaver.pk, method=ConsentMethod.ONE_CLICK)
    return ImportBatch.objects.get()


def _again(batch: ImportBatch) -> ImportBatch:
    batch.refresh_from_db()
    return batch


def test_one_that_ends_early_says_so_and_keeps_what_it_has_done(batch: ImportBatch) -> None:
    report = undo_import(batch.pk, seconds=0, window=2)
    assert (report.finished, report.removed) == (False, 2)
    assert Subscription.objects.count() == 3
    assert _again(batch).undone_at is None
    assert undone_percent(batch) == 40


def test_the_next_one_goes_on_and_tells_of_all_of_it(batch: ImportBatch, topic: Topic) -> None:
    undo_import(batch.pk, seconds=0, window=2)
    report = undo_import(batch.pk, window=2)
    assert report.finished
    assert (report.removed, report.subscribers_removed, report.kept_opted_out) == (4, 4, 1)
    assert not followers(topic)
    assert ConsentRecord.objects.exclude(digest=address_digest(PEOPLE[3])).count() == 0
    assert _again(batch).undo_result is not None
    assert AuditEntry.objects.filter(action=ListAction.IMPORT_UNDONE).count() == 1


def test_a_person_who_leaves_between_two_pieces_has_left(batch: ImportBatch, topic: Topic) -> None:
    undo_import(batch.pk, seconds=0, window=2)
    leaver = Subscription.objects.get(subscriber__digest=address_digest(PEOPLE[4]))
    unsubscribe(leaver.pk, method=ConsentMethod.ONE_CLICK)
    report = undo_import(batch.pk, window=2)
    assert (report.removed, report.kept_opted_out) == (3, 2)
    assert Subscriber.objects.count() == 2


def test_details_are_taken_back_in_pieces_too(topic: Topic) -> None:
    take_sheet("\n".join(["Email", *PEOPLE]), topic)
    named = "\n".join(["Email,Name", *(f"{email},Ada Lovelace" for email in PEOPLE)])
    number = take_sheet(named, topic).batch_id or 0
    assert undo_import(number, seconds=0, window=2).details_emptied == 2
    assert Subscriber.objects.filter(full_name="").count() == 2
    report = undo_import(number, window=2)
    assert (report.finished, report.details_emptied, report.removed) == (True, 5, 0)


def test_nothing_is_imported_to_the_topic_until_all_is_undone(
    batch: ImportBatch, topic: Topic, other_topic: Topic
) -> None:
    sheet = "\n".join(["Email", *PEOPLE])
    undo_import(batch.pk, seconds=0, window=2)
    with pytest.raises(ImportProblem, match=f"Import {batch.pk} to this topic is being undone"):
        take_sheet(sheet, topic)
    assert take_sheet(sheet, other_topic).added == 5
    assert take_sheet(sheet, topic, dry_run=True).rows == 5
    undo_import(batch.pk)
    assert take_sheet(sheet, topic).added == 4


def test_a_worker_does_the_rest_of_what_staff_asked_for(batch: ImportBatch, sam: User) -> None:
    assert ask_undo(batch.pk, by=sam)
    undo_import(batch.pk, seconds=0, window=2)
    [report] = undo_asked()
    assert (report.finished, report.removed) == (True, 4)
    [entry] = AuditEntry.objects.filter(action=ListAction.IMPORT_UNDONE)
    assert entry.actor_id == sam.pk


def test_a_worker_leaves_a_command_alone_until_nothing_is_heard_of_it(batch: ImportBatch) -> None:
    undo_import(batch.pk, seconds=0, window=2)
    assert undo_asked() == []
    assert _again(batch).undone_at is None
    state = {**(batch.undo_state or {}), "at": (timezone.now() - timedelta(minutes=5)).isoformat()}
    ImportBatch.objects.update(undo_state=state)
    [report] = undo_asked()
    assert (report.finished, report.removed) == (True, 4)


def test_progress_ends_with_all_of_it(batch: ImportBatch) -> None:
    told: list[tuple[int, int]] = []
    undo_import(batch.pk, window=2, progress=lambda done, total: told.append((done, total)))
    assert told == [(2, 5), (4, 5), (5, 5)]
