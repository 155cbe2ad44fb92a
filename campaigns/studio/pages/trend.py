"""A year of growth and health on the dashboard, in one line and a small drawing."""

from dataclasses import dataclass

from campaigns.studio.pages.month_charts import MonthChart, RateChart, rate_charts, subscribed_chart
from campaigns.studio.pages.month_lines import MonthLines, month_lines, topics_to_choose
from subscribers.need_to_know.hidden import Account


@dataclass(frozen=True, slots=True)
class Trend:
    """The last twelve months of all topics that an account may know of.

    Attributes:
        joined, left: sums; None for whoever may not see subscribers.
    """

    months: MonthLines
    chart: MonthChart
    rates: list[RateChart]
    joined: int | None
    left: int | None

    @property
    def subscribed(self) -> int:
        """The subscriptions of now, rounded for whoever may not see subscribers."""
        return self.months.lines[-1].subscribed


def trend(account: Account) -> Trend | None:
    """Return a year of growth and health; None while nothing has been counted."""
    found = month_lines(account, topics_to_choose(account))
    if found.counted_at is None:
        return None
    year = found.of_year
    return Trend(
        found,
        subscribed_chart(year),
        rate_charts(year, None),
        None if found.is_rounded else sum(line.joined or 0 for line in year),
        None if found.is_rounded else sum(line.left or 0 for line in year),
    )
