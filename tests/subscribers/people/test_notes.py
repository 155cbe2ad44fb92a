"""Staff keep notes on a person, which an author or an administrator deletes."""

import pytest
from django.contrib.auth.models import User

from newsletter.models import AuditEntry
from staff.roles import LIST_MANAGER
from subscribers.models import Subscriber, SubscriberNote
from subscribers.people.erase import erase
from subscribers.people.notes import NotYourNote, add_person_note, delete_person_note
from tests.staff_members import staff_member


@pytest.fixture
def lia(db: None) -> User:
    return staff_member("lia", LIST_MANAGER)


@pytest.fixture
def leo(db: None) -> User:
    return staff_member("leo", LIST_MANAGER)


def actions() -> list[str]:
    rows = AuditEntry.objects.filter(action__startswith="subscriber.note").order_by("pk")
    return list(rows.values_list("action", flat=True))


def test_a_note_has_its_author_and_is_audited_without_its_words(ada: Subscriber, lia: User) -> None:
    note = add_person_note(ada.pk, text="Met in Geneva.", by=lia)
    assert note is not None
    assert (note.text, note.written_by, note.subscriber) == ("Met in Geneva.", "lia", ada)
    assert actions() == ["subscriber.noted"]
    entry = AuditEntry.objects.get(action="subscriber.noted")
    assert "Geneva" not in f"{entry.details} {entry.object_label}"


def test_a_button_that_is_pressed_twice_adds_one_note(
    ada: Subscriber, lia: User, leo: User
) -> None:
    for _ in range(2):
        add_person_note(ada.pk, text="Met in Geneva.", by=lia)
    add_person_note(ada.pk, text="Met in Geneva.", by=leo)
    add_person_note(ada.pk, text="Met in Nairobi.", by=lia)
    assert SubscriberNote.objects.count() == 3
    assert actions() == ["subscriber.noted"] * 3


def test_a_note_is_deleted_by_its_author_or_an_administrator(
    ada: Subscriber, ben: Subscriber, lia: User, leo: User
) -> None:
    note, other = (add_person_note(ada.pk, text=text, by=lia) for text in ("One.", "Two."))
    assert note is not None
    assert other is not None
    with pytest.raises(NotYourNote):
        delete_person_note(ada.pk, note.pk, by=leo, is_admin=False)
    assert not delete_person_note(ben.pk, note.pk, by=lia, is_admin=True), "it is not on Ben"
    assert delete_person_note(ada.pk, note.pk, by=lia, is_admin=False)
    assert not delete_person_note(ada.pk, note.pk, by=lia, is_admin=False)
    assert delete_person_note(ada.pk, other.pk, by=leo, is_admin=True)
    assert actions()[2:] == ["subscriber.note_deleted"] * 2


def test_notes_go_with_an_erasure(ada: Subscriber, lia: User) -> None:
    add_person_note(ada.pk, text="Met in Geneva.", by=lia)
    erase(ada.pk, staff="lia")
    assert not SubscriberNote.objects.exists()
    assert add_person_note(ada.pk, text="Gone.", by=lia) is None
