"""The months of one topic, or of all together, as far as an account may see their numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from math import floor, log10

from django.utils import timezone

from campaigns.models import TopicMonth
from campaigns.reports.months.calendar import last_months, month_of
from subscribers.models import Topic
from subscribers.need_to_know.hidden import Account, visible_topics
from subscribers.need_to_know.small_groups import hidden_rows

SEE_PEOPLE, SEE_ANSWERS = "subscribers.view_subscriber", "campaigns.view_rsvp"
AT_LEAST = 6
"""Months that are shown, however young the installation is."""
YEAR = 12


class Rounding(Enum):
    """The numbers that are rounded for whoever may not see subscribers."""

    NONE = "none"
    SUM = "sum"
    EACH_TOPIC = "each topic"


COLUMNS: Mapping[str, Rounding] = {
    "joined": Rounding.NONE,
    "left": Rounding.NONE,
    "subscribed": Rounding.SUM,
    "campaigns": Rounding.NONE,
    "emails": Rounding.NONE,
    "bounced": Rounding.EACH_TOPIC,
    "complained": Rounding.NONE,
    "unsubscribed": Rounding.NONE,
    "events": Rounding.NONE,
    "invited": Rounding.NONE,
    "said_yes": Rounding.NONE,
    "said_no": Rounding.NONE,
    "said_else": Rounding.NONE,
    "came": Rounding.NONE,
}
"""The columns that are added up."""


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month.

    Attributes:
        is_over: False for the present one.
        joined, left, said_yes, said_no, said_else: None where they aren't shown, for a small
            group's sake.
        subscribed, bounced: rounded for whoever may not see subscribers, as COLUMNS says.
        came: None for whoever may not see answers.
    """

    month: date
    is_over: bool
    joined: int | None
    left: int | None
    subscribed: int
    campaigns: int
    emails: int
    bounced: int
    complained: int
    unsubscribed: int
    events: int
    invited: int
    said_yes: int | None
    said_no: int | None
    said_else: int | None
    came: int | None

    @property
    def answered(self) -> int | None:
        """All answers of the month."""
        if self.said_yes is None or self.said_no is None or self.said_else is None:
            return None
        return self.said_yes + self.said_no + self.said_else

    @property
    def bounce_rate(self) -> str:
        return rate(self.bounced, self.emails)

    @property
    def complaint_rate(self) -> str:
        return rate(self.complained, self.emails)

    @property
    def answer_rate(self) -> str:
        return "" if self.answered is None else rate(self.answered, self.invited)


@dataclass(frozen=True, slots=True)
class MonthLines:
    """The months that are shown, the oldest first.

    Attributes:
        counted_at: None: nothing has been counted yet.
        hides_growth, hides_answers: whether numbers are hidden, for the sake of small groups.
        is_rounded: whether the columns are that have a rounding.
    """

    lines: Sequence[MonthLine] = ()
    counted_at: datetime | None = None
    hides_growth: bool = False
    hides_answers: bool = False
    is_rounded: bool = False

    @property
    def of_year(self) -> Sequence[MonthLine]:
        """The last twelve months."""
        return self.lines[-YEAR:]


@dataclass(slots=True)
class _Month:
    """One month of some topics, added up."""

    numbers: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COLUMNS, 0))
    hides_growth: bool = False
    hides_answers: bool = False


def rate(part: int, whole: int) -> str:
    """Write a share in per cent; empty where there is nothing to compute it of."""
    if not whole:
        return ""
    share = part * 100 / whole
    if 0 < share < 0.01:
        return "under 0.01%"
    text = f"{share:.2f}" if share < 1 else f"{share:.1f}"
    return text.rstrip("0").removesuffix(".") + "%"


def topics_to_choose(account: Account) -> list[Topic]:
    """Return the topics whose months an account may see, by name."""
    return list(visible_topics(account).order_by("name", "pk"))


def month_lines(
    account: Account, topics: Iterable[Topic], *, now: datetime | None = None
) -> MonthLines:
    """Read the months of some topics, added up.

    Whoever may not see subscribers sees a month's growth once it is over, where each topic's parts
    are none or five at least, and no sums of several months: nobody can subtract a topic from all,
    or a month from a year. What is told of emails stands in reports that they see, and so does what
    is told of answers, where each event's page tells all. Reports tell them all bounces, but no
    small number of one kind; so those that count for our name are rounded, each topic's by itself,
    or the others could be computed.

    Args:
        topics: those that the account may know of.
    """
    now = now or timezone.now()
    months = last_months(now)
    rows: dict[int, dict[date, TopicMonth]] = {topic.pk: {} for topic in topics}
    counted_at = None
    for row in TopicMonth.objects.filter(topic__in=list(rows), month__gte=months[0]).order_by():
        rows[row.topic_id][row.month] = row
        counted_at = max(counted_at or row.counted_at, row.counted_at)
    sees_people, sees_answers = account.has_perm(SEE_PEOPLE), account.has_perm(SEE_ANSWERS)
    sums = {month: _Month() for month in months}
    for of_topic in rows.values():
        _add(sums, of_topic, rounds=not sees_people)
    shown = [month for month in months if _has_begun(month, months, sums)]
    lines = [
        _line(
            month,
            sums[month],
            is_over=month < month_of(now),
            sees_people=sees_people,
            sees_answers=sees_answers,
        )
        for month in shown
    ]
    return MonthLines(
        lines,
        counted_at,
        hides_growth=any(line.joined is None for line in lines),
        hides_answers=any(line.said_yes is None for line in lines),
        is_rounded=not sees_people,
    )


def _add(sums: Mapping[date, _Month], rows: Mapping[date, TopicMonth], *, rounds: bool) -> None:
    months = list(sums)
    growth = [
        (rows[month].joined, rows[month].left) if month in rows else (0, 0) for month in months
    ]
    for place in hidden_rows(growth):
        sums[months[place]].hides_growth = True
    for month, row in rows.items():
        if month not in sums:
            continue
        for name, rounding in COLUMNS.items():
            number = getattr(row, name)
            is_rounded = rounds and rounding is Rounding.EACH_TOPIC
            sums[month].numbers[name] += rounded(number) if is_rounded else number
        sums[month].hides_answers |= row.has_few_answers


def _has_begun(month: date, months: Sequence[date], sums: Mapping[date, _Month]) -> bool:
    """Return whether there was anything by the end of a month."""
    upto = months[: months.index(month) + 1]
    return month in months[-AT_LEAST:] or any(any(sums[each].numbers.values()) for each in upto)


def _line(
    month: date, found: _Month, *, is_over: bool, sees_people: bool, sees_answers: bool
) -> MonthLine:
    numbers: dict[str, int | None] = dict(found.numbers)
    # Of a month that goes on, two looks with one newcomer between them would tell of that person.
    if (found.hides_growth or not is_over) and not sees_people:
        numbers.update(joined=None, left=None)
    if found.hides_answers and not sees_answers:
        numbers.update(said_yes=None, said_no=None, said_else=None)
    if not sees_answers:
        numbers["came"] = None
    if not sees_people:
        for name, rounding in COLUMNS.items():
            if rounding is Rounding.SUM:
                numbers[name] = rounded(found.numbers[name])
    return MonthLine(month, is_over, **numbers)  # type: ignore[arg-type] # by name


def rounded(number: int) -> int:
    """Round a number to two digits, to tens at least: the next one tells nothing of one person."""
    if number <= 0:
        return 0
    unit = int(max(10, 10 ** (floor(log10(number)) - 1)))
    return (number + unit // 2) // unit * unit
