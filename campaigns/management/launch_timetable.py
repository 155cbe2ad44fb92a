"""The timetable of `launch_campaign --local-hour`, as the send page shows it before the launch."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.utils import timezone

from campaigns.events.local_time import moment_written
from campaigns.models import Campaign
from campaigns.sending.launch import BEFORE_FIRST_HOUR, earliest_start
from campaigns.sending.local_hours import LocalHour, count_for_hour
from campaigns.sending.time_lines import last_leaves, time_lines
from campaigns.sending.timetable import Timetable, problem_of_hour, timetable
from campaigns.states import LateRecipients

_LATE: Mapping[str, str] = {
    LateRecipients.NOW: "They get it as soon as sending starts.",
    LateRecipients.NEXT_DAY: "They get it at that hour of the next day.",
    LateRecipients.SKIP: "They don't get it, and are counted as skipped.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchTimetable:
    """The timetable of a launch at a local hour.

    Args:
        starts: when sending starts.
    """

    hour: LocalHour
    table: Timetable
    starts: datetime

    def lines(self) -> Iterator[str]:
        """Yield the lines to print."""
        zone, table = self.table.bounds.zone, self.table
        yield f"At {self.hour.at:%H:%M} of each recipient's own clocks:"
        lines = time_lines(table, self.hour.at, sees_people=True)
        width = max((len(f"{line.number:,}") for line in lines if line.number), default=1)
        for day, of_day in groupby(lines, attrgetter("day")):
            yield f"  {day}"
            for line in of_day:
                what = f" ({line.what})" if line.what else ""
                yield f"    {line.clock}  {line.number or 0:>{width},}  {line.where}{what}"
        if table.late:
            yield f"That hour has passed for {table.late:,}. {_LATE[self.hour.late]}"
        yield f"Sending starts: {moment_written(self.starts, zone, 'en')}"
        yield f"The last leaves: {moment_written(last_leaves(table), zone, 'en')}"

    def as_dict(self) -> dict[str, Any]:
        """Return the same for a program; moments are in UTC."""
        return {
            "local_hour": f"{self.hour.at:%H:%M}",
            "late": self.table.late,
            "late_get_it": self.hour.late.value,
            "first_leaves": _utc(self.table.first),
            "last_leaves": _utc(last_leaves(self.table)),
            "times": [
                {
                    "at": _utc(group.at),
                    "number": group.number,
                    "zones": dict(group.zones),
                    "late": group.is_late,
                    "skipped": group.is_skipped,
                }
                for group in self.table.groups
            ],
        }


def launch_timetable(campaign: Campaign, chosen: Mapping[str, Any]) -> LaunchTimetable | None:
    """Compute the timetable of a launch.

    Args:
        chosen: the arguments of `launch`, or of `launch_now`.

    Returns:
        None where all get it at once, nobody gets it, or the hour doesn't fit: the launch says why.
    """
    hour: LocalHour | None = chosen["hour"]
    if hour is None:
        return None
    now = timezone.now()
    if "undo_window" in chosen:
        now = earliest_start(undo_window=chosen["undo_window"], now=now)
    counted = count_for_hour(campaign, hour)
    if not counted or problem_of_hour(campaign, hour, now=now, counted=counted):
        return None
    table = timetable(campaign, hour, now=now, counted=counted)
    # Started at once, it freezes the audience at once, whenever the first hour comes.
    starts = max(now, table.first - BEFORE_FIRST_HOUR) if "undo_window" in chosen else now
    return LaunchTimetable(hour=hour, table=table, starts=starts)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
