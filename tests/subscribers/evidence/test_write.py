"""Every way in which a consent or an opt-out comes leaves a signed record."""

import io
from collections.abc import Callable

import pytest

from newsletter.seals.seal import seal_entries
from subscribers.consent.leave_many import leave_many
from subscribers.evidence.chain import CONSENT
from subscribers.imports.import_subscribers import import_subscribers
from subscribers.imports.undo import undo_import
from subscribers.models import ConsentRecord, ConsentRemoval, ConsentWording, Subscriber, Topic
from subscribers.opt_outs.journal import journals
from subscribers.people.replay_opt_outs import replay
from subscribers.states import ConsentMethod
from tests.architecture.sources import modules, text_of
from tests.subscribers.evidence.conftest import problems

pytestmark = pytest.mark.django_db

SHEET = (
    "Timestamp,Email,Do you agree to get email?,Language\n"
    "2024/01/31 1:05:22 PM GMT+2,eve@example.org,Yes,fr\n"
    ",zoe@example.org,Yes,\n"
)
LEFT = "Email,Status\nkim@example.org,unsubscribed\n"


def take(text: str, topic: Topic, dry_run: bool = False) -> int:
    report = import_subscribers(
        io.BytesIO(text.encode()), topic=topic, consent="The old form.", dry_run=dry_run
    )
    return report.batch_id or 0


@pytest.mark.parametrize("is_sealed", [True, False])
def test_an_import_signs_what_it_writes_by_sql_and_so_does_its_undoing(
    topic: Topic, is_sealed: bool
) -> None:
    batch = take(SHEET, topic)
    assert ConsentRecord.objects.exclude(signature="").count() == 2
    assert ConsentRecord.objects.exclude(answers="").count() == 2
    assert ConsentWording.objects.get().text == "The old form."
    assert problems() == []

    if is_sealed:
        seal_entries(CONSENT)
    assert undo_import(batch).removed == 2
    assert ConsentRemoval.objects.count() == is_sealed
    assert problems() == []


def test_a_trial_of_an_import_leaves_nothing(topic: Topic) -> None:
    take(SHEET, topic, dry_run=True)

    assert not ConsentRecord.objects.exists()
    assert not ConsentWording.objects.exists()


def test_opt_outs_of_an_import_of_providers_and_of_a_journal_are_signed(
    topic: Topic, ada: Subscriber
) -> None:
    take(LEFT, topic)
    leave_many([ada.pk], topic_id=topic.pk, method=ConsentMethod.COMPLAINT)
    assert ConsentRecord.objects.count() == 2
    assert problems() == []

    ConsentRecord.objects.all().delete()
    ada.subscriptions.update(status="confirmed")
    replay(journals())
    assert ConsentRecord.objects.filter(details__replayed=True).exists()
    assert problems() == []


def test_what_a_person_does_is_signed(records: list[int], sign_up: Callable[..., None]) -> None:
    sign_up("zoe@example.org", full_name="Zoë \U0001f600")

    assert not ConsentRecord.objects.filter(signature="").exists()
    assert problems() == []


def test_nothing_else_writes_consent_records() -> None:
    writing = [
        f"ConsentRecord.{manager}.{verb}("
        for manager in ("objects", "_default_manager")
        for verb in ("create", "bulk_create", "get_or_create", "update_or_create", "update")
    ]
    found = [
        str(path)
        for path in modules()
        if any(each in text_of(path) for each in writing) and "evidence" not in path.parts
    ]
    assert found == []
