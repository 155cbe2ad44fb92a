"""The section of an event's page about people's calendars."""

from typing import Any

from django.urls import reverse

from campaigns.calendars.availability import why_no_invitations
from campaigns.event_states import CalendarMode
from campaigns.models import Event
from campaigns.need_to_know import visible_calendar_mails
from campaigns.studio.calendar_mails import calendar_mail_rows
from subscribers.need_to_know.hidden import Account

SHOWN = 20


def calendar(event: Event, account: Account) -> dict[str, Any] | None:
    """Return how an event gets into calendars, and the latest emails from there."""
    if not account.has_perm("campaigns.view_campaign"):
        return None
    known = visible_calendar_mails(account).filter(event=event)
    mails = known.select_related("subscriber", "event").order_by("-pk")[:SHOWN]
    invites = event.calendar_mode == CalendarMode.INVITATION
    return {
        "mode": event.get_calendar_mode_display(),
        "title": event.calendar_title,
        "why_not": why_no_invitations() if invites else "",
        "mails": calendar_mail_rows(mails, account=account),
        "may_end": account.has_perm("campaigns.change_event"),
        "calendars_url": reverse("admin:studio_calendars"),
    }
