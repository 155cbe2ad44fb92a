"""Launch: a page that says what will happen before it happens, and the way back during the undo window."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from campaigns.content.fingerprint import fingerprint
from campaigns.events.zone_menu import staff_zone_menu
from campaigns.events.zones import NoSuchTime, UnknownZone, local_to_utc
from campaigns.models import Campaign
from campaigns.review.approval import standing_approval
from campaigns.review.preflight import blockers, preflight
from campaigns.sending.control import undo
from campaigns.sending.launch import CannotLaunch, launch
from campaigns.states import CampaignStatus
from campaigns.studio.decorators import COMPOSE, LAUNCH, VIEW, door, frame, studio_url
from campaigns.studio.email import filled
from campaigns.studio.findings import in_words
from campaigns.studio.readers import estimated
from newsletter.brand.current import current_brand
from newsletter.core.languages import language_name

OVER = (
    CampaignStatus.SCHEDULED,
    CampaignStatus.SENDING,
    CampaignStatus.PAUSED,
    CampaignStatus.SENT,
    CampaignStatus.CANCELLED,
)


class LaunchForm(forms.Form):
    """Now, or at a wall-clock time at a named place."""

    when = forms.ChoiceField(choices=[("now", "Now"), ("later", "Later")], initial="now")
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
        assert isinstance(zone, forms.ChoiceField)  # noqa: S101 - tells the type checker which field it is
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
        raise forms.ValidationError("Enter the date and time when sending is to begin.")
    begins = local_to_utc(at.replace(tzinfo=None), zone)
    if begins <= timezone.now():
        raise forms.ValidationError(f"{at:%d %B %Y, %H:%M} in {zone.replace('_', ' ')} is past.")
    return begins


@door("GET", "POST", permission=(LAUNCH, COMPOSE, VIEW))
def launch_page(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """How many, who not and why, which subject, when; and a button that names the act."""
    if campaign.status in OVER:
        return redirect(studio_url("progress", campaign))
    zone = campaign.event.time_zone if campaign.event else "UTC"
    form = LaunchForm(
        request.POST if request.method == "POST" else None, initial={"when": "now", "zone": zone}
    )
    problem = ""
    if request.method == "POST":
        if not request.user.has_perm(LAUNCH):
            problem = "You may not launch campaigns. Ask somebody who may."
        elif request.POST.get("fingerprint") != fingerprint(campaign):
            problem = (
                "Nothing was launched: the campaign was changed while this page was open. "
                "This is how it is now."
            )
        elif form.is_valid():
            try:
                launch(campaign, at=form.cleaned_data["begins"])
            except CannotLaunch as error:
                said = [str(finding) for finding in in_words(campaign, error.findings)] or [
                    str(error)
                ]
                problem = f"Nothing was launched. {' '.join(said)}"
            else:
                return redirect(studio_url("progress", campaign))
        campaign.refresh_from_db()
    findings = preflight(campaign)
    context = frame(
        request,
        campaign,
        step="launch",
        form=form,
        problem=problem,
        findings=in_words(campaign, findings),
        blocked=bool(blockers(findings)),
        approval=standing_approval(campaign),
        fingerprint=fingerprint(campaign),
        letters=_emails(campaign),
        sender=current_brand(),
        undo_seconds=int(settings.UNDO_WINDOW.total_seconds()),
        **estimated(campaign),
    )
    return TemplateResponse(
        request, "studio/launch.html", context, status=422 if problem or form.errors else 200
    )


def _emails(campaign: Campaign) -> list[tuple[str, str, str]]:
    """Language, its name and the subject of each letter, as somebody reads it whose name we don't know."""
    letters = []
    for content in campaign.contents.order_by("language"):
        try:
            letters.append(
                (
                    content.language,
                    language_name(content.language),
                    filled(content, campaign).subject,
                )
            )
        except ValueError:  # preflight says why
            letters.append((content.language, language_name(content.language), content.subject))
    return letters


@door("POST", permission=LAUNCH)
def take_back(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Undo a launch while nothing has been sent."""
    if undo(campaign.pk):
        messages.success(
            request, "Taken back. Nobody was written to; the campaign is approved, as before."
        )
        return redirect(studio_url("launch", campaign))
    messages.error(
        request, "Too late to take it back: sending has begun. You can pause or cancel it."
    )
    return redirect(studio_url("progress", campaign))
