"""Preflight's findings about the calendar part of a campaign's emails."""

from collections.abc import Iterator

from campaigns.calendars.availability import why_no_invitations
from campaigns.calendars.method import INVITING
from campaigns.models import Campaign
from campaigns.review.finding import PreflightFinding, blocker, warning
from campaigns.states import CalendarMode, CampaignStatus

_UNDER_WAY = (CampaignStatus.SENDING, CampaignStatus.PAUSED)


def calendar_findings(campaign: Campaign) -> Iterator[PreflightFinding]:
    """Find out whether the event gets into calendars as staff want it to, and in order."""
    event = campaign.event
    if event is None or not campaign.carries_calendar or campaign.asks_for_consent:
        return
    if event.calendar_mode == CalendarMode.INVITATION and (why := why_no_invitations()):
        yield warning(
            f"Recipients get the event as a calendar file, not as an invitation. {why}",
            "event.calendar_mode",
        )
    # A calendar that hears of the change first, and then of what was before, shows the latter.
    earlier = Campaign.objects.filter(
        event=event, status__in=_UNDER_WAY, calendar_method__in=INVITING
    ).exclude(pk=campaign.pk)
    if (other := earlier.first()) is not None and campaign.is_editable:
        yield blocker(
            f"“{other.name}” is still being sent, and goes to the same calendars. Wait until it "
            f"has been sent, or stop it.",
            "event",
        )
