"""Choosing among the answers to an event: by answer, place, attendance, country, and by search."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from campaigns.event_states import Attendance, RsvpAnswer, Seat
from campaigns.models import Event, Rsvp
from campaigns.need_to_know import visible_answers
from campaigns.studio.masking import may_see_subscribers
from newsletter.admin.discreet import without_discreet
from newsletter.core.addresses import BadAddress, address_digest, parse_address
from newsletter.core.numbers import whole_number
from newsletter.core.word_search import has_words
from subscribers.admin.subscriber_search import NAMED_BY
from subscribers.countries import country_codes, country_menu
from subscribers.models import Subscriber

PER_PAGE = 50
LONGEST_SEARCH = 400
_SHORTEST_COUNTRY = 3
"""Letters. Fewer begin the names of too many countries."""
NONE = "none"
"""Stands for an answer that isn't given yet, and for who came where it isn't marked."""
_CAME = {"yes": True, "no": False, NONE: None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The choice of answers that a list shows. What isn't understood chooses nothing."""

    q: str = ""
    answer: str = ""
    place: str = ""
    attends: str = ""
    came: str = ""
    country: str = ""

    @property
    def is_waiting_list(self) -> bool:
        """True for those who wait, in the order in which places are offered."""
        return self.place == Seat.WAITING and not self.q

    @property
    def query(self) -> str:
        """The choice as the query of a URL, without the place in the list."""
        return urlencode({name: value for name in NAMES if (value := getattr(self, name))})


NAMES = ("q", "answer", "place", "attends", "came", "country")


@dataclass(frozen=True, slots=True)
class AnswersPage:
    """One page of a list of answers.

    Args:
        after: the id of the last, if others follow.
    """

    answers: list[Rsvp]
    after: int | None


def read_choice(typed: Mapping[str, Any]) -> Chosen:
    """Return what the fields of the list's form choose."""
    answer = typed.get("answer", "")
    place, attends = typed.get("place", ""), typed.get("attends", "")
    came, country = typed.get("came", ""), typed.get("country", "")
    return Chosen(
        q=typed.get("q", "").strip()[:LONGEST_SEARCH],
        answer=answer if answer in (*RsvpAnswer.values, NONE) else "",
        place=place if place in Seat.values else "",
        attends=attends if attends in (Attendance.ONLINE, Attendance.IN_PERSON) else "",
        came=came if came in _CAME else "",
        country=country if country in country_codes() else "",
    )


def chosen_answers(request: HttpRequest, event: Event, chosen: Chosen) -> list[QuerySet[Rsvp]]:
    """Select the answers that are chosen, in one or several sets, which may overlap.

    A search has one set for each table that it looks into, so that each is found by its index.
    """
    rows = visible_answers(event, request.user)
    exact: dict[str, Any] = {
        "answer": "" if chosen.answer == NONE else chosen.answer or None,
        "seat": chosen.place or None,
        "attends": chosen.attends or None,
        "subscriber__country": chosen.country or None,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value is not None})
    if chosen.came:
        marked = _CAME[chosen.came]
        rows = rows.filter(came__isnull=True) if marked is None else rows.filter(came=marked)
    return _found(rows, request, chosen.q) if chosen.q else [rows]


def answers_page(sets: list[QuerySet[Rsvp]], chosen: Chosen, after: str) -> AnswersPage:
    """Read one page: the newest first, or the waiting list in its order.

    The page begins behind a row (keyset pagination), so each takes the same time.

    Args:
        after: the id of the row behind which it begins, as the URL has it; empty: the first page.
    """
    last = whole_number(after) if after else None
    order = ("waiting_since", "pk") if chosen.is_waiting_list else ("-pk",)
    found: dict[int, Rsvp] = {}
    for rows in sets:
        behind = _behind(rows, last, waits=chosen.is_waiting_list) if last else rows
        part = behind.select_related("subscriber").order_by(*order)[: PER_PAGE + 1]
        found |= {each.pk: each for each in part}
    listed = list(found.values())
    if len(sets) > 1:
        listed.sort(key=lambda each: -each.pk)
    more = len(listed) > PER_PAGE
    return AnswersPage(listed[:PER_PAGE], listed[PER_PAGE - 1].pk if more else None)


def _behind(rows: QuerySet[Rsvp], last: int, *, waits: bool) -> QuerySet[Rsvp]:
    if not waits:
        return rows.filter(pk__lt=last)
    # Their place in the line, also of somebody who has left it since.
    since = rows.model._default_manager.filter(pk=last).values_list("waiting_since", flat=True)
    moment = since.first()
    if moment is None:
        return rows
    later = Q(waiting_since__gt=moment) | Q(waiting_since=moment, pk__gt=last)
    return rows.filter(Q(waiting_since__gte=moment) & later)


def _found(rows: QuerySet[Rsvp], request: HttpRequest, typed: str) -> list[QuerySet[Rsvp]]:
    if not may_see_subscribers(request):
        return [rows.none()]
    # A result would tell of somebody whose row is masked.
    for digest in ("subscriber__digest", "digest"):
        rows = without_discreet(rows, request, digest=digest)
    try:
        whole = address_digest(parse_address(typed))
    except BadAddress:
        whole = ""
    if whole:
        person = Subscriber.objects.filter(digest=whole).values_list("pk", flat=True)
        by_address = [rows.filter(subscriber__in=list(person)), rows.filter(digest=whole)]
        if any(found.exists() for found in by_address):
            return by_address
    people = Subscriber.objects.filter(has_words(typed, *NAMED_BY)).values("pk")
    guests = rows.exclude(digest="").filter(has_words(typed, "email", "full_name"))
    sets = [rows.filter(subscriber__in=people), guests]
    codes = _countries_named(typed)
    if codes:
        sets.append(rows.filter(reduce(or_, (Q(subscriber__country=code) for code in codes))))
    return sets


def _countries_named(typed: str) -> list[str]:
    wanted = typed.casefold()
    if len(wanted) < _SHORTEST_COUNTRY:
        return []
    return [each.code for each in country_menu() if str(each.name).casefold().startswith(wanted)]
