"""The series of an event: its steps, whom each is for, and when each is due.

A step is due relative to the event, so it moves with it. Nothing is stored of a step that nobody
has drafted, and of one that is drafted only how far before or after the event it is due.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from campaigns.events.zones import UnknownZone, zone_of
from campaigns.models import Campaign, Event
from campaigns.states import REPEATED_STEPS, AudienceRule, CampaignStatus, CampaignStep

DAY = 24 * 60
"""Minutes."""
KEPT_FOR_FOLLOW_UPS = timedelta(days=30)
"""The time after an event in which it can still be followed up."""
BEFORE_ANSWERS_CLOSE = 2
"""Days between a reminder and the day by which people answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of the series.

    Args:
        offset: minutes after the event's start, or its end; before it below 0.
        from_end: whether it is due relative to the end.
        ends: until when it is worth sending: its own time, "due"; until people can't answer any
            more, "answers"; until the event starts, "start"; or KEPT_FOR_FOLLOW_UPS, "later".
    """

    step: CampaignStep
    rule: AudienceRule
    offset: int
    from_end: bool = False
    ends: str = "due"

    @property
    def once(self) -> bool:
        """Return whether nobody gets it again for another date of the same event."""
        return self.step not in REPEATED_STEPS

    def is_for(self, campaign: Campaign, event: Event) -> bool:
        """Return whether a campaign of this step is for the date that its event has now.

        One that wasn't sent moves with the event.
        """
        if self.once or campaign.launched_at is None:
            return True
        return campaign.step_of in (None, event.starts_at)


STEPS: Mapping[str, Step] = {
    each.step.value: each
    for each in (
        Step(step=CampaignStep.SAVE_THE_DATE, rule=AudienceRule.NONE, offset=-56 * DAY),
        Step(
            step=CampaignStep.INVITATION,
            rule=AudienceRule.NONE,
            offset=-28 * DAY,
            ends="answers",
        ),
        Step(step=CampaignStep.REMINDER, rule=AudienceRule.NO_ANSWER, offset=-7 * DAY),
        Step(step=CampaignStep.DETAILS_DAY, rule=AudienceRule.ACCEPTED, offset=-DAY),
        Step(
            step=CampaignStep.DETAILS_HOUR,
            rule=AudienceRule.ACCEPTED,
            offset=-60,
            ends="start",
        ),
        Step(
            step=CampaignStep.FOLLOW_UP_CAME,
            rule=AudienceRule.CAME,
            offset=DAY,
            from_end=True,
            ends="later",
        ),
        Step(
            step=CampaignStep.FOLLOW_UP_MISSED,
            rule=AudienceRule.DID_NOT_COME,
            offset=DAY,
            from_end=True,
            ends="later",
        ),
    )
}
"""By CampaignStep, in the order in which they are sent."""


def steps_of(event: Event) -> list[Step]:
    """Return the steps that an event can have: those about answers where it asks for them."""
    return [
        each for each in STEPS.values() if event.takes_answers or each.rule == AudienceRule.NONE
    ]


def offset_for(step: Step, event: Event) -> int:
    """Return when a step of an event is due, in minutes, as its draft keeps it.

    A reminder comes BEFORE_ANSWERS_CLOSE days before the day by which people answer, where that is
    earlier than usual.
    """
    if step.step != CampaignStep.REMINDER or event.local_answers_until is None:
        return step.offset
    before = (event.local_start.date() - event.local_answers_until.date()).days
    return min(step.offset, -(before + BEFORE_ANSWERS_CLOSE) * DAY)


def due_at(event: Event, step: Step, *, offset: int | None = None) -> datetime:
    """Return the moment at which a step of an event is due.

    Whole days are those of the clocks at the event's place: a day before a meeting at nine it is
    nine there, whether or not the clocks change in that night. Where they skip that hour, it is the
    moment at which it would have been. All else is minutes. A zone that doesn't exist any more has
    days of 24 hours.

    Args:
        offset: that of the step's campaign; None: as one would be drafted now.
    """
    minutes = timedelta(minutes=offset_for(step, event) if offset is None else offset)
    moment = event.ends_at if step.from_end else event.starts_at
    local = event.local_end if step.from_end else event.local_start
    try:
        if minutes % timedelta(days=1):
            return moment + minutes
        place = zone_of(event.time_zone)
        wall_clock = local.replace(tzinfo=None, fold=0) + minutes
        return wall_clock.replace(tzinfo=place).astimezone(UTC)
    except UnknownZone:
        return moment + minutes
    except (OverflowError, ValueError):  # the years 1 and 9999
        return moment


def due_of(campaign: Campaign) -> datetime | None:
    """Return the moment at which a campaign is due; None where it is no step of a series."""
    step = STEPS.get(campaign.step)
    if step is None or campaign.event is None:
        return None
    return due_at(campaign.event, step, offset=campaign.offset_minutes)


def useful_until(event: Event, step: Step, *, due: datetime) -> datetime:
    """Return the moment after which a step isn't worth drafting any more."""
    match step.ends:
        case "answers":
            return event.closes_at
        case "start":
            return event.starts_at
        case "later":
            return event.ends_at + KEPT_FOR_FOLLOW_UPS
    return due


def missing_steps(event: Event, campaigns: Iterable[Campaign], *, now: datetime) -> list[Step]:
    """Return the steps of an event that nobody has drafted, and that are worth drafting now.

    What is for one date alone is missing again once its event has another.

    Args:
        campaigns: those about the event.
    """
    if not event.takes_place:
        return []
    standing = [each for each in campaigns if each.status != CampaignStatus.CANCELLED]
    return [
        step
        for step in steps_of(event)
        if not any(step.step == each.step and step.is_for(each, event) for each in standing)
        and now < useful_until(event, step, due=due_at(event, step))
    ]
