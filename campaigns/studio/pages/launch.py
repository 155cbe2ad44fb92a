"""The send page: what will be sent to how many people, when, and the undo."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from campaigns.audience.resolve import rule_of
from campaigns.audience.sentence import audience_phrase
from campaigns.content.fingerprint import fingerprint
from campaigns.events.local_time import UTC_ZONES, event_time, zone_name
from campaigns.events.series import due_of
from campaigns.events.zones import UnknownZone, zone_of
from campaigns.last_change import last_change, last_change_of_state
from campaigns.models import Campaign
from campaigns.review.approval import lacks_approval, standing_approval, why_it_lacks_approval
from campaigns.review.finding import blockers
from campaigns.review.preflight import preflight
from campaigns.sending.launch import CannotLaunch
from campaigns.sending.local_hours import bounds_of
from campaigns.sending.pause_cancel_undo import undo
from campaigns.states import CampaignStatus, LateRecipients
from campaigns.studio.audience.estimates import estimate_context, is_large
from campaigns.studio.composer.email import filled
from campaigns.studio.decorators import (
    LAUNCH,
    VIEW,
    campaign_view,
    page_context,
    studio_url,
)
from campaigns.studio.pages.launch_form import (
    LATER,
    NOW,
    PROPOSED_CANARY,
    PROPOSED_WAIT,
    LaunchForm,
    needs_confirmation,
)
from campaigns.studio.pages.launch_times import (
    duration_words,
    launch_as_shown,
    times_context,
)
from campaigns.studio.pages.recipient_languages import languages_context
from campaigns.studio.preflight_findings import in_words
from campaigns.studio.times import PAGE_LANGUAGE, place_time
from newsletter.brand.current import current_brand
from newsletter.core.dates import locale_of
from newsletter.core.languages import language_name
from newsletter.core.weekends import weekend_of
from newsletter.transport.pacing.choose_mailer import first_to_return
from staff.sign_in.recent_sign_in import sign_in_again, signed_in_recently

BEYOND_LAUNCH = (
    CampaignStatus.SCHEDULED,
    CampaignStatus.SENDING,
    CampaignStatus.PAUSED,
    CampaignStatus.SENT,
    CampaignStatus.CANCELLED,
)

TOO_LATE: dict[str, str] = {
    CampaignStatus.SENDING: (
        "It is too late to undo: sending has started. You can pause or stop it."
    ),
    CampaignStatus.PAUSED: (
        "It is too late to undo: sending has started. It is paused, and you can stop it."
    ),
    CampaignStatus.SENT: "It is too late to undo: the campaign has been sent.",
    CampaignStatus.CANCELLED: "Nothing was changed: this campaign has been cancelled.",
}
"""Why a launch can't be undone. In any other state nothing has been sent, and nothing will be."""


