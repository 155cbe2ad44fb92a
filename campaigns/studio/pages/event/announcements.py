"""The section of an event's page with the campaigns about it."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from campaigns.content.draft_again import draft_again, stopped_updates
from campaigns.models import Event
from campaigns.need_to_know import visible_campaigns
from campaigns.rsvp.not_reached import not_reached
from campaigns.states import CampaignStatus
from campaigns.studio.answers.counts import number_of_answers
from campaigns.studio.event_view import event_url, event_view
from campaigns.studio.pages.dashboard import CampaignLine
from campaigns.studio.pages.event.drafts_again import tell_of_updates
from campaigns.studio.pages.event.series import DRAFT
from subscribers.need_to_know.hidden import Account

SHOWN = 20


def announcements(event: Event, account: Account) -> dict[str, Any] | None:
    """Return the latest campaigns about an event that somebody may know of, and what was stopped.

    And how many people the short message about the latest change didn't reach; None for a few.
    Steps of its series stand in a section of their own.
    """
    if not account.has_perm("campaigns.view_campaign"):
        return None
    known = visible_campaigns(account).filter(event=event)
    shown = known.filter(Q(step="") | Q(status=CampaignStatus.CANCELLED)).select_related("topic")
    return {
        "campaigns": [CampaignLine(each) for each in shown.order_by("-pk")[:SHOWN]],
        "not_reached": number_of_answers(not_reached(event), event, account),
        "stopped": stopped_updates(event, among=known),
        "can_draft": account.has_perm(DRAFT),
    }


@event_view("POST", permission=DRAFT, page="event")
def draft_stopped(request: HttpRequest, event: Event) -> HttpResponse:
    """Draft again what tells of the event's latest change, and was stopped."""
    if draft_again(event, among=visible_campaigns(request.user)):
        tell_of_updates(request, event)
    else:
        messages.info(request, "Nothing was drafted: no email about a change is missing.")
    return redirect(f"{event_url('event', event)}#campaigns")
