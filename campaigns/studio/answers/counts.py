"""The numbers of the answers to an event, for everybody who sees the event."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from campaigns.event_states import Attendance
from campaigns.models import Event, Rsvp
from campaigns.need_to_know import hidden_answers
from campaigns.reports.answer_counts import (
    AnswerCounts,
    by_answer,
    by_came,
    by_place,
    by_way,
    count_answers,
    count_by_country,
)
from campaigns.studio.answers.answers_page import SEE, answers_context
from campaigns.studio.answers.rows import ANSWERS, PLACES, WAYS
from campaigns.studio.event_view import event_view
from subscribers.countries import country_name, refresh_bodies
from subscribers.need_to_know.hidden import Account
from subscribers.need_to_know.small_groups import SMALL_GROUP, hidden_numbers, is_small

COUNTED_AT_ONCE = 10_000
"""Answers whose countries are counted before the page is shown. Of more, when asked."""
UNKNOWN, OTHERS = "Guests, and people whose country isn’t known", "Others, few each"


@dataclass(frozen=True, slots=True)
class CountLine:
    """A number in the words of the page; None where it isn't shown, for a small group's sake."""

    label: str
    number: int | None
    query: str = ""
    """Of the list that has just these; empty: there is none."""


@dataclass(frozen=True, slots=True)
class CountryLine:
    """The numbers of one country or body."""

    label: str
    total: int | None
    numbers: tuple[int, ...] = ()
    """By answer, in the order of ANSWERS; empty where these aren't shown."""
    query: str = ""


def number_of_answers(answers: QuerySet[Rsvp], event: Event, account: Account) -> int | None:
    """Return how many of some answers an account may know of; None where they are too few.

    That is for whoever doesn't see whose the answers are, as of all numbers of answers.

    Args:
        answers: of this event.
    """
    number = answers.exclude(pk__in=hidden_answers(event, account)).count()
    return None if is_small(number) and not account.has_perm(SEE) else number


@event_view("GET")
def counts(request: HttpRequest, event: Event) -> HttpResponse:
    """Show the numbers by answer and by country or body."""
    shown = summary(event, request.user)
    asks_countries = shown["total"] <= COUNTED_AT_ONCE or "countries" in request.GET
    context = answers_context(
        request,
        event,
        f"Answers in numbers: {event.title}",
        **shown,
        asks_countries=asks_countries,
        countries=_countries(request, event) if asks_countries else [],
        answers=list(ANSWERS.values()),
    )
    return TemplateResponse(request, "studio/answers/counts.html", context)


def summary(event: Event, account: Account) -> dict[str, Any]:
    """Return the numbers by answer and place, for a part of a page about the event."""
    return shown_numbers(event, count_answers(event, account), shows_all=account.has_perm(SEE))


def shown_numbers(event: Event, whole: AnswerCounts, *, shows_all: bool) -> dict[str, Any]:
    """Return the lines of each table of numbers, without those that tell of small groups.

    Numbers that are each large enough tell a small one where two tables are combined: those who
    said yes, less those who come, are those who wait. So a table is shown beside those before it
    only where all that they tell apart together is large enough.

    Args:
        shows_all: to somebody who may see whose the answers are.
    """
    answers = [
        CountLine(label, whole.of_answer(answer), f"answer={answer or 'none'}")
        for answer, label in ANSWERS.items()
        if answer or whole.of_answer(answer)
    ]
    places = [
        CountLine(label, whole.of_seat(seat), f"place={seat}") for seat, label in PLACES.items()
    ]
    ways = [CountLine(label, whole.coming_by(way)) for way, label in WAYS.items()]
    came = [
        CountLine("Came", whole.came(came=True), "came=yes"),
        CountLine("Didn’t come", whole.came(came=False), "came=no"),
    ]
    tables = {
        "by_place": (by_place, places, event.capacity is not None),
        "by_way": (by_way, ways, event.attendance == Attendance.HYBRID),
        "by_coming": (by_came, came, whole.came(came=True) > 0),
    }
    shown: dict[str, Any] = {"by_answer": answers if shows_all else _shown(answers)}
    kinds = [by_answer]
    for name, (kind, lines, is_asked) in tables.items():
        is_safe = shows_all or not any(map(is_small, whole.together([*kinds, kind])))
        if is_asked and is_safe:
            kinds.append(kind)
        lines = lines if is_safe else [CountLine(line.label, None) for line in lines]
        shown[name] = lines if is_asked else []
    return {**shown, "shows_all": shows_all, "total": whole.total}


def _shown(lines: Sequence[CountLine]) -> list[CountLine]:
    """Take out the numbers of small groups, and those that would tell them."""
    hidden = hidden_numbers([line.number or 0 for line in lines])
    return [
        CountLine(line.label, None if place in hidden else line.number)
        for place, line in enumerate(lines)
    ]


def _countries(request: HttpRequest, event: Event) -> list[CountryLine]:
    refresh_bodies()
    counted = sorted(
        count_by_country(event, request.user).items(),
        key=lambda each: (not each[0], country_name(each[0]) if each[0] else ""),
    )
    if request.user.has_perm(SEE):
        return [_country_line(code, numbers) for code, numbers in counted]
    totals = [numbers.total for _, numbers in counted]
    hidden = hidden_numbers(totals)
    lines = [
        CountryLine(_name(code), totals[place])
        for place, (code, _) in enumerate(counted)
        if place not in hidden
    ]
    if hidden:
        # Not even their names: that somebody from there answered tells who it was.
        together = sum(totals[place] for place in hidden)
        lines.append(CountryLine(OTHERS, together if together >= SMALL_GROUP else None))
    return lines


def _country_line(code: str, numbers: AnswerCounts) -> CountryLine:
    by_answer = tuple(numbers.of_answer(answer) for answer in ANSWERS)
    return CountryLine(_name(code), numbers.total, by_answer, f"country={code}" if code else "")


def _name(code: str) -> str:
    return country_name(code) if code else UNKNOWN