@campaign_view("GET", "POST", permission=LAUNCH)
def launch_page(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Show what would be sent to how many people and when, and send or schedule it."""
    if campaign.status in BEYOND_LAUNCH:
        return _too_late(request, campaign)
    if _may_send(request, campaign) and not signed_in_recently(request):
        return sign_in_again(request)
    zone = campaign.event.time_zone if campaign.event else "UTC"
    due = due_of(campaign)
    form = LaunchForm(
        campaign,
        request.POST if request.method == "POST" else None,
        initial=_proposed(due, zone),
        is_large=needs_confirmation(campaign),
    )
    problem, times = "", dict[str, Any]()
    if "show" in request.POST:
        times = times_context(request, campaign, form)
        form.errors.pop("confirm", None)
    elif request.method == "POST":
        if request.POST.get("fingerprint") != fingerprint(campaign):
            problem = (
                f"Nothing was sent: someone changed the campaign while this page was open. "
                f"{last_change(campaign, and_its_event=True)} Check it again below."
            )
        elif form.is_valid():
            try:
                launch_as_shown(campaign, form, late_shown=request.POST.get("late_shown", ""))
            except CannotLaunch as error:
                campaign.refresh_from_db()
                if campaign.status in BEYOND_LAUNCH:
                    return _too_late(request, campaign)
                reasons = [
                    str(each)
                    for each in in_words(campaign, error.findings, may=request.user.has_perm)
                ]
                problem = f"Nothing was sent. {' '.join(reasons or [str(error)])}"
                times = times_context(request, campaign, form)
            else:
                return redirect(studio_url("progress", campaign))
        campaign.refresh_from_db()
    findings = preflight(campaign)
    counts = "count" in request.GET or not is_large(campaign)
    context = page_context(
        request,
        campaign,
        step="launch",
        form=form,
        phrase=audience_phrase(rule_of(campaign), topic_id=campaign.topic_id),
        due=place_time(due, zone) if due else "",
        problem=problem,
        findings=in_words(campaign, findings, may=request.user.has_perm),
        blocked=bool(blockers(findings)),
        approval=standing_approval(campaign),
        lacks_approval=why_it_lacks_approval(campaign) if lacks_approval(campaign) else "",
        fingerprint=fingerprint(campaign),
        sender=current_brand(),
        event_time=event_time(campaign.event, zone, PAGE_LANGUAGE) if campaign.event else "",
        place=_name_of(campaign),
        no_mailer=first_to_return(),
        confirm_above=settings.CONFIRM_LAUNCH_ABOVE,
        # Both say whether the numbers come later.
        **{
            **(_numbers(request, campaign) if counts else _subjects_alone(campaign)),
            **languages_context(request, campaign, counts=counts),
            **times,
        },
    )
    form.propose_canary(context.get("receive"))
    return TemplateResponse(
        request, "studio/launch.html", context, status=422 if problem or form.errors else 200
    )


@campaign_view("GET", permission=VIEW)
def launch_numbers(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Show how many people get the email, for the page of a long list."""
    context = {"campaign": campaign, **_numbers(request, campaign)}
    return TemplateResponse(request, "studio/_launch_numbers.html", context)


def _numbers(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    found = estimate_context(campaign, request.user)
    number = found["receive"]
    takes = duration_words(number) if isinstance(number, int) else ""
    return {**found, "subjects": _subjects(campaign), "duration": takes}


def _subjects_alone(campaign: Campaign) -> dict[str, Any]:
    return {"subjects": _subjects(campaign), "is_counting": True}


def _too_late(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Lead to the progress of a campaign that was launched, and tell whoever tried who did it."""
    if request.method == "POST":
        status = campaign.get_status_display().lower()
        happened = last_change_of_state(campaign)
        messages.warning(request, f"Nothing was changed: the campaign is {status} now. {happened}")
    return redirect(studio_url("progress", campaign))


def _name_of(campaign: Campaign) -> str:
    """Name the time zone by which recipients go who have none."""
    now = timezone.now()
    zone = bounds_of(campaign, now=now).zone
    if zone in UTC_ZONES:
        return "UTC"
    return zone_name(zone, now.astimezone(zone_of(zone)), locale_of(PAGE_LANGUAGE))


def _proposed(due: datetime | None, zone: str) -> dict[str, Any]:
    """Return what the form proposes: the time at which a step of a series is due, else now.

    For a local hour it is nine of the next day on which people work in most countries.

    Args:
        zone: in which the time is written, where it is known.
    """
    now = timezone.now()
    proposed: dict[str, Any] = {
        "when": NOW,
        "zone": zone,
        "local_time": time(9),
        "local_date": _next_working_day(now),
        "skips_weekends": True,
        "late": LateRecipients.NEXT_DAY,
        "canary": PROPOSED_CANARY,
        "minutes": PROPOSED_WAIT,
    }
    if due is None or due <= now:
        return proposed
    try:
        at = due.astimezone(zone_of(zone))
    except UnknownZone:
        at, zone = due.astimezone(UTC), "UTC"
    return {**proposed, "when": LATER, "zone": zone, "at": at.replace(tzinfo=None)}


def _next_working_day(now: datetime) -> date:
    days = (now.date() + timedelta(days=ahead) for ahead in (1, 2, 3))
    return next(day for day in days if day.weekday() not in weekend_of())


def _may_send(request: HttpRequest, campaign: Campaign) -> bool:
    """Return whether the page has a button that sends, or one was pressed.

    Whoever only looks isn't asked to sign in again.
    """
    is_ready = campaign.status == CampaignStatus.APPROVED or request.method == "POST"
    return is_ready and request.user.has_perm(LAUNCH)


def _subjects(campaign: Campaign) -> list[tuple[str, str, str]]:
    """Return language, its name and the subject of each version, for a recipient without a name."""
    subjects = []
    for content in campaign.contents.order_by("language"):
        try:
            subjects.append(
                (
                    content.language,
                    language_name(content.language),
                    filled(content, campaign).subject,
                )
            )
        except ValueError:  # preflight reports it
            subjects.append((content.language, language_name(content.language), content.subject))
    return subjects


@campaign_view("POST", permission=LAUNCH, page="progress")
def undo_launch(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Undo the sending while nothing has been sent."""
    if undo(campaign.pk):
        messages.success(request, "Undone. Nothing was sent. The campaign is still approved.")
        return redirect(studio_url("launch", campaign))
    campaign.refresh_from_db()
    problem = TOO_LATE.get(
        campaign.status,
        f"Nothing was changed: this campaign isn’t scheduled any more, and nothing was sent. "
        f"It is {campaign.get_status_display().lower()} now.",
    )
    messages.error(request, f"{problem} {last_change_of_state(campaign)}".strip())
    return redirect(studio_url("progress", campaign))
