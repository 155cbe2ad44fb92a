"""The review page as a whole, as several entry points show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from campaigns.content.archive_access import archive_access_of
from campaigns.content.fingerprint import fingerprint
from campaigns.models import Campaign, CampaignContent, ReviewComment
from campaigns.review.approval import (
    OWN_CAMPAIGN,
    changes_requested,
    lacks_approval,
    standing_approval,
    why_it_lacks_approval,
)
from campaigns.review.approvers import may_approve_as_author, why_nobody_can_approve
from campaigns.review.facts_in_words import archive_in_words
from campaigns.review.finding import blockers
from campaigns.review.preflight import preflight
from campaigns.review.since_approval import (
    ChangesSince,
    LanguageChanges,
    changes_since_approval,
    changes_since_request,
)
from campaigns.states import CampaignStatus
from campaigns.studio.composer.email import filled, why_not_shown
from campaigns.studio.composer.languages import languages_of
from campaigns.studio.composer.sample_recipients import NOBODY, chosen_recipient, sample_recipients
from campaigns.studio.composer.tried_links import tried_context
from campaigns.studio.decorators import page_context
from campaigns.studio.languages import language_choices
from campaigns.studio.pages.comment_lists import comments_context, looks_context
from campaigns.studio.pages.proof_rounds import proofs_context
from campaigns.studio.pages.recipient_languages import languages_at_once
from campaigns.studio.pages.review_requests import requests_context
from campaigns.studio.pages.reviewed_audience import audience_context
from campaigns.studio.preflight_findings import in_words
from newsletter.brand.current import current_brand
from newsletter.core.languages import language_name
from newsletter.rendering.rendered import Rendered
from subscribers.models import Subscriber

ALL = "all"
"""The choice of the menu of languages that shows the email in each of them."""
NOTE_AT_MOST = 500
UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class ShownEmail:
    """The email in one language, or the reason why it isn't shown."""

    language: str
    name: str
    content: CampaignContent | None = None
    rendered: Rendered | None = None
    problem: str = ""


def review_page(
    request: HttpRequest,
    campaign: Campaign,
    *,
    note: str = "",
    proof_to: str | None = None,
    closing: Sequence[ReviewComment] = (),
    status: int = 200,
) -> HttpResponse:
    """Show the page.

    Args:
        note, proof_to: what was typed into a form whose answer was no.
        closing: open comments of which the reviewer is asked whether an approval closes them.
    """
    written = sorted(
        campaign.contents.all(),
        key=lambda each: (each.language != campaign.language, each.language),
    )
    asked = request.POST if request.method == "POST" else request.GET
    language = asked.get("language", campaign.language)
    recipient = asked.get("recipient", "")
    person = chosen_recipient(campaign, recipient, request)
    emails = [
        _email(each, campaign, person) for each in written if language in (each.language, ALL)
    ] or [ShownEmail(language, language_name(language), problem=not_written(language))]
    findings = preflight(campaign)
    is_blocked = bool(blockers(findings))
    if proof_to is None:
        proof_to = request.user.email if isinstance(request.user, User) else ""
    approval, now = standing_approval(campaign), fingerprint(campaign)
    decisions = list(campaign.reviews.order_by("-pk")[:10])
    context = page_context(
        request,
        campaign,
        step="review",
        emails=emails,
        language=language,
        language_label=emails[0].name,
        all_languages=ALL,
        languages=language_choices(
            [each for each in languages_of(campaign) if each in {one.language for one in written}]
        ),
        recipient=recipient,
        nobody=NOBODY,
        recipients=sample_recipients(campaign, request),
        rendered=emails[0].rendered,
        sender=current_brand(),
        past_emails=archive_in_words(archive_access_of(campaign)),
        findings=in_words(campaign, findings, may=request.user.has_perm),
        blocked=is_blocked,
        takes_decision=_takes_decision(campaign, is_blocked=is_blocked),
        lacks_approval=why_it_lacks_approval(campaign) if lacks_approval(campaign) else "",
        changes_requested=changes_requested(campaign),
        fingerprint=now,
        approval=approval,
        may_approve_own=may_approve_as_author(campaign),
        own_campaign=OWN_CAMPAIGN,
        nobody_can_approve="" if approval else why_nobody_can_approve(campaign),
        decisions=decisions,
        last_decision=decisions[0].pk if decisions else 0,
        proof_to=proof_to,
        note=note,
        note_at_most=NOTE_AT_MOST,
        closing=closing,
        **requests_context(request, campaign),
        **proofs_context(request, campaign),
        **comments_context(request, campaign, written, language),
        **looks_context(campaign, now, [each.language for each in written]),
        **_changes(campaign, {each.language for each in written}),
        **audience_context(request, campaign),
        **languages_at_once(request, campaign),
        **tried_context(campaign, back="review"),
    )
    return TemplateResponse(request, "studio/review.html", context, status=status)


def _changes(campaign: Campaign, written: set[str]) -> dict[str, Any]:
    """Return what differs from the last request and approval, and the languages that both have."""
    if not campaign.is_editable:
        return {"changes": None}
    request = changes_since_request(campaign)
    found = {"changes_since_request": request, "languages_since_request": _named(request)}
    changes = changes_since_approval(campaign)
    if changes is None:
        return {**found, "changes": None}
    was = changes.review.version.contents if changes.review.version else {}
    return {
        **found,
        "changes": changes,
        "changed_languages": _named(changes),
        "side_by_side": [(language_name(each), each) for each in sorted(written & {*was})],
    }


def _named(changes: ChangesSince | None) -> list[tuple[str, LanguageChanges]]:
    languages = changes.languages if changes else ()
    return [(language_name(each.language), each) for each in languages]


def _takes_decision(campaign: Campaign, *, is_blocked: bool) -> bool:
    """Return whether there is something to approve, or to request changes to."""
    if campaign.status == CampaignStatus.DRAFT:
        return not is_blocked
    return campaign.status in (
        CampaignStatus.IN_REVIEW,
        CampaignStatus.APPROVED,
    ) or lacks_approval(campaign)


def _email(
    content: CampaignContent, campaign: Campaign, recipient: Subscriber | None
) -> ShownEmail:
    name = language_name(content.language)
    try:
        rendered = filled(content, campaign, recipient=recipient)
    except ValueError as error:
        return ShownEmail(content.language, name, content, problem=why_not_shown(error))
    return ShownEmail(content.language, name, content, rendered)


def not_written(language: str) -> str:
    """Say that nothing is written in a language, and where to write it."""
    return f"There is no {language_name(language)} version yet. Write it under Content."
