"""Whatever keeps a scheduled campaign from starting at its time, so that nobody promises it."""

from datetime import datetime

from django.utils import timezone

from campaigns.models import Campaign
from campaigns.publishers import shut_out
from campaigns.reports.diagnostics.finding import Level
from campaigns.reports.diagnostics.keep import missing_processes
from campaigns.review.approval import standing_approval, why_it_lacks_approval
from campaigns.review.approvers import may_still_approve
from campaigns.review.finding import blockers
from campaigns.review.preflight import preflight
from campaigns.states import CampaignStatus
from newsletter.epoch.hold import held
from newsletter.transport.pacing.choose_mailer import first_to_return
from staff.accounts.names import called

OF_CAMPAIGNS = frozenset({"clock", "queue clock", "queue bulk"})
"""Parts of the installation without which no campaign starts or leaves."""
NOT_RUNNING = (
    "Campaigns aren’t sent just now, because a part of Convene doesn’t run. Ask your system "
    "administrator to run manage.py doctor."
)


def start_obstacles(campaign: Campaign, *, now: datetime | None = None) -> list[str]:
    """Say for staff what a scheduled campaign waits for beside its time, or what it lacks.

    First comes what takes its schedule away, unless somebody acts before.

    Returns:
        Sentences; none where nothing is known that keeps it from starting at its time.
    """
    if campaign.status != CampaignStatus.SCHEDULED or campaign.scheduled_at is None:
        return []
    at = max(campaign.scheduled_at, now or timezone.now())
    found = [_publisher(campaign, at), _approval(campaign, at), *_checks(campaign, at)]
    return [each for each in (*found, _hold(), _processes(), _mailers(at)) if each]


def _publisher(campaign: Campaign, at: datetime) -> str:
    isnt_sent = "It isn’t sent, unless somebody who may cancels the schedule and sends it again."
    if by := shut_out(campaign):
        return f"{called(by)}, who scheduled it, may not send campaigns any more. {isnt_sent}"
    if by := shut_out(campaign, at=at):
        return f"{called(by)}, who scheduled it, won’t see its topic any more by then. {isnt_sent}"
    return ""


def _approval(campaign: Campaign, at: datetime) -> str:
    isnt_sent = "Without another approval it isn’t sent."
    approval = standing_approval(campaign)
    if approval is None:
        return f"{why_it_lacks_approval(campaign)} {isnt_sent}"
    if approval.reviewer_id and not may_still_approve(approval.reviewer_id, campaign, at=at):
        return (
            f"The approval by {approval.by} won’t count any more by then: their access to the "
            f"topic ends before. {isnt_sent}"
        )
    return ""


def _checks(campaign: Campaign, at: datetime) -> list[str]:
    found = blockers(preflight(campaign, now=at))
    return [f"When its time comes, it won’t be sent: {each.message}" for each in found]


def _hold() -> str:
    hold = held()
    if hold is None:
        return ""
    command = "after_restore" if hold.is_older else "doctor"
    return f"Nothing is sent until your system administrator runs manage.py {command}."


def _processes() -> str:
    missing = any(
        each.level is Level.MEND and each.about in OF_CAMPAIGNS for each in missing_processes()
    )
    return NOT_RUNNING if missing else ""


def _mailers(at: datetime) -> str:
    rest = first_to_return()
    if rest is None or rest.is_tried:
        return ""
    if rest.is_misconfigured:
        return (
            f"No mailer takes emails. {rest.mailer} doesn’t accept our settings, which somebody "
            f"has to mend: {rest.reason}"
        )
    if rest.until <= at:
        return ""
    return (
        f"No mailer takes emails before {rest.until:%-d %B %Y, %H:%M} UTC. {rest.mailer}: "
        f"{rest.reason}"
    )
