"""Launching: an approved campaign gets the time at which it is sent."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from campaigns.audit_actions import CampaignAuditAction
from campaigns.audited import record_campaign
from campaigns.content.versions import keep_version
from campaigns.models import Campaign
from campaigns.review.approval import NOT_AS_IT_IS_NOW, standing_approval
from campaigns.review.finding import PreflightFinding, blockers
from campaigns.review.preflight import preflight
from campaigns.sending.accept_fallback import leave_out_incomplete
from campaigns.sending.freeze import start
from campaigns.states import CAMPAIGN_TRANSITIONS, CampaignStatus, VersionReason
from newsletter.audit.actor import current_actor
from newsletter.core.db.transition import transition
from newsletter.epoch.advance import advance
from newsletter.epoch.hold import held


class CannotLaunch(ValueError):
    """The campaign can't be launched. `findings` holds the objections of preflight, if any."""

    def __init__(self, problem: str, *, findings: list[PreflightFinding] | None = None) -> None:
        super().__init__(problem)
        self.findings = findings or []


def launch(
    campaign: Campaign, *, at: datetime | None = None, now: datetime | None = None
) -> Campaign:
    """Schedule an approved campaign.

    Until its time, at least UNDO_WINDOW away, the launch can be undone.

    Args:
        campaign: approved, and unchanged since.
        at: when sending begins; None, or a moment within the undo window, means after the undo
            window.
        now: the present; this host's where none is given.

    Returns:
        The campaign as it is now.

    Raises:
        CannotLaunch: it isn't approved, was changed after its approval, preflight finds a blocker,
            or sending is held (newsletter.epoch.hold).
    """
    now = now or timezone.now()
    begins = max(at or now, now + settings.UNDO_WINDOW)
    return _schedule(campaign, begins=begins)


def launch_now(campaign: Campaign) -> Campaign:
    """Launch without an undo window: the audience is frozen before this returns.

    Not within a transaction, which could undo the launch.

    Raises:
        CannotLaunch: as `launch`; or it could not be started, and is a draft again, or stays
            scheduled, as the message says.
    """
    scheduled = _schedule(campaign, begins=timezone.now())
    if not start(scheduled.pk):
        scheduled.refresh_from_db()
        if scheduled.status == CampaignStatus.SCHEDULED:
            raise CannotLaunch(
                "Sending could not start yet: the database or the server is too busy, or another "
                "campaign about the same change has to leave first. The campaign stays scheduled, "
                "and sending starts as soon as that is over."
            )
        if not scheduled.is_launched:
            raise CannotLaunch(scheduled.pause_reason or "Sending could not start.")
    scheduled.refresh_from_db()
    return scheduled


def _schedule(campaign: Campaign, *, begins: datetime) -> Campaign:
    if hold := held():  # outside of the transaction, where other hosts can be asked
        raise CannotLaunch(str(hold))
    return _scheduled(campaign, begins=begins)


@transaction.atomic
def _scheduled(campaign: Campaign, *, begins: datetime) -> Campaign:
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if locked.status != CampaignStatus.APPROVED:
        raise CannotLaunch(
            f"Only an approved campaign can be sent. This one is "
            f"{locked.get_status_display().lower()}."
        )
    if standing_approval(locked) is None:
        raise CannotLaunch(f"{NOT_AS_IT_IS_NOW} It needs a new one.")
    found = blockers(preflight(locked))
    if found:
        raise CannotLaunch(" ".join(str(finding) for finding in found), findings=found)
    leave_out_incomplete(locked)
    transition(
        Campaign.objects.filter(pk=locked.pk),
        CAMPAIGN_TRANSITIONS,
        CampaignStatus.SCHEDULED,
        scheduled_at=begins,
        scheduled_by_id=current_actor().account_id,
        pause_reason="",
    )
    advance(
        now=timezone.now()
    )  # a host that comes new to this database must know that it was in use
    locked.refresh_from_db()
    keep_version(locked, VersionReason.SCHEDULED)
    record_campaign(
        CampaignAuditAction.LAUNCHED, locked, begins=begins.isoformat(timespec="seconds")
    )
    return locked
