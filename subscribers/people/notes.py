"""Notes of staff on a person: for colleagues, and for whoever asks what is kept of them."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from newsletter.audit.record import record
from subscribers.audit_actions import SubscriberAction
from subscribers.models import Subscriber, SubscriberNote
from subscribers.need_to_know.view_log import topic_of_hidden

SAME_PRESS = timedelta(minutes=2)
"""Within it the same words of the same author are one note: a button that was pressed twice."""


class NotYourNote(ValueError):
    """The note is a colleague's."""


@transaction.atomic
def add_person_note(subscriber_id: int, *, text: str, by: User) -> SubscriberNote | None:
    """Keep a note on a person.

    Args:
        text: plain text with paragraphs.

    Returns:
        The note, also where it was there already. None: the person has been erased.
    """
    person = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    if person is None:
        return None
    now, author = timezone.now(), by.get_username()
    again = person.notes.filter(text=text, written_by=author, written_at__gt=now - SAME_PRESS)
    if (kept := again.first()) is not None:
        return kept
    note = SubscriberNote.objects.create(
        subscriber=person, text=text, written_by=author, written_at=now
    )
    _record(SubscriberAction.NOTED, person)
    return note


@transaction.atomic
def delete_person_note(subscriber_id: int, note_id: int, *, by: User, is_admin: bool) -> bool:
    """Delete a note on a person.

    Args:
        is_admin: whether colleagues' notes may be deleted, too.

    Returns:
        Whether this call did; False where it was gone.

    Raises:
        NotYourNote: somebody else wrote it.
    """
    person = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    note = person.notes.filter(pk=note_id).first() if person is not None else None
    if person is None or note is None:
        return False
    if not is_admin and note.written_by != by.get_username():
        raise NotYourNote
    note.delete()
    # Not whose: the person reads these details, too.
    is_own = note.written_by == by.get_username()
    _record(SubscriberAction.NOTE_DELETED, person, of_colleague=not is_own)
    return True


def _record(action: SubscriberAction, person: Subscriber, **details: bool) -> None:
    record(
        action,
        person,
        label=f"Subscriber {person.pk}",
        topic_id=topic_of_hidden(person.digest),
        actor=None,
        **details,
    )
