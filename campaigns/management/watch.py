"""Watching a campaign in a terminal: what the progress page shows, again and again."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn
from rich.text import Text

from campaigns.models import Campaign
from campaigns.reports.pace import CampaignPace, pace, time_in_words
from campaigns.reports.start_obstacles import start_obstacles
from campaigns.reports.totals import Totals, totals
from campaigns.states import MOVING, CampaignStatus
from newsletter.core.without_addresses import without_addresses
from newsletter.epoch.hold import held
from newsletter.transport.pacing.choose_mailer import Resting, first_to_return, resting_mailers

EVERY = 2.0
"""Seconds, as on the progress page."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A campaign at one moment."""

    campaign: Campaign
    totals: Totals
    pace: CampaignPace
    hold: str = ""
    """Why nothing is sent from here; empty where it is."""
    resting: Sequence[Resting] = ()
    takes_nothing: bool = False
    """Whether all mailers rest."""
    obstacles: Sequence[str] = ()
    """What keeps it from starting at its time."""

    @property
    def state(self) -> str:
        """The state in words, with its time or why it is paused."""
        reason, campaign = without_addresses(self.campaign.pause_reason), self.campaign
        state = campaign.get_status_display()
        if campaign.status == CampaignStatus.SCHEDULED and campaign.scheduled_at:
            starts = "for" if self.obstacles else "and starts on"
            state += f" {starts} {campaign.scheduled_at:%-d %B %Y, %H:%M:%S} UTC"
        return f"{state} ({reason})" if reason else state

    @property
    def numbers(self) -> str:
        """The numbers that aren't 0, the pace, and the time left."""
        parts = [f"{number:,} {name}" for name, number in self.totals.by_status.items() if number]
        if self.campaign.status == CampaignStatus.SENDING:
            parts.append(f"{self.pace.a_minute:,} in the last minute")
        if self.pace.seconds_left is not None and not self.takes_nothing:
            parts.append(f"{time_in_words(self.pace.seconds_left)} left")
        if self.pace.last_due_at is not None:
            parts.append(f"the last leave {self.pace.last_due_at:%-d %B %Y, %H:%M} UTC")
        if not self.totals.adds_up:
            parts.append("WARNING: not all recipients are accounted for")
        return ", ".join(parts)

    @property
    def refusals(self) -> str:
        """The answers of the last minutes that took no email, in words."""
        return "; ".join(
            f"{each.number:,} × {each.words}" + (f" ({each.code})" if each.code else "")
            for each in self.pace.refusals
        )

    @property
    def routes(self) -> str:
        """The mailers of the last minutes, and what each took a minute."""
        return "; ".join(
            f"{each.mailer} at {each.host}: {each.a_minute:,} a minute, "
            f"{each.accepted:,} accepted, {each.refused:,} not"
            for each in self.pace.routes
        )

    @property
    def stops(self) -> str:
        """The obstacles to a start, the hold on sending, and the mailers that rest."""
        rests = (
            f"{each.mailer} is paused until {each.until:%H:%M:%S} UTC: {each.reason}"
            for each in self.resting
        )
        said = (*self.obstacles, self.hold, *rests)
        return without_addresses("; ".join(filter(None, said)))

    @property
    def line(self) -> str:
        """All of it in one line."""
        done = f"{self.totals.done:,} of {self.totals.candidates:,} done"
        parts = (self.stops, done, self.numbers, self.routes, self.refusals)
        return ": ".join((self.state, "; ".join(filter(None, parts))))


def watch(campaign_id: int, out: TextIO, *, sleep: Callable[[float], object] = time.sleep) -> None:
    """Show the progress of a campaign until it has ended.

    On a terminal it is a bar that stays in its place. Elsewhere it is a line each time that
    something has changed.

    Args:
        out: where to write.
        sleep: waits so many seconds.
    """
    samples = _samples(campaign_id, sleep=sleep)
    if not out.isatty():
        last = ""
        for sample in samples:
            if sample.line != last:
                out.write(f"{sample.line}\n")
                out.flush()
            last = sample.line
        return
    bar = Progress(BarColumn(bar_width=None), TaskProgressColumn(), MofNCompleteColumn())
    task = bar.add_task("", total=None)
    with Live(console=Console(file=out)) as live:
        for sample in samples:
            bar.update(task, completed=sample.totals.done, total=sample.totals.candidates or None)
            texts = (sample.stops, sample.numbers, sample.routes, sample.refusals)
            below = [Text(text) for text in texts if text]
            live.update(Group(Text(sample.state), bar, *below), refresh=True)


def _samples(campaign_id: int, *, sleep: Callable[[float], object]) -> Iterator[Sample]:
    """Yield the campaign as it is, until nothing will change any more."""
    while True:
        campaign = Campaign.objects.select_related("topic").get(pk=campaign_id)
        sums = totals(campaign)
        moves = campaign.status == CampaignStatus.SENDING
        hold = held() if moves else None
        yield Sample(
            campaign,
            sums,
            pace(campaign, sums),
            hold=str(hold) if hold else "",
            resting=resting_mailers() if moves else (),
            takes_nothing=moves and first_to_return() is not None,
            obstacles=start_obstacles(campaign),
        )
        if campaign.status not in MOVING:
            return
        sleep(EVERY)
