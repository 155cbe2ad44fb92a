"""The progress page: totals and pace while a campaign is sent, and pause, resume and stop."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from zlib import crc32

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from campaigns.audience.same_change import waits_for
from campaigns.content.draft_again import stopped_updates
from campaigns.last_change import last_change_of_state
from campaigns.models import Campaign
from campaigns.need_to_know import name_beside, visible_campaigns
from campaigns.reports.start_obstacles import start_obstacles
from campaigns.reports.totals import Totals, totals
from campaigns.sending.pause_cancel_undo import cancel, pause, resume
from campaigns.sending.pause_for_event import says_what_was
from campaigns.states import MOVING, UNDER_WAY, CampaignStatus, DeliveryStatus
from campaigns.studio.decorators import (
    LAUNCH,
    VIEW,
    campaign_view,
    page_context,
    studio_url,
)
from campaigns.studio.pages.later_version import versions_of
from campaigns.studio.pages.launch_words import first_words, hour_words
from campaigns.studio.pages.pace import pace_context
from campaigns.studio.times import place_time
from newsletter.core.plural import number_of
from newsletter.epoch.hold import held
from newsletter.transport.pacing.choose_mailer import first_to_return, resting_mailers
from staff.sign_in.recent_sign_in import sign_in_again, signed_in_recently


@dataclass(frozen=True, slots=True)
class CampaignAction:
    """An action on a campaign, the message when it worked, and the state that it was to lead to."""

    do: Callable[[int], bool]
    message: str
    to: CampaignStatus


ACTIONS = {
    "pause": CampaignAction(
        pause,
        "Sending is paused. Emails that are being sent right now are finished first.",
        CampaignStatus.PAUSED,
    ),
    "resume": CampaignAction(resume, "Sending resumed.", CampaignStatus.SENDING),
    # Of one that would go on by itself after those who got it first.
    "keep": CampaignAction(
        pause, "Sending stays paused until somebody resumes it.", CampaignStatus.PAUSED
    ),
    "cancel": CampaignAction(
        cancel,
        "Stopped. People who were still waiting will not receive this email.",
        CampaignStatus.CANCELLED,
    ),
}


@dataclass(frozen=True, slots=True)
class StatusLine:
    """One delivery status and how many deliveries have it."""

    status: str
    label: str
    number: int
    share: int
    """Of the recipients, in per cent."""


def status_lines(sums: Totals) -> list[StatusLine]:
    """Return the delivery statuses, in the order of a delivery's life, with their shares."""
    candidates = max(sums.candidates, 1)
    return [
        StatusLine(status, DeliveryStatus(status).label, number, round(number * 100 / candidates))
        for status, number in sums.by_status.items()
    ]


