"""The page that has failed emails tried again: how many, why, and what it doesn't do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from campaigns.last_change import last_change
from campaigns.models import Campaign
from campaigns.sending.count_failures import Failures, failures_of
from campaigns.sending.left_failed import (
    ANOTHER_EMAIL,
    FINAL,
    NEW_ADDRESS,
    NEWER_EMAIL,
    REPORTED,
    RESTORED,
)
from campaigns.sending.retry_failed import NotRetryable, last_retry, retry_failed, why_not
from campaigns.states import CampaignStatus, SkipReason
from campaigns.studio.audience.reasons import NOT_INCLUDED_REASONS
from campaigns.studio.decorators import LAUNCH, campaign_view, page_context, studio_url
from campaigns.studio.masking import NOT_SHOWN, may_see_subscribers
from newsletter.core.plural import number_of
from newsletter.transport.results.reply_codes import words_of
from staff.sign_in.recent_sign_in import sign_in_again, signed_in_recently
from subscribers.need_to_know.small_groups import hidden_numbers, is_small

_STAY: Mapping[str, str] = {
    **NOT_INCLUDED_REASONS,
    FINAL: "refused for good, or marked as failed: another attempt would help nobody",
    NEW_ADDRESS: "have another address by now",
    NEWER_EMAIL: "got a newer email with the event for their calendar",
    ANOTHER_EMAIL: "got another email, written for those whom this one didn’t reach",
    RESTORED: "failed before the database was restored, and may have been tried again since",
    REPORTED: "have a report by the email provider, which decides",
    SkipReason.ERASED: "erased",
}


@dataclass(frozen=True, slots=True)
class RetryLine:
    """The number of failed emails that have one reason, as far as a person may see it."""

    number: str
    words: str
    code: str = ""


@campaign_view("GET", "POST", permission=LAUNCH, to_read=LAUNCH)
def retry(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Say what would be tried again, and have it tried again."""
    if not campaign.launched_at:
        return redirect(studio_url("progress", campaign))
    if request.method == "POST":
        if not signed_in_recently(request, button=True):
            return sign_in_again(request)
        return _retry(request, campaign)
    problem = why_not(campaign)
    found = Failures() if problem else failures_of(campaign)
    sees_people = may_see_subscribers(request)
    hidden = frozenset[int]() if sees_people else hidden_numbers([*found.codes.values()])
    again = [
        RetryLine(NOT_SHOWN, each.words, each.code) if place in hidden else each
        for place, each in enumerate(_again(found))
    ]
    context = page_context(
        request,
        campaign,
        step="report",
        problem=problem,
        found=found,
        again=again,
        tells_number=sees_people or not is_small(found.again),
        # Asked anew at each look, reasons would tell who of a few has just left.
        stay=list(_stay(found)) if sees_people else [],
        others=bool(found.others),
        last=last_retry(campaign),
    )
    return TemplateResponse(request, "studio/retry.html", context)


def _retry(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    try:
        number = retry_failed(campaign.pk)
    except NotRetryable as error:
        happened = last_change(campaign, and_its_event=True)
        messages.warning(request, f"Nothing was changed. {error} {happened}".rstrip())
        return redirect(studio_url("report", campaign))
    if not number:
        nothing = "Nothing was changed: no failed email is left that could be tried again."
        messages.info(request, f"{nothing} {last_retry(campaign)}".rstrip())
        return redirect(studio_url("report", campaign))
    emails = number_of(number, "email")
    if campaign.status == CampaignStatus.PAUSED:
        messages.success(request, f"{emails} will be tried again when you resume this campaign.")
    else:
        messages.success(request, f"{emails} will be tried again now.")
    return redirect(studio_url("progress", campaign))


def _again(found: Failures) -> Iterator[RetryLine]:
    for code, number in found.codes.items():
        yield RetryLine(f"{number:,}", words_of(code), code)


def _stay(found: Failures) -> Iterator[RetryLine]:
    for reason, number in found.others.items():
        yield RetryLine(f"{number:,}", _STAY.get(reason, reason.replace("_", " ")))
