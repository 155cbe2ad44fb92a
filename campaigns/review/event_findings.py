"""Preflight's findings about a campaign's event."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from campaigns.audience.resolve import rule_of
from campaigns.event_states import EventStatus
from campaigns.events.local_time import moment_written
from campaigns.events.series import due_of
from campaigns.models import Campaign, CampaignContent, Event
from campaigns.review.finding import PreflightFinding, blocker, warning
from campaigns.states import SHOWS_WAY_IN, AudienceRule, CampaignKind

SOON = timedelta(hours=1)
_NOT_CANCELLED = "The event isn’t cancelled. This email says that it is."
AFTERWARDS = frozenset({AudienceRule.CAME, AudienceRule.DID_NOT_COME})
"""Rules of campaigns that are sent when the event is over."""


def event_findings(
    event: Event | None, now: datetime, *, rule: str = "", kind: str = ""
) -> Iterator[PreflightFinding]:
    """Find what is wrong with the event itself.

    Args:
        rule: the campaign's about answers, one of AudienceRule.
        kind: the campaign's, one of CampaignKind.
    """
    if event is None:
        return
    is_cancelled = event.status == EventStatus.CANCELLED
    if kind == CampaignKind.CANCELLATION:
        yield from [] if is_cancelled else [blocker(_NOT_CANCELLED, "event")]
        return
    if is_cancelled:
        yield blocker("The event has been cancelled. Choose another event in Details.", "event")
    if rule in AFTERWARDS:
        if now < event.ends_at:
            yield warning("The event isn’t over yet. This email is for afterwards.", "event")
        return
    if event.ends_at <= now:
        yield blocker("The event is over. Choose another event in Details.", "event")
    elif event.starts_at <= now:
        yield warning("The event has already started.", "event")
    # Whoever comes is told how to join in the last hour, too.
    elif event.starts_at - now < SOON and rule not in SHOWS_WAY_IN:
        yield warning(
            "The event starts in less than an hour. Many recipients will read this too late.",
            "event",
        )
    if event.is_online and not event.join_url:
        yield warning(
            "The event is online but has no meeting link. Add one to the event.", "event.join_url"
        )


def is_over_by(campaign: Campaign, moment: datetime) -> bool:
    """Return whether a campaign's event is over at a moment, and its email isn't for afterwards."""
    event, rule = campaign.event, rule_of(campaign).rule
    if event is None or campaign.kind == CampaignKind.CANCELLATION or rule in AFTERWARDS:
        return False
    return event.ends_at <= moment


def findings_of_step(campaign: Campaign, now: datetime) -> Iterator[PreflightFinding]:
    """Say so where a step of a series comes late."""
    due = due_of(campaign)
    if due is None or now <= due or not campaign.is_editable:
        return
    if campaign.scheduled_at is not None and campaign.scheduled_at <= due:
        return
    zone = campaign.event.time_zone if campaign.event else "UTC"
    yield warning(
        f"This step of the event’s series was due on {moment_written(due, zone, 'en')}. Send it "
        f"only if it still helps its recipients.",
        "event",
    )


def findings_of_answers(
    content: CampaignContent, blocks: list[dict[str, Any]], path: str, *, rule: str = ""
) -> Iterator[PreflightFinding]:
    """Find out whether recipients can answer an event that asks them to.

    Args:
        path: of the blocks.
        rule: the campaign's about answers, one of AudienceRule.
    """
    event = content.campaign.event
    if event is None or not event.takes_answers or rule in AFTERWARDS:
        return
    texts = [value for block in blocks for value in block.values() if isinstance(value, str)]
    if not any(block["type"] == "event_card" for block in blocks) and not any(
        "{rsvp_url" in text for text in texts
    ):
        yield warning(
            "The event asks for answers, but recipients can’t give one. Add an event card, or a "
            "button with the link {rsvp_url}.",
            path,
        )
