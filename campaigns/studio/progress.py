"""Progress: what the ledger says while a campaign is sent, and the brakes."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from campaigns.events.zones import zone_of
from campaigns.models import Campaign
from campaigns.reports.totals import Totals, totals
from campaigns.sending.control import cancel, pause, resume
from campaigns.states import CampaignStatus, DeliveryStatus
from campaigns.studio.decorators import COMPOSE, LAUNCH, VIEW, door, frame, studio_url
from newsletter.epoch.hold import held
from newsletter.transport.pacing.circuit_breaker import resting_mailers


@dataclass(frozen=True, slots=True)
class Act:
    """A brake: the verb, and what is said when it worked."""

    do: Callable[[int], bool]
    said: str


ACTS = {
    "pause": Act(pause, "Paused. What was being handed over is finished; nothing more is claimed."),
    "resume": Act(resume, "Going on."),
    "cancel": Act(
        cancel, "Cancelled. Whoever was still waiting gets nothing, and the ledger says why."
    ),
}

MOVING = (CampaignStatus.SCHEDULED, CampaignStatus.SENDING, CampaignStatus.PAUSED)
"""While a campaign is in one of these, its page asks again every two seconds."""


@dataclass(frozen=True, slots=True)
class Line:
    """One state of the ledger and how many are in it."""

    status: str
    label: str
    number: int
    share: int
    """Of the candidates, in per cent."""


def lines(sums: Totals) -> list[Line]:
    """The ledger's states in the order of a delivery's life, with their shares."""
    candidates = max(sums.candidates, 1)
    return [
        Line(status, DeliveryStatus(status).label, number, round(number * 100 / candidates))
        for status, number in sums.by_status.items()
    ]


@door("GET", permission=(VIEW, COMPOSE, LAUNCH))
def progress(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """The page; asked for by htmx, only the part that changes."""
    if campaign.is_editable and campaign.status != CampaignStatus.SCHEDULED:
        return redirect(studio_url("launch", campaign))
    sums, left = totals(campaign), _seconds_left(campaign)
    context = frame(
        request,
        campaign,
        step="progress",
        totals=sums,
        lines=lines(sums),
        moving=campaign.status in MOVING,
        seconds_left=left,
        clock=f"{left // 60}:{left % 60:02}",
        begins_there=_begins_there(campaign),
        hold=held(),
        resting=resting_mailers() if campaign.status == CampaignStatus.SENDING else (),
        lease_minutes=math.ceil(settings.CLAIM_LEASE.total_seconds() / 60),
    )
    # A page that was restored from history is asked for whole.
    partial = (
        request.headers.get("HX-Request") == "true"
        and request.headers.get("HX-History-Restore-Request") != "true"
    )
    if partial and request.GET.get("was", campaign.status) != campaign.status:
        return HttpResponse(
            headers={"HX-Refresh": "true"}
        )  # steps and badge of the whole page have changed with it
    return TemplateResponse(
        request, "studio/progress.html#live" if partial else "studio/progress.html", context
    )


def _seconds_left(campaign: Campaign) -> int:
    """Until sending begins, as the server sees it."""
    if campaign.status != CampaignStatus.SCHEDULED or campaign.scheduled_at is None:
        return 0
    return max(int((campaign.scheduled_at - timezone.now()).total_seconds()), 0)


def _begins_there(campaign: Campaign) -> str:
    """When sending begins, on the clocks of the event's place."""
    if campaign.event is None or campaign.scheduled_at is None:
        return ""
    return (
        f"{campaign.scheduled_at.astimezone(zone_of(campaign.event.time_zone)):%A %d %B %Y, %H:%M}"
    )


@door("POST", permission=LAUNCH)
def control(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Pause, resume or cancel: whatever the pressed button says."""
    act = ACTS.get(request.POST.get("act", ""))
    if act is not None and act.do(campaign.pk):
        messages.success(request, act.said)
        if hold := held():
            messages.warning(request, str(hold))
    else:
        messages.warning(
            request,
            "Nothing was changed: the campaign is no longer in the state that your page showed.",
        )
    return redirect(studio_url("progress", campaign))
