"""The drawings of the months: bars of a picture whose labels are text of the page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter

from django.conf import settings

from campaigns.studio.pages.month_lines import COLUMNS, MonthLine, Rounding, rate
from subscribers.models import Topic
from subscribers.sending_limits import LIMITS, limit_of

HEIGHT = 100
"""Of each drawing, whose bars are parts of it."""
_ROOM = Decimal("1.15")
"""Above a limit, so that its line isn't the edge."""


@dataclass(frozen=True, slots=True)
class MonthBar:
    """One rectangle: `x` is the month's place; `kind` names its colour."""

    x: int
    y: float
    height: float
    kind: str


@dataclass(frozen=True, slots=True)
class MonthChart:
    """One drawing.

    Attributes:
        width: in months.
        top, bottom: the values of its upper and its lower edge, in words; none: that is zero.
        lines: the heights of lines across it, by kind.
    """

    bars: Sequence[MonthBar]
    width: int
    top: str
    zero: float = HEIGHT
    lines: Sequence[tuple[float, str]] = ()
    bottom: str = ""

    @property
    def has_bars(self) -> bool:
        return any(bar.height for bar in self.bars)


@dataclass(frozen=True, slots=True)
class RateChart:
    """The rate at which something bad happened to emails, beside the limits for it.

    Attributes:
        providers, ours: the limits, in per cent: the one of mailbox or sending providers, and the
            one at which the guard pauses a campaign.
        year: the rate of the last twelve months.
        is_over: whether that is above the providers' limit, and of more than chance.
        is_rounded: whether the months round its numbers for whoever may not see subscribers.
    """

    chart: MonthChart
    name: str
    providers: Decimal
    ours: Decimal
    year: str
    is_over: bool
    is_rounded: bool


def subscribed_chart(lines: Sequence[MonthLine]) -> MonthChart:
    """Draw how many were subscribed at each month's end."""
    most = max((line.subscribed for line in lines), default=0)
    return MonthChart(
        [
            _bar(place, 0, line.subscribed / max(most, 1), "level")
            for place, line in enumerate(lines)
        ],
        len(lines),
        f"{most:,}",
    )


def growth_chart(lines: Sequence[MonthLine]) -> MonthChart:
    """Draw who subscribed, upwards, and who left, downwards."""
    up = max((line.joined or 0 for line in lines), default=0)
    down = max((line.left or 0 for line in lines), default=0)
    zero = HEIGHT * up / max(up + down, 1)
    scale = HEIGHT / max(up + down, 1)
    bars = []
    for place, line in enumerate(lines):
        joined, left = (line.joined or 0) * scale, (line.left or 0) * scale
        bars.append(MonthBar(place, round(zero - joined, 2), round(joined, 2), "arrived"))
        bars.append(MonthBar(place, round(zero, 2), round(left, 2), "not-arrived"))
    return MonthChart(
        bars, len(lines), f"{up:,}", round(zero, 2), bottom=f"{down:,}" if down else ""
    )


def rate_charts(lines: Sequence[MonthLine], topic: Topic | None) -> list[RateChart]:
    """Draw the shares of emails that bounced, and that were reported as spam.

    Args:
        topic: the one that is shown, which may have limits of its own.
    """
    return [
        _rate_chart("Bounced", "bounced", "guard_bounces", lines, topic),
        _rate_chart("Reported as spam", "complained", "guard_complaints", lines, topic),
    ]


def answer_chart(lines: Sequence[MonthLine]) -> MonthChart:
    """Draw the answers to the events of each month, one kind upon the other."""
    most = max((line.answered or 0 for line in lines), default=0)
    bars = []
    for place, line in enumerate(lines):
        below = 0.0
        for number, kind in (
            (line.said_yes, "arrived"),
            (line.said_no, "not-arrived"),
            (line.said_else, "rest"),
        ):
            share = (number or 0) / max(most, 1)
            bars.append(_bar(place, below, share, kind))
            below += share
    return MonthChart(bars, len(lines), f"{most:,}")


def _rate_chart(
    name: str, column: str, limit: str, lines: Sequence[MonthLine], topic: Topic | None
) -> RateChart:
    """Draw a rate.

    Args:
        column: of the months, which counts what was bad.
        limit: the topic's column.
    """
    bad: Callable[[MonthLine], int] = attrgetter(column)
    limits = LIMITS[limit]
    ours = limit_of(topic, limit) if topic else limits.default
    providers = limits.providers or ours
    shares = [bad(line) * Decimal(100) / max(line.emails, 1) for line in lines]
    # One complaint among few emails would make all other bars, and the limit, a line.
    top = max(max(providers, ours) * _ROOM, min(max(shares, default=Decimal(0)), providers * 3))
    bars = [
        _bar(
            place,
            0,
            min(float(share / top), 1),
            "not-arrived" if _is_over(bad(line), line.emails, providers) else "level",
        )
        for place, (line, share) in enumerate(zip(lines, shares, strict=True))
    ]
    year = lines[-12:]
    many, emails = sum(map(bad, year)), sum(line.emails for line in year)
    return RateChart(
        MonthChart(
            bars,
            len(lines),
            rate(int(top * 1000), 100_000),
            lines=[
                (round(float(HEIGHT - HEIGHT * providers / top), 2), "limit"),
                (round(float(HEIGHT - HEIGHT * ours / top), 2), "own-limit"),
            ],
        ),
        name,
        providers.normalize(),
        ours.normalize(),
        rate(many, emails),
        _is_over(many, emails, providers),
        is_rounded=COLUMNS[column] is not Rounding.NONE,
    )


def _is_over(bad: int, emails: int, limit: Decimal) -> bool:
    """Return whether a rate is above its limit. As for the guard, a few are chance."""
    return bad >= settings.GUARD_LEAST and bad * 100 > emails * limit


def _bar(place: int, below: float, share: float, kind: str) -> MonthBar:
    height = round(share * HEIGHT, 2)
    return MonthBar(place, round(HEIGHT - below * HEIGHT - height, 2), height, kind)
