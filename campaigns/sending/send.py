"""Sending: claim, dispatch and settle, and again, until no delivery is due or the slice is over."""

import logging
import time
from dataclasses import dataclass

from django.conf import settings

from campaigns.calendars.availability import why_no_invitations
from campaigns.calendars.method import INVITING
from campaigns.sending.automatic_pause import pause_automatically
from campaigns.sending.claims.claim_size import first_size, next_size
from campaigns.sending.claims.claims_in_flight import ClaimsInFlight
from campaigns.sending.claims.emails import CampaignEmails
from campaigns.sending.claims.recover import recover_journals
from newsletter.core.db.clock import database_now
from newsletter.core.shutdown import is_stopping
from newsletter.epoch.hold import Why, held
from newsletter.transport.bulk.journal import JournalBroken
from newsletter.transport.pacing.choose_mailer import Resting
from newsletter.transport.pacing.quota import reserve_quota

logger = logging.getLogger(__name__)

SLICE = 5.0
"""Seconds after which a worker goes back to its task queue, so that campaigns take turns and a
shutdown waits shortly."""

LOOK_AGAIN = 1.0
"""Seconds after which a worker looks again whether another one found the mailer well, or whether
its own host can send."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of one slice.

    Args:
        more: whether more may be due, here or at another host. False too where the mailer needs a
            rest: the clock wakes a worker after a while.
        last_id: the next claim may begin behind this delivery.
    """

    more: bool
    last_id: int = 0


def send_batch(campaign_id: int, *, after: int = 0, seconds: float = SLICE) -> Progress:
    """Claim, dispatch and settle deliveries of one campaign.

    It ends when no delivery is due, `seconds` have passed, or the process is to end.

    Args:
        after: where an earlier slice ended; a hint (see `claim`).
    """
    recover_journals()
    if hold := held():
        logger.error("Campaign %s: %s", campaign_id, hold)
        if hold.why is Why.OLDER:
            return Progress(more=False)
        return _left_to_other_hosts(after)
    end = time.monotonic() + seconds
    # Before the first claim: what fails here leaves no delivery in doubt.
    emails = CampaignEmails(campaign_id)
    if problem := _problem(emails):
        pause_automatically(campaign_id, reason=problem)
        return Progress(more=False)
    try:
        with ClaimsInFlight(emails) as claims:
            return _claim_after_claim(claims, campaign_id, after=after, end=end)
    except JournalBroken as error:
        logger.error(
            "Campaign %s: nothing is sent from here, because it could not be noted (%s)",
            campaign_id,
            error,
        )
        return _left_to_other_hosts(after)


def _left_to_other_hosts(after: int) -> Progress:
    """Leave the slice to another host after a moment, because the fault is this host's alone.

    An idle host takes hints at once. If it ended them, the others would go on with fewer workers
    than the campaign has been given.
    """
    _sleep_until(time.monotonic() + LOOK_AGAIN)
    return Progress(more=True, last_id=after)


def _problem(emails: CampaignEmails) -> str:
    """Return what keeps the campaign from being sent, for staff to read, or an empty string."""
    if not emails.brand.may_send:
        return "The brand has no sender address or postal address. Add it under Brand, then resume."
    if emails.campaign.calendar_method in INVITING and (why := why_no_invitations()):
        return f"The emails carry calendar invitations, which can’t be sent just now. {why}"[:300]
    try:
        _ = emails.templates
    except ValueError as error:
        return f"This email was made by another version of Convene and can’t be sent: {error}"
    return ""


def _claim_after_claim(
    claims: ClaimsInFlight, campaign_id: int, *, after: int, end: float
) -> Progress:
    """Make claims, each as soon as the one before has room for it.

    Args:
        after: as in `send_batch`.
        end: by time.monotonic(); nothing is claimed afterwards.

    Raises:
        JournalBroken: as `ClaimsInFlight.begin`.
    """
    size = first_size()
    while time.monotonic() < end and not is_stopping():
        quota = reserve_quota(size)
        if isinstance(quota, Resting):
            if _wait_out(quota, end=end):
                continue
            _leave_to_others(quota, campaign_id)
            return Progress(more=False)
        try:
            claims.change_mailer(quota.chosen.alias)
            _sleep_until(quota.starts_at)
        except BaseException:
            quota.give_back(0)  # nobody else would: it has no claim yet
            raise
        started = time.monotonic()
        claimed = claims.begin(quota, after=after)
        if claimed.found_nothing and not after:
            return Progress(more=False)
        # A delivery that is tried again, or was given back, lies before `after`.
        after = 0 if claimed.found_nothing else claimed.last_id
        size = next_size(
            size,
            claimed=len(claimed.deliveries),
            left=claimed.left,
            took=time.monotonic() - started,
            call=settings.MAILER_SETTINGS[quota.chosen.alias].batch,
        )
    return Progress(more=True, last_id=after)


def _wait_out(rest: Resting, *, end: float) -> bool:
    """Wait for a mailer where it is worth it, and return whether to ask again.

    It is worth it where the rest is over before `end`, and while another worker tries the mailer. A
    worker that went away for a rest of two seconds would be missed after a quarter of a minute.
    """
    left = (rest.until - database_now()).total_seconds()
    if rest.is_misconfigured or (not rest.is_tried and time.monotonic() + left > end):
        return False
    _sleep_until(
        min(
            time.monotonic() + max(left, 0.0),
            time.monotonic() + LOOK_AGAIN if rest.is_tried else end,
            end,
        )
    )
    return True


def _leave_to_others(rest: Resting, campaign_id: int) -> None:
    """Leave a campaign whose mailers all take nothing just now.

    The clock wakes a worker after a rest. A wrong configuration needs a person, so the campaign is
    paused at the first such answer: it would be the same for each email.
    """
    if not rest.is_misconfigured:
        logger.info("Campaign %s: the mailer %s rests (%s)", campaign_id, rest.mailer, rest.reason)
    elif pause_automatically(
        campaign_id, reason=f"The email provider rejected our settings: {rest.reason}"
    ):
        logger.warning(
            "Campaign %s is paused: the mailer %s rejected our settings (%s)",
            campaign_id,
            rest.mailer,
            rest.reason,
        )


def _sleep_until(moment: float) -> None:
    while (left := moment - time.monotonic()) > 0 and not is_stopping():
        time.sleep(min(left, 0.5))
