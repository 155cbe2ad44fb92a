"""Preflight: the checks of a campaign before it is approved or launched."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from campaigns.audience.left_over import left_over
from campaigns.audience.narrow import looks_again, problems_of
from campaigns.audience.resolve import receivers_of, rule_of
from campaigns.audience.rules import nobody_fits
from campaigns.models import Campaign, CampaignContent
from campaigns.review.calendar_findings import calendar_findings
from campaigns.review.content_findings import content_findings
from campaigns.review.event_findings import event_findings, findings_of_step
from campaigns.review.finding import PreflightFinding, blocker, by_severity, warning
from campaigns.review.sent_before import sent_before
from campaigns.review.translation_findings import findings_as_typed, translation_findings
from campaigns.rsvp.told_apart import told_apart
from campaigns.states import CampaignStatus
from newsletter.brand.current import current_brand
from newsletter.core.languages import language_name
from newsletter.epoch.restores import restored_since
from newsletter.models import Brand


def preflight(campaign: Campaign, *, now: datetime | None = None) -> list[PreflightFinding]:
    """Check everything that could go wrong for recipients. Blockers come first. Nothing changes.

    Args:
        campaign: in any state.
        now: the time that events are compared with.
    """
    now = now or timezone.now()
    brand = current_brand()
    findings = [
        *_brand(brand),
        *event_findings(campaign.event, now, rule=rule_of(campaign).rule, kind=campaign.kind),
        *calendar_findings(campaign),
        *findings_of_step(campaign, now),
        *_contents(campaign, brand),
        *translation_findings(campaign),
        *_audience(campaign, now),
        *_restored(campaign),
    ]
    return by_severity(findings)


def preflight_typed(content: CampaignContent) -> list[PreflightFinding]:
    """Check one language as somebody writes it, with what it shows of event and brand.

    Recipients and other languages are left to `preflight`.

    Args:
        content: saved or not, complete or not, with its campaign.
    """
    campaign, brand, now = content.campaign, current_brand(), timezone.now()
    return by_severity(
        [
            *content_findings(content, brand),
            *findings_as_typed(content),
            *_brand(brand),
            *event_findings(campaign.event, now, rule=rule_of(campaign).rule, kind=campaign.kind),
        ]
    )


def _brand(brand: Brand) -> Iterator[PreflightFinding]:
    if not brand.sender_email:
        yield blocker("There is no sender address. Add one under Brand.", "brand.sender_email")
    if not brand.postal_address.strip():
        yield blocker(
            "There is no postal address. Every email must show one. Add it under Brand.",
            "brand.postal_address",
        )


def _rest_of_earlier_version(campaign: Campaign) -> Iterator[PreflightFinding]:
    """Find out whether a later version still has somebody to take over from the earlier one."""
    earlier = campaign.earlier_version
    if earlier is None or campaign.candidates:
        return
    if earlier.status == CampaignStatus.SENDING:
        yield blocker(
            f"“{earlier.name}”, the earlier version of this campaign, is being sent. Pause it, so "
            f"that this version can go to the rest.",
            "audience",
        )
    elif earlier.status != CampaignStatus.PAUSED or not left_over(earlier.pk).exists():
        yield blocker(
            f"Nobody would get this email: nobody waits for “{earlier.name}”, the earlier version "
            f"of this campaign, any more.",
            "audience",
        )


def _audience(campaign: Campaign, now: datetime) -> Iterator[PreflightFinding]:
    if campaign.earlier_version_id:
        yield from _rest_of_earlier_version(campaign)
        return
    audience = rule_of(campaign)
    rule = audience.rule
    problems = problems_of(audience.conditions, topic_id=campaign.topic_id)
    for _, problem in problems:
        yield blocker(f"The audience has a condition that can’t be used. {problem}", "audience")
    if problems:
        return
    if not nobody_fits(rule, campaign.event_id) and receivers_of(campaign).exists():
        yield from sent_before(campaign, now=now)
        return
    if told_apart(campaign).exists():
        # Without their number, since whoever reads this may not know of all of them.
        yield warning(
            "Nobody gets this email itself. When you send it, some who answered may get a short "
            "message of their own.",
            "audience",
        )
    elif (rule or looks_again(audience.conditions, topic_id=campaign.topic_id)) and receivers_of(
        campaign, by_answers=False
    ).exists():
        yield warning(
            "Nobody would get this email now, because the audience depends on answers. It goes to "
            "those who fit when sending begins.",
            "audience",
        )
    else:
        yield blocker(
            "Nobody would get this email. Change the audience, or check that the topic has "
            "subscribers.",
            "audience",
        )


def _restored(campaign: Campaign) -> Iterator[PreflightFinding]:
    restored_at = restored_since(campaign.created_at) if campaign.is_editable else None
    if restored_at:
        yield warning(
            f"This campaign may have been sent already, because the database was restored from a "
            f"backup on {restored_at:%-d %B %Y, %H:%M} UTC. Check your email provider’s log before "
            f"you send it."
        )


def _contents(campaign: Campaign, brand: Brand) -> Iterator[PreflightFinding]:
    contents = list(campaign.contents.order_by("language"))
    if not any(content.language == campaign.language for content in contents):
        yield blocker(
            f"There is no content in {language_name(campaign.language)}, the campaign’s main "
            f"language. Write it, or choose another language in Details.",
            f"contents.{campaign.language}",
        )
    for content in contents:
        content.campaign = campaign  # saves a query for each
        yield from content_findings(content, brand)
