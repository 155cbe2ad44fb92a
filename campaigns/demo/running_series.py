"""The demo's series: an invitation that people are answering, and drafts of what follows it."""

from datetime import datetime

from campaigns.content.draft_series import draft_series
from campaigns.demo.dates import invited_meeting
from campaigns.demo.followers import QUARTERLY_MEETINGS
from campaigns.events.series import STEPS
from campaigns.models import Campaign, Event
from campaigns.states import CampaignStep
from subscribers.models import Topic


def make_step(campaign: Campaign, step: CampaignStep, *, event: Event) -> None:
    """Make a campaign a step of an event's series, also of an event that is over."""
    campaign.event, campaign.step, campaign.offset_minutes = event, step, STEPS[step].offset
    if campaign.launched_at:
        campaign.step_of = event.starts_at
    campaign.save(update_fields=["event", "step", "offset_minutes", "step_of"])


def draft_rest(events: dict[str, Event], *, now: datetime) -> None:
    """Draft what follows the invitation to the meeting that people were invited to, if any."""
    meeting = invited_meeting(now.date())
    if meeting is not None:
        draft_series(
            events[meeting.slug],
            topic=Topic.objects.get(slug=QUARTERLY_MEETINGS),
            languages=[],
            now=now,
        )
