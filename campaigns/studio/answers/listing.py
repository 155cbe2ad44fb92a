"""The list of answers to an event, with its search, filters and counts."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse

from campaigns.event_states import Attendance, Seat
from campaigns.models import Event, Rsvp
from campaigns.need_to_know import visible_answers
from campaigns.reports.answer_counts import count_answers
from campaigns.studio.answers.answers_page import SEE, answers_context
from campaigns.studio.answers.delegates import with_delegates
from campaigns.studio.answers.filters import (
    NONE,
    Chosen,
    answers_page,
    chosen_answers,
    read_choice,
)
from campaigns.studio.answers.rows import ANSWERS, CAME, PLACES, WAYS, answer_rows
from campaigns.studio.event_view import event_view
from campaigns.studio.masking import may_see_subscribers
from newsletter.core.numbers import whole_number
from subscribers.countries import country_menu

MARKED = "marked"
"""Query parameter: the answers that were marked a moment ago, so that it can be undone."""


@event_view("GET", to_read=SEE)
def answers(request: HttpRequest, event: Event) -> HttpResponse:
    """List the answers to an event, page by page from the last one seen."""
    chosen = read_choice(request.GET)
    page = answers_page(
        chosen_answers(request, event, chosen), chosen, request.GET.get("after", "")
    )
    counted = count_answers(event, request.user)
    context = answers_context(
        request,
        event,
        f"Answers: {event.title}",
        rows=with_delegates(answer_rows(page.answers, request), event, request),
        counts=counted,
        taken=counted.of_seat(Seat.TAKEN),
        chosen=chosen,
        menus=_menus(event, chosen),
        after=page.after,
        is_first="after" not in request.GET,
        first_place=_first_place(request, event, page.answers) if chosen.is_waiting_list else None,
        just_marked=just_marked(request.GET),
        here=request.GET.urlencode(),
        may_search=may_see_subscribers(request),
        shows_way=event.attendance == Attendance.HYBRID,
        has_places=event.capacity is not None,
    )
    return TemplateResponse(request, "studio/answers/list.html", context)


def just_marked(typed: QueryDict) -> list[int]:
    """Return the answers that were marked a moment ago."""
    numbers = (whole_number(each) for each in typed.get(MARKED, "").split("-"))
    return [number for number in numbers if number]


def _first_place(request: HttpRequest, event: Event, listed: list[Rsvp]) -> int:
    """Return the place in the line of the first who is listed."""
    if not listed:
        return 1
    first = listed[0]
    waiting = visible_answers(event, request.user).filter(seat=Seat.WAITING)
    earlier = waiting.filter(waiting_since__lt=first.waiting_since).count()
    return earlier + waiting.filter(waiting_since=first.waiting_since, pk__lt=first.pk).count() + 1


def _menus(event: Event, chosen: Chosen) -> list[dict[str, Any]]:
    """Return the menus of the filters that this event has a use for."""
    answers = [(value or NONE, label) for value, label in ANSWERS.items()]
    menus = [("answer", "Answer", answers)]
    if event.capacity is not None:
        menus.append(("place", "Place", [(str(seat), label) for seat, label in PLACES.items()]))
    if event.attendance == Attendance.HYBRID:
        menus.append(("attends", "Takes part", [(str(way), each) for way, each in WAYS.items()]))
    came = [("yes", CAME[True]), ("no", CAME[False]), (NONE, "Not marked")]
    menus.append(("came", "Came", came))
    countries = [(each.code, str(each.name)) for each in country_menu()]
    menus.append(("country", "Country", countries))
    return [
        {"name": name, "label": label, "choices": choices, "value": getattr(chosen, name)}
        for name, label, choices in menus
    ]
