"""The answers to an event as CSV: those that the list shows."""

import csv
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse

from campaigns.audit_actions import EventAction
from campaigns.models import Event, Rsvp
from campaigns.studio.answers.answers_page import ENTER, SEE
from campaigns.studio.answers.filters import NAMES, chosen_answers, read_choice
from campaigns.studio.answers.rows import AnswerRow, answer_rows
from campaigns.studio.event_view import event_view
from newsletter.audit.record import record
from newsletter.core.db.slices import in_slices
from newsletter.core.spreadsheets import harmless_cell
from staff.sign_in.recent_sign_in import sign_in_again, signed_in_recently
from subscribers.countries import refresh_bodies

AT_ONCE = 500
"""Answers that are made into rows together."""
COLUMNS = (
    "Name",
    "Email address",
    "Institution",
    "Country or body",
    "Answer",
    "Takes part",
    "Place",
    "Waiting since (UTC)",
    "Interpretation",
    "Delegate",
    "Came",
    "Answered (UTC)",
    "How it came",
)
NEEDS = ("Needs to take part", "Food", "Note")
"""Only for whoever prepares the event, and only when asked for."""


@event_view("POST", permission=SEE, to_read=SEE, page="answers")
def export(request: HttpRequest, event: Event) -> Any:
    """Export what the list shows, with its filters and its search."""
    if not signed_in_recently(request, button=True):
        return sign_in_again(request)
    chosen = read_choice(request.POST)
    with_needs = bool(request.POST.get("needs")) and request.user.has_perm(ENTER)
    sets = chosen_answers(request, event, chosen)
    record(
        EventAction.ANSWERS_EXPORTED,
        event,
        label=f"event “{event.title}”",
        topic_id=event.topic_id,
        # Not what was searched for, which may be a name.
        filters=[f"{name}={getattr(chosen, name)}" for name in NAMES[1:] if getattr(chosen, name)],
        searched=bool(chosen.q),
        with_needs=with_needs,
    )
    lines = _lines(sets, request, with_needs=with_needs)
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="answers-{event.slug}.csv"'
    return answer


class _Line:
    """A file that gives back each line that is written to it."""

    def write(self, line: str) -> str:
        return line


def _lines(sets: list[QuerySet[Rsvp]], request: HttpRequest, *, with_needs: bool) -> Iterator[str]:
    refresh_bodies()
    writer = csv.writer(_Line())
    yield "\ufeff"  # or Excel reads UTF-8 as a Windows code page
    yield writer.writerow((*COLUMNS, *(NEEDS if with_needs else ())))
    for part in _parts(sets):
        for row in answer_rows(part, request):
            yield writer.writerow(map(harmless_cell, _cells(row, with_needs=with_needs)))


def _parts(sets: list[QuerySet[Rsvp]]) -> Iterator[list[Rsvp]]:
    """Yield the answers, some at a time, each once though it is in several sets."""
    given = set[int]()
    part: list[Rsvp] = []
    for rows in sets:
        for each in in_slices(rows.select_related("subscriber")):
            if len(sets) > 1:
                if each.pk in given:
                    continue
                given.add(each.pk)
            part.append(each)
            if len(part) == AT_ONCE:
                yield part
                part = []
    if part:
        yield part


def _cells(row: AnswerRow, *, with_needs: bool) -> tuple[str, ...]:
    rsvp = row.rsvp
    since, answered = rsvp.waiting_since, rsvp.answered_at
    cells = (
        row.name,
        row.address,
        row.institution,
        row.country,
        row.answer,
        row.way,
        row.place,
        since.isoformat(timespec="seconds") if since else "",
        rsvp.interpretation,
        "yes" if rsvp.is_delegate else "",
        row.came,
        answered.isoformat(timespec="seconds") if answered else "",
        rsvp.get_source_display(),
    )
    if not with_needs:
        return cells
    texts = (rsvp.access_needs, rsvp.dietary_needs, rsvp.note)
    return (*cells, *("" if row.is_masked else each for each in texts))
