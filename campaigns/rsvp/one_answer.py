"""The one answer of a person to an event, also of a guest who has become a subscriber since."""

from django.db.models import F, Q

from campaigns.event_states import Seat
from campaigns.models import Event, Rsvp
from campaigns.rsvp.guest import Guest
from campaigns.rsvp.seats import locked_event
from newsletter.core.addresses import address_digest
from newsletter.core.db.kept_query import KeptQuery
from subscribers.models import Subscriber

_BETTER = (Seat.NONE, Seat.LAPSED, Seat.WAITING, Seat.OFFERED, Seat.TAKEN)
"""Seats, from the worst to the best."""
_SAID = (
    "answer", "attends", "interpretation", "access_needs", "dietary_needs", "note", "seat",
    "waiting_since", "offered_until", "source", "answered_at",
)  # fmt: skip


def rsvp_of(event: Event, person: Subscriber | Guest) -> Rsvp:
    """Return the answer of a person to an event, or a new one that isn't saved.

    Where there is one of theirs as a guest and one as a subscriber, it is the subscriber's. It runs
    while the event is locked.
    """
    found = _answers_of(event, person)
    return found[0] if found else _new(event, person)


def the_one_rsvp_of(event: Event, person: Subscriber | Guest) -> Rsvp:
    """Return the answer of a person to an event, after making one of two.

    It keeps the better of their places, with what they said for it, and that they are a delegate.
    It runs while the event is locked.
    """
    found = _answers_of(event, person)
    if not found:
        return _new(event, person)
    kept, *others = found
    for guest in others:
        join_answers(kept, guest, takes=is_better(guest, than=kept) or not kept.answer)
    if kept.subscriber is None and isinstance(person, Subscriber):
        kept.subscriber, kept.email, kept.digest = person, "", ""
        kept.save(update_fields=["subscriber", "email", "digest"])
    return kept


def own_answers_of_guest(subscriber_id: int) -> None:
    """Make a subscriber's own the answers of the guest who has their address.

    It runs in a transaction that has locked nothing yet: whoever answers locks the event first.
    """
    person = Subscriber.objects.filter(pk=subscriber_id).first()
    if person is None:
        return
    events = Rsvp.objects.filter(digest=person.digest).order_by("event_id")
    for event_id in list(events.values_list("event_id", flat=True)):
        the_one_rsvp_of(locked_event(event_id), person)


def _new(event: Event, person: Subscriber | Guest) -> Rsvp:
    if isinstance(person, Subscriber):
        return Rsvp(event=event, subscriber=person)
    return Rsvp(
        event=event,
        email=person.email,
        digest=address_digest(person.email),
        full_name=person.full_name,
        language=person.language,
    )


def _answers_of(event: Event, person: Subscriber | Guest) -> list[Rsvp]:
    """Return the answers of one person, locked: as a subscriber, then as a guest.

    One that is erased meanwhile must not be saved anew.
    """
    subscriber: Subscriber | None
    if isinstance(person, Subscriber):
        digest, subscriber = person.digest, person
    else:
        digest = address_digest(person.email)
        subscriber = Subscriber.objects.filter(digest=digest).first()
    answers = _THEIRS.rows(event.pk, digest, subscriber.pk if subscriber else NOBODY)
    for rsvp in answers:
        rsvp.event = event
        if rsvp.subscriber_id is not None:
            rsvp.subscriber = subscriber
    return answers


NOBODY = 0
"""The id of no subscriber."""
_THEIRS = KeptQuery(
    lambda event, digest, subscriber: (
        Rsvp.objects.select_for_update(of=("self",))
        .filter(Q(digest=digest) | Q(subscriber_id=subscriber), event_id=event)
        .order_by(F("subscriber_id").asc(nulls_last=True))
    ),
    values=3,
)


def is_better(rsvp: Rsvp, *, than: Rsvp) -> bool:
    """Return whether an answer has a better place than another."""
    return _BETTER.index(Seat(rsvp.seat)) > _BETTER.index(Seat(than.seat))


def join_answers(kept: Rsvp, guest: Rsvp, *, takes: bool) -> None:
    """Make one answer of two of the same person, which are locked.

    Args:
        takes: whether the other's words and place count.
    """
    guest.delegates.exclude(pk=kept.pk).update(delegate_of=kept)
    if takes:
        for name in _SAID:
            setattr(kept, name, getattr(guest, name))
    kept.is_named = kept.is_delegate or guest.is_delegate
    inviter = kept.delegate_of_id or guest.delegate_of_id
    kept.delegate_of_id = inviter if inviter not in (kept.pk, guest.pk) else None
    kept.agreed_words = kept.agreed_words or guest.agreed_words
    kept.came = guest.came if kept.came is None else kept.came
    told = list(dict.fromkeys([*kept.told_steps, *guest.told_steps]))
    if told[-1:] != kept.told_steps[-1:]:
        kept.told_message = guest.told_message
    kept.told_steps = told
    guest.delete()
    kept.save(force_update=True)
