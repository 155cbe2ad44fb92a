"""Answers of two records of one person to the same event: the newer one counts."""

from datetime import UTC, datetime

from django.db.models import Q, QuerySet

from campaigns.event_states import RsvpAnswer
from campaigns.models import CalendarMail, Rsvp
from campaigns.rsvp.one_answer import is_better, join_answers, the_one_rsvp_of
from campaigns.rsvp.seats import locked_event
from subscribers.models import Subscriber

_SEAT = ("seat", "waiting_since", "offered_until")
_NEVER = datetime.min.replace(tzinfo=UTC)


def merge_answers(kept_id: int, merged_id: int) -> None:
    """Make the answers of a record that is being merged those of the record that stays.

    It runs in a transaction that has locked nothing yet: whoever answers locks the event first. A
    place that gets free is offered by the clock.
    """
    people = Subscriber.objects.in_bulk([kept_id, merged_id])
    if len(people) != len({kept_id, merged_id}):
        return
    kept, merged = people[kept_id], people[merged_id]
    events = answers_of_record(merged).values_list("event", flat=True)
    for event_id in sorted(set(events)):
        event = locked_event(event_id)
        other = the_one_rsvp_of(event, merged)
        if other._state.adding:  # deleted meanwhile
            continue
        own = the_one_rsvp_of(event, kept)
        if own._state.adding:
            Rsvp.objects.filter(pk=other.pk).update(subscriber=kept)
            continue
        _merge(own, other)
    CalendarMail.objects.filter(subscriber=merged).update(subscriber=kept)


def answers_of_record(person: Subscriber) -> QuerySet[Rsvp]:
    """Select the answers of a record, those as a guest at its address, too."""
    return Rsvp.objects.filter(Q(subscriber=person.pk) | Q(digest=person.digest))


def _merge(own: Rsvp, other: Rsvp) -> None:
    """Join two answers. Whoever comes by both keeps the better of their places."""
    is_newer = (other.answered_at or _NEVER) > (own.answered_at or _NEVER)
    newer, older = (other, own) if is_newer else (own, other)
    if newer.answer == older.answer == RsvpAnswer.YES and is_better(older, than=newer):
        for name in _SEAT:
            setattr(newer, name, getattr(older, name))
    join_answers(own, other, takes=is_newer)
