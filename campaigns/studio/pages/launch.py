"""The send page: what will be sent to how many people, when, and the undo."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from campaigns.content.fingerprint import fingerprint
from campaigns.events.local_time import event_time
from campaigns.events.series import due_of
from campaigns.events.zone_menu import staff_zone_menu
from campaigns.events.zones import NoSuchTime, UnknownZone, local_to_utc, zone_of
from campaigns.models import Campaign
from campaigns.review.approval import NOT_AS_IT_IS_NOW, lacks_approval, standing_approval
from campaigns.review.finding import blockers
from campaigns.review.preflight import preflight
from campaigns.sending.launch import CannotLaunch, launch
from campaigns.sending.pause_cancel_undo import undo
from campaigns.states import CampaignStatus
from campaigns.studio.composer.email import filled
from campaigns.studio.decorators import (
    LAUNCH,
    campaign_view,
    page_context,
    studio_url,
)
from campaigns.studio.pages.audience import estimate_context
from campaigns.studio.pages.recipient_languages import languages_context
from campaigns.studio.preflight_findings import in_words
from campaigns.studio.times import PAGE_LANGUAGE, place_time
from newsletter.brand.current import current_brand
from newsletter.core.languages import language_name
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


class LaunchForm(forms.Form):
    """Send now, or at a wall-clock time in a time zone."""

    when = forms.ChoiceField(choices=[("now", "Send now"), ("later", "Schedule")], initial="now")
    at = forms.DateTimeField(
        required=False,
        label="Date and time",
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(
            {"type": "datetime-local", "class": "st-input"}, "%Y-%m-%dT%H:%M"
        ),
    )
    zone = forms.ChoiceField(required=False, label="Time zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = self.fields["zone"]
        assert isinstance(zone, forms.ChoiceField)  # noqa: S101 - for the type checker
        zone.choices = staff_zone_menu(str(self.initial.get("zone", "")))
        zone.widget.attrs["class"] = "st-input"

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        cleaned["begins"] = None
        if cleaned.get("when") != "later" or self.errors:
            return cleaned
        try:
            begins = _moment(cleaned.get("at"), cleaned.get("zone") or "UTC")
        except (NoSuchTime, UnknownZone, forms.ValidationError) as error:
            self.add_error(
                "at", error.messages[0] if isinstance(error, forms.ValidationError) else str(error)
            )
            return cleaned
        cleaned["begins"] = begins
        return cleaned


def _moment(at: datetime | None, zone: str) -> datetime:
    if at is None:
        raise forms.ValidationError("Enter the date and time to send at.")
    begins = local_to_utc(at.replace(tzinfo=None), zone)
    if begins <= timezone.now():
        raise forms.ValidationError(f"{place_time(begins, zone)} has passed. Enter a later time.")
    return begins


@campaign_view("GET", "POST", permission=LAUNCH)
def launch_page(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Show what would be sent to how many people, and send or schedule it."""
    if campaign.status in BEYOND_LAUNCH:
        return redirect(studio_url("progress", campaign))
    if _may_send(request, campaign) and not signed_in_recently(request):
        return sign_in_again(request)
    zone = campaign.event.time_zone if campaign.event else "UTC"
    due = due_of(campaign)
    form = LaunchForm(request.POST if request.method == "POST" else None, initial=_when(due, zone))
    problem = ""
    if request.method == "POST":
        if request.POST.get("fingerprint") != fingerprint(campaign):
            problem = (
                "Nothing was sent: someone changed the campaign while this page was open. "
                "Check it again below."
            )
        elif form.is_valid():
            try:
                launch(campaign, at=form.cleaned_data["begins"])
            except CannotLaunch as error:
                reasons = [
                    str(each)
                    for each in in_words(campaign, error.findings, may=request.user.has_perm)
                ]
                problem = f"Nothing was sent. {' '.join(reasons or [str(error)])}"
            else:
                return redirect(studio_url("progress", campaign))
        campaign.refresh_from_db()
    findings = preflight(campaign)
    context = page_context(
        request,
        campaign,
        step="launch",
        form=form,
        due=place_time(due, zone) if due else "",
        problem=problem,
        findings=in_words(campaign, findings, may=request.user.has_perm),
        blocked=bool(blockers(findings)),
        approval=standing_approval(campaign),
        lacks_approval=lacks_approval(campaign),
        not_as_it_is_now=NOT_AS_IT_IS_NOW,
        fingerprint=fingerprint(campaign),
        subjects=_subjects(campaign),
        sender=current_brand(),
        event_time=event_time(campaign.event, zone, PAGE_LANGUAGE) if campaign.event else "",
        undo_seconds=int(settings.UNDO_WINDOW.total_seconds()),
        **estimate_context(campaign, request.user),
        **languages_context(request, campaign),
    )
    return TemplateResponse(
        request, "studio/launch.html", context, status=422 if problem or form.errors else 200
    )


def _when(due: datetime | None, zone: str) -> dict[str, Any]:
    """Return what the form proposes: the time at which a step of a series is due, else now.

    Args:
        zone: in which the time is written, where it is known.
    """
    if due is None or due <= timezone.now():
        return {"when": "now", "zone": zone}
    try:
        at = due.astimezone(zone_of(zone))
    except UnknownZone:
        at, zone = due.astimezone(UTC), "UTC"
    return {"when": "later", "at": at.replace(tzinfo=None), "zone": zone}


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
    campaign.refresh_from_db(fields=["status"])
    messages.error(
        request,
        TOO_LATE.get(
            campaign.status,
            f"Nothing was changed: this campaign isn’t scheduled any more, and nothing was sent. "
            f"It is {campaign.get_status_display().lower()} now.",
        ),
    )
    return redirect(studio_url("progress", campaign))