@campaign_view("GET", permission=VIEW)
def progress(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Show the page, or to htmx only the part that changes."""
    if campaign.is_editable and campaign.status != CampaignStatus.SCHEDULED:
        return redirect(studio_url("launch", campaign))
    # A page restored from history needs the whole page.
    partial = (
        request.headers.get("HX-Request") == "true"
        and request.headers.get("HX-History-Restore-Request") != "true"
    )
    mark = _mark(campaign)
    if partial and request.GET.get("was", mark) != mark:
        return HttpResponse(
            headers={"HX-Refresh": "true"}
        )  # the steps, the badge or the reason on the whole page have changed, too
    sums, left = totals(campaign), seconds_left(campaign)
    is_due = campaign.status == CampaignStatus.SCHEDULED and not left
    other = waits_for(campaign) if is_due else None
    context = page_context(
        request,
        campaign,
        step="progress",
        is_part=partial,
        totals=sums,
        lines=status_lines(sums),
        # The page then refreshes itself every two seconds.
        moving=campaign.status in MOVING,
        mark=mark,
        tells_what_was=_tells_what_was(campaign, sums),
        seconds_left=left,
        clock=time_to_start(left),
        starts_at_event=_starts_at_event(campaign),
        local_hour=hour_words(campaign),
        gets_first=first_words(campaign),
        obstacles=start_obstacles(campaign),
        waits_for=other,
        waits_for_name=name_beside(other, campaign) if other else "",
        hold=held(),
        resting=resting_mailers() if campaign.status == CampaignStatus.SENDING else (),
        no_mailer=first_to_return(),
        versions=versions_of(campaign) if campaign.launched_at else None,
        happened=_happened(campaign),
        stopped_too_early=_is_stopped_too_early(request, campaign),
        **(pace_context(request, campaign, sums) if campaign.status in UNDER_WAY else {}),
        lease_minutes=math.ceil(settings.CLAIM_LEASE.total_seconds() / 60),
    )
    return TemplateResponse(
        request, "studio/progress.html#live" if partial else "studio/progress.html", context
    )


def _mark(campaign: Campaign) -> str:
    """Return what tells whether the parts of the page that aren't asked for again are old."""
    return f"{campaign.status}-{crc32(campaign.pause_reason.encode()):x}"


def seconds_left(campaign: Campaign) -> int:
    """Return the seconds until sending starts, by the server's clock."""
    if campaign.status != CampaignStatus.SCHEDULED or campaign.scheduled_at is None:
        return 0
    return max(int((campaign.scheduled_at - timezone.now()).total_seconds()), 0)


def time_to_start(seconds: int) -> str:
    """Say in how many minutes and seconds sending starts, so that nobody takes it for an hour."""
    minutes, rest = divmod(seconds, 60)
    parts = [(minutes, "minute"), (rest, "second")]
    return " ".join(number_of(number, unit) for number, unit in parts if number)


def _happened(campaign: Campaign) -> str:
    """Say who paused or stopped a campaign and when, where no reason says why it is so."""
    is_ended = campaign.status in (CampaignStatus.PAUSED, CampaignStatus.CANCELLED)
    return last_change_of_state(campaign) if is_ended and not campaign.pause_reason else ""


def _tells_what_was(campaign: Campaign, sums: Totals) -> bool:
    """Return whether emails still wait that say what the event was, unless the reason says so."""
    event, said = campaign.event, campaign.calendar_sequence
    waits = campaign.status in UNDER_WAY and sums.planned
    is_changed = event is not None and said is not None and said != event.sequence
    is_told = "what was before" in campaign.pause_reason
    return bool(waits and is_changed and not is_told and says_what_was(campaign))


def _is_stopped_too_early(request: HttpRequest, campaign: Campaign) -> bool:
    """Return whether somebody still is to hear of a change that a stopped campaign tells of."""
    if campaign.status != CampaignStatus.CANCELLED or not campaign.tells_of_change:
        return False
    event = campaign.event
    return event is not None and campaign in stopped_updates(
        event, among=visible_campaigns(request.user)
    )


def _starts_at_event(campaign: Campaign) -> str:
    """Return when sending starts, in the event's time zone."""
    if campaign.event is None or campaign.scheduled_at is None:
        return ""
    return place_time(campaign.scheduled_at, campaign.event.time_zone)


@campaign_view("POST", permission=LAUNCH, page="progress")
def control(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Pause, resume or stop, as the pressed button says. Mail leaves by resuming alone."""
    act = request.POST.get("act", "")
    if act == "resume" and not signed_in_recently(request, button=True):
        return sign_in_again(request)
    action = ACTIONS.get(act)
    if action is not None and action.do(campaign.pk):
        campaign.refresh_from_db(fields=["launched_at"])
        if campaign.launched_at is None:
            messages.success(request, "Campaign cancelled. Nothing was sent.")
        else:
            messages.success(request, action.message)
            if hold := held():
                messages.warning(request, str(hold))
    else:
        _say_what_happened(request, campaign, action)
    return redirect(studio_url("progress", campaign))


def _say_what_happened(
    request: HttpRequest, campaign: Campaign, action: CampaignAction | None
) -> None:
    """Tell somebody who came too late who did what and when."""
    campaign.refresh_from_db(fields=["status", "launched_at", "finished_at"])
    status, happened = campaign.get_status_display().lower(), last_change_of_state(campaign)
    if action is not None and campaign.status == action.to:
        messages.info(request, f"Nothing was changed: the campaign is {status} already. {happened}")
    else:
        messages.warning(request, f"Nothing was changed: the campaign is {status} now. {happened}")
