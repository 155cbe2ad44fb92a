"""The method of the calendar part of a campaign's emails."""

from campaigns.calendars.availability import why_no_invitations
from campaigns.event_states import CalendarMethod, CalendarMode, EventStatus
from campaigns.models import Campaign

INVITING = (CalendarMethod.REQUEST, CalendarMethod.CANCEL)
"""Methods that a mailer must have been seen to carry."""


def method_of(campaign: Campaign) -> CalendarMethod:
    """Return what the calendar part does if the campaign's sending began now.

    Where invitations can't go out, the event goes as a file.
    """
    event = campaign.event
    if event is None or not campaign.carries_calendar or campaign.asks_for_consent:
        return CalendarMethod.NONE
    if event.status == EventStatus.CANCELLED:
        return (
            CalendarMethod.CANCEL
            if _was_invited_to(campaign) and not why_no_invitations()
            else CalendarMethod.NONE
        )
    # Whoever holds an invitation hears of a change by another, whatever the event's mode is now.
    wanted = event.calendar_mode == CalendarMode.INVITATION or (
        campaign.tells_of_change and _was_invited_to(campaign)
    )
    if wanted and not why_no_invitations():
        return CalendarMethod.REQUEST
    return CalendarMethod.PUBLISH


def _was_invited_to(campaign: Campaign) -> bool:
    """Return whether people hold invitations to the campaign's event.

    The method is noted when sending begins, so a stopped campaign that has one reached some.
    """
    return Campaign.objects.filter(
        event=campaign.event_id, calendar_method=CalendarMethod.REQUEST
    ).exists()
