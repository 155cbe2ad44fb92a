"""Records of the release before are signed, and no word of them is lost."""

import importlib
from datetime import timedelta

import pytest
from django.apps import apps
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from newsletter.seals.seal import seal_entries
from subscribers.evidence.adopt import Adoption
from subscribers.evidence.chain import CONSENT, SEALED_UNSIGNED, UPGRADED_WITHIN
from subscribers.models import ConsentRecord, ConsentWording, ImportBatch, Topic
from subscribers.states import WordingForm
from tests.subscribers.evidence.conftest import problems

pytestmark = pytest.mark.django_db

CONSENT_TEXT = "The old form,\nwith two lines."


def former(topic: Topic, words: str, *, method: str = "form", **said: object) -> ConsentRecord:
    """A record as the release before wrote it."""
    return ConsentRecord.objects.create(
        digest="d" * 64,
        topic=topic,
        action="imported" if method == "import" else "confirmed",
        method=method,
        former_words=words,
        language="fr",
        network="192.0.2.0/24",
        given_at=timezone.now(),
        **said,
    )


def adopt() -> int:
    return Adoption(ConsentRecord, ConsentWording, ImportBatch).run()


@pytest.fixture
def batch(topic: Topic) -> ImportBatch:
    ImportBatch.objects.create(topic=topic, file_name="a.csv", consent_words="The old form,")
    return ImportBatch.objects.create(topic=topic, file_name="b.csv", consent_words=CONSENT_TEXT)


def test_every_record_reads_as_before_and_is_signed(topic: Topic, batch: ImportBatch) -> None:
    answered = f"{CONSENT_TEXT}\nDo you agree?: Yes"
    records = [
        former(topic, "I agree."),
        former(topic, "I agree.", method="embed"),
        former(topic, "I agree.\nTo all.", method="preferences"),
        former(topic, "", method="one_click"),
        former(topic, answered, method="import", details={"batch": batch.pk, "row": 2}),
        former(topic, answered, method="import"),  # its circumstances were trimmed
        former(topic, answered, method="mail_link"),  # carried over to another address
        former(topic, CONSENT_TEXT, method="import", details={"batch": batch.pk}),
        former(topic, "An import that is gone\nYes", method="import", details={"batch": 999}),
        former(topic, "N\u00fcl \U0001f600 “quoted” \\ 'single'", method="form"),
    ]
    before = [record.words for record in records]

    assert adopt() == len(records)
    assert adopt() == 0

    after = list(ConsentRecord.objects.order_by("pk").select_related("wording"))
    assert [record.words for record in after] == before
    assert {record.former_words for record in after} == {""}
    assert [record.answers for record in after[4:8]] == ["Do you agree?: Yes"] * 3 + [""]
    assert problems() == []
    assert seal_entries(CONSENT) == len(records)
    assert problems() == []


def test_those_who_agreed_to_the_same_words_share_a_wording(
    topic: Topic, batch: ImportBatch
) -> None:
    first = former(topic, "I agree.")
    former(topic, "I agree.", method="embed")
    former(topic, f"{CONSENT_TEXT}\nDo you agree?: Yes", method="import")
    former(topic, f"{CONSENT_TEXT}\nDo you agree?: Sure", method="import")
    adopt()

    ours, imported = ConsentWording.objects.order_by("pk")
    assert (ours.form, ours.language, ours.version) == (WordingForm.SIGN_UP, "en", 1)
    assert ours.first_used_at == first.recorded_at
    assert (imported.form, imported.language) == (WordingForm.IMPORT, "")
    assert imported.text == CONSENT_TEXT


def test_it_goes_on_window_by_window(topic: Topic) -> None:
    for number in range(5):
        former(topic, f"Words {number}.")
    done: list[int] = []

    assert (
        Adoption(ConsentRecord, ConsentWording, ImportBatch).run(progress=done.append, window=2)
        == 5
    )
    assert done == [2, 4, 5]
    assert problems() == []


def test_the_migration_can_be_taken_back(topic: Topic, batch: ImportBatch) -> None:
    migration = importlib.import_module("subscribers.migrations.0019_signed_consent")
    words = ["I agree.", "", f"{CONSENT_TEXT}\nDo you agree?: Yes"]
    for each in words:
        former(topic, each)

    migration.sign(apps, None)
    seal_entries(CONSENT)
    migration.unsign(apps, None)
    assert [record.former_words for record in ConsentRecord.objects.order_by("pk")] == words
    migration.sign(apps, None)
    assert [record.words for record in ConsentRecord.objects.order_by("pk")] == words


def test_a_record_that_is_unsigned_long_after_the_upgrade_is_sealed_as_it_is(topic: Topic) -> None:
    """Its signature was emptied. Left out of seals, it could be removed unseen at any time."""
    signed = MigrationRecorder.Migration.objects.filter(
        app="subscribers", name="0019_signed_consent"
    )
    assert signed.update(applied=timezone.now() - UPGRADED_WITHIN - timedelta(minutes=1)) == 1
    record = former(topic, "I agree.")
    assert seal_entries(CONSENT) == 1
    here = f"record {record.pk} (seal 1)"
    assert problems() == [f"{here}: {SEALED_UNSIGNED}"]
    ConsentRecord.objects.filter(pk=record.pk).delete()
    assert problems() == [f"{here}: missing."]


def test_a_record_of_the_release_before_waits_for_its_signature(topic: Topic) -> None:
    former(topic, "I agree.")
    assert seal_entries(CONSENT) == 0
    assert adopt() == 1
    assert seal_entries(CONSENT) == 1
    assert problems() == []
