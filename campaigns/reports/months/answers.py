"""Answers to the events of each topic, by the month in which the event takes place."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from campaigns.event_states import TAKES_PLACE, RsvpAnswer
from campaigns.models import Campaign, Event, Rsvp
from campaigns.need_to_know import answers_of_people_of
from campaigns.reports.months.calendar import month_of, span
from campaigns.reports.months.mail import sent_numbers
from subscribers.models import Topic
from subscribers.need_to_know.small_groups import is_small

_COLUMNS = {RsvpAnswer.YES: "said_yes", RsvpAnswer.NO: "said_no"}
_CAME = "who came"
"""No answer is called so."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class AnswerNumbers:
    """Numbers of answers to some events.

    Attributes:
        invited: the emails of the largest campaign about each.
        said_else: maybe, or somebody else comes.
        has_few_answers: to one event at least, so few that its page doesn't tell all.
    """

    events: int = 0
    invited: int = 0
    said_yes: int = 0
    said_no: int = 0
    said_else: int = 0
    came: int = 0
    has_few_answers: bool = False


def count_answers_of_months(months: Sequence[date]) -> dict[tuple[int, date], AnswerNumbers]:
    """Count the answers to the events of some months.

    An event without a topic belongs to that of the first campaign about it, and without one to
    none. Answers of people who are known from need-to-know topics alone count in those alone.

    Returns:
        By topic and month.
    """
    start, end = span(months)
    events = list(
        Event.objects.filter(starts_at__gte=start, starts_at__lt=end, status__in=TAKES_PLACE)
        .only("pk", "topic", "starts_at")
        .order_by("pk")
    )
    sums: dict[tuple[int, date], Counter[str]] = {}
    few: set[tuple[int, date]] = set()
    for place in range(0, len(events), _AT_ONCE):
        some = events[place : place + _AT_ONCE]
        topics, invited = _announced(some)
        answers = _answered(some, topics)
        for event in some:
            if event.pk not in topics:
                continue
            key, by_answer = (topics[event.pk], month_of(event.starts_at)), answers[event.pk]
            came = by_answer.pop(_CAME)
            # As the event's page looks at them: each by itself, and those who haven't answered yet.
            if any(map(is_small, by_answer.values())):
                few.add(key)
            numbers = Counter(came=came)
            for answer, number in by_answer.items():
                if answer:
                    numbers[_COLUMNS.get(RsvpAnswer(answer), "said_else")] += number
            numbers.update(events=1, invited=invited.get(event.pk, 0))
            sums.setdefault(key, Counter()).update(numbers)
    return {
        key: AnswerNumbers(**numbers, has_few_answers=key in few) for key, numbers in sums.items()
    }


def _announced(events: Sequence[Event]) -> tuple[dict[int, int], dict[int, int]]:
    """Return the topic of each event that has one, and to how many it was announced at once."""
    topics = {event.pk: event.topic_id for event in events if event.topic_id}
    about = list(
        Campaign.objects.filter(event__in=[event.pk for event in events])
        .order_by("pk")
        .values_list("pk", "event", "topic", "launched_at")
    )
    numbers = sent_numbers([pk for pk, _, _, launched_at in about if launched_at])
    invited: dict[int, int] = {}
    for pk, event, topic, _ in about:
        assert event is not None  # noqa: S101 - for the type checker
        topics.setdefault(event, topic)
        # Those of another topic would tell of it.
        if topic == topics[event] and pk in numbers:
            invited[event] = max(invited.get(event, 0), numbers[pk]["emails"])
    return topics, invited


def _answered(events: Sequence[Event], topics: dict[int, int]) -> dict[int, Counter[str]]:
    """Return by event the number of each answer, also of none yet, and of those who came."""
    found = {event.pk: Counter[str]({_CAME: 0}) for event in events}
    rows = Rsvp.objects.filter(event__in=list(found))
    restricted = set(Topic.objects.filter(is_restricted=True).values_list("pk", flat=True))
    if restricted:
        hidden = set[int]()
        for event in events:
            hidden |= answers_of_people_of(restricted - {topics.get(event.pk, 0)}, event)
        rows = rows.exclude(pk__in=hidden)
    grouped = rows.order_by().values_list("event", "answer")
    for event, answer, number, came in grouped.annotate(
        number=Count("pk"), of_them=Count("pk", filter=Q(came=True))
    ):
        found[event][answer] += number
        found[event][_CAME] += came
    return found
