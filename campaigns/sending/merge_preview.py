"""The part of campaigns in a merge of two records of one person, for staff to read before it."""

from campaigns.need_to_know import visible_events
from campaigns.rsvp.merge_answers import answers_of_record
from campaigns.sending.merge_deliveries import moves_of
from campaigns.states import DeliveryStatus
from newsletter.core.db.clock import database_now
from subscribers.models import Subscriber
from subscribers.need_to_know.hidden import Account
from subscribers.people.merging.parts import PartOfMerge


def part_of_campaigns(kept_id: int, merged_id: int, *, account: Account) -> PartOfMerge:
    """Return what becomes of deliveries and answers."""
    kept = Subscriber.objects.get(pk=kept_id)
    merged = Subscriber.objects.get(pk=merged_id)
    moves = moves_of(kept_id, merged_id, now=database_now())
    waiting = sum(row.status == DeliveryStatus.PLANNED for row in moves.moved)
    answers = answers_of_record(merged)
    both = answers.filter(event__in=answers_of_record(kept).values("event")).count()
    taken, single = len(moves.moved) - waiting, answers.count() - both
    lines = (
        _line(taken, "campaign email is", "campaign emails are", "taken over."),
        _line(
            waiting,
            "campaign email that waits is",
            "campaign emails that wait are",
            "sent to the address that stays.",
        ),
        _line(moves.doubles, "campaign has", "campaigns have", "a row of each record. Both stay."),
        _line(
            len(moves.left_out),
            "email that waits is",
            "emails that wait are",
            "left out: the person gets that campaign, or got it, by the other record.",
        ),
        _line(single, "answer to an event is", "answers to events are", "taken over."),
        _line(both, "event was", "events were", "answered by both. The newer answer counts."),
    )
    return PartOfMerge(
        lines=tuple(filter(None, lines)),
        is_visible=_may_see(kept, merged, account),
        must_wait=moves.must_wait,
    )


def _may_see(kept: Subscriber, merged: Subscriber, account: Account) -> bool:
    known = visible_events(account)
    hidden = [
        answers_of_record(person).exclude(event__in=known).exists() for person in (kept, merged)
    ]
    return not any(hidden)


def _line(number: int, one: str, many: str, rest: str) -> str:
    return f"{number:,} {one if number == 1 else many} {rest}" if number else ""
