"""Answers to invitations in numbers: by answer, by place, by attendance, by country or body.

The numbers by answer come from an index alone. Those by country or body ask for each person.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from django.db.models import Count, QuerySet

from campaigns.event_states import Attendance, RsvpAnswer, Seat
from campaigns.models import Event, Rsvp
from campaigns.need_to_know import hidden_answers
from subscribers.need_to_know.hidden import Account

NOT_ANSWERED = ""
"""The answer of a delegate who hasn't given one yet."""

type _Group = tuple[str, str, str, bool | None]
"""Answer, seat, attendance, came."""


def _comes(group: _Group) -> bool:
    return group[0] == RsvpAnswer.YES and group[1] in (Seat.NONE, Seat.TAKEN)


type Kind = Callable[[_Group], object]
"""A table of numbers: the line in which it counts an answer."""
by_answer: Kind = itemgetter(0)
by_place: Kind = itemgetter(1)
by_came: Kind = itemgetter(3)


def by_way(group: _Group) -> object:
    """Return the way in which whoever comes takes part; None for the others."""
    return group[2] if _comes(group) else None


@dataclass(frozen=True, slots=True)
class AnswerCounts:
    """The number of answers of each kind to one event.

    Args:
        groups: (answer, seat, attendance, came) → number.
    """

    groups: Mapping[_Group, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All answers, those of delegates who haven't answered included."""
        return sum(self.groups.values())

    def of_answer(self, answer: str) -> int:
        """Return how many gave this answer."""
        return sum(number for group, number in self.groups.items() if group[0] == answer)

    def of_seat(self, seat: str) -> int:
        """Return how many have this place, or none."""
        return sum(number for group, number in self.groups.items() if group[1] == seat)

    @property
    def coming(self) -> int:
        """Those who said yes, and have a place where one is needed."""
        return sum(number for group, number in self.groups.items() if _comes(group))

    def coming_by(self, attends: Attendance) -> int:
        """Return how many of `coming` take part in this way."""
        return sum(number for group, number in self.groups.items() if by_way(group) == attends)

    def came(self, *, came: bool | None) -> int:
        """Return of how many it is marked that they came, or that they didn't."""
        return sum(number for group, number in self.groups.items() if group[3] is came)

    def together(self, kinds: Sequence[Kind]) -> list[int]:
        """Return the numbers of all that several tables tell apart, if they are combined."""
        found = Counter[tuple[object, ...]]()
        for group, number in self.groups.items():
            found[tuple(kind(group) for kind in kinds)] += number
        return list(found.values())


def count_answers(event: Event, account: Account) -> AnswerCounts:
    """Count the answers to an event of the people whom an account may know of."""
    groups = Counter[_Group](_grouped(event.rsvps.all()))
    groups.subtract(_grouped(_hidden(event, account)))
    return AnswerCounts({group: number for group, number in groups.items() if number})


def count_by_country(event: Event, account: Account) -> dict[str, AnswerCounts]:
    """Count the answers to an event by the country or body of the person.

    Returns:
        Code → numbers. That of guests, and of those who named none, is "".
    """
    counted = Counter[tuple[str, _Group]](_by_country(event.rsvps.all()))
    counted.subtract(_by_country(_hidden(event, account)))
    found: dict[str, dict[_Group, int]] = {}
    for (country, group), number in counted.items():
        if number:
            found.setdefault(country, {})[group] = number
    return {country: AnswerCounts(groups) for country, groups in found.items()}


def _hidden(event: Event, account: Account) -> QuerySet[Rsvp]:
    return event.rsvps.filter(pk__in=hidden_answers(event, account))


def _grouped(answers: QuerySet[Rsvp]) -> dict[_Group, int]:
    rows = (
        answers.order_by()
        .values_list("answer", "seat", "attends", "came")
        .annotate(number=Count("pk"))
    )
    return {(answer, seat, way, came): number for answer, seat, way, came, number in rows}


def _by_country(answers: QuerySet[Rsvp]) -> dict[tuple[str, _Group], int]:
    rows = (
        answers.order_by()
        .values_list("subscriber__country", "answer", "seat", "attends", "came")
        .annotate(number=Count("pk"))
    )
    return {
        (country or "", (answer, seat, way, came)): number
        for country, answer, seat, way, came, number in rows
    }
