"""Delegates on the pages of answers: whom somebody sends, and in whose place somebody comes.

Of people whom an account may not know of, nothing is shown: it looks as where nobody was named.
"""

from collections import defaultdict
from dataclasses import replace

from django.http import HttpRequest

from campaigns.event_states import RsvpAnswer
from campaigns.models import Event, Rsvp
from campaigns.need_to_know import visible_answers
from campaigns.studio.answers.rows import AnswerRow, answer_rows


def with_delegates(rows: list[AnswerRow], event: Event, request: HttpRequest) -> list[AnswerRow]:
    """Return rows with whom each person sends, where names are shown.

    Args:
        rows: no more than one page shows.
        event: the one that the answers are to.
    """
    senders = [
        row.rsvp.pk for row in rows if row.rsvp.answer == RsvpAnswer.DELEGATE and not row.is_masked
    ]
    if not senders:
        return rows
    sent = visible_answers(event, request.user).filter(delegate_of__in=senders)
    named = defaultdict[int | None, list[AnswerRow]](list)
    for each in answer_rows(sent.select_related("subscriber").order_by("pk"), request):
        if each.name:
            named[each.rsvp.delegate_of_id].append(each)
    return [replace(row, delegates=tuple(named[row.rsvp.pk])) for row in rows]


def sender_of(rsvp: Rsvp, event: Event, request: HttpRequest) -> AnswerRow | None:
    """Return the answer of whoever sends somebody, if it may be known of.

    Args:
        event: the one that the answer is to.
    """
    if rsvp.delegate_of_id is None:
        return None
    known = visible_answers(event, request.user).filter(pk=rsvp.delegate_of_id)
    return next(iter(answer_rows(known.select_related("subscriber"), request)), None)
