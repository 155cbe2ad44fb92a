"""Sending: claim, hand over and settle, and again, until none is due or time is up."""

import logging
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from campaigns.sending.claim import Claim, claim
from campaigns.sending.control import pause
from campaigns.sending.emails import CampaignEmails
from campaigns.sending.recover import claim_journals, recover_journals
from campaigns.sending.settle import settle_with_retry
from newsletter.core.db_clock import database_now
from newsletter.core.shutdown import is_stopping
from newsletter.epoch.hold import held
from newsletter.transport.bulk.dispatch import BatchInFlight, Dispatch
from newsletter.transport.bulk.journal import Journal, JournalBroken
from newsletter.transport.bulk.senders import sender_for
from newsletter.transport.message.recipients import Recipient
from newsletter.transport.pacing.circuit_breaker import Resting, record_result
from newsletter.transport.pacing.domain_limits import postponed, split_by_domain
from newsletter.transport.pacing.quota import Quota, reserve_quota
from newsletter.transport.results.of_error import Outcome, Result

logger = logging.getLogger(__name__)

SLICE = 5.0
"""Seconds after which a worker goes back to its queue, so that campaigns take turns and a shutdown
waits shortly."""

LOOK_AGAIN = 1.0
"""Seconds after which a worker looks again whether another one found the mailer well."""

LEASE_MARGIN = 0.25
"""Nothing is begun in this last part of a lease: a slow hand-over (23 s at most) must still be
settled under it."""

FIRST_CLAIM, FEWEST = 50, 5
GROWTH = 10
"""How many times as large as the one before a claim may be: by a small one, the mailer's speed is
known only roughly."""

CLAIM_SECONDS = 2.0
"""What one claim should take: long enough that the database's work for it is nothing, short enough
that a pause is felt and that a rate, a shutdown or a crash meets few."""


_MAY_HAVE_LEFT = frozenset({Outcome.ACCEPTED, Outcome.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a slice came.

    Args:
        more: whether more may be due. False too where the mailer needs a rest: the clock wakes a
            worker after a while.
        last_id: behind which the next claim may begin to look.
    """

    more: bool
    last_id: int = 0


def send_batch(campaign_id: int, *, after: int = 0, seconds: float = SLICE) -> Progress:
    """Claim, hand over and settle until no delivery is due, `seconds` have passed, or the process is to end.

    Args:
        after: where an earlier slice left off; a hint (see `claim`).
    """
    recover_journals()
    if hold := held():
        logger.error("Campaign %s: %s", campaign_id, hold)
        return Progress(more=False)
    end = time.monotonic() + seconds
    letters = CampaignEmails(
        campaign_id
    )  # before the first claim: what fails here leaves no row in doubt
    if not letters.brand.may_send:
        pause(
            campaign_id,
            reason=(
                "The brand has no sender address or no postal address any more. Complete it, "
                "then resume."
            ),
        )
        return Progress(more=False)
    try:
        _ = letters.templates
    except ValueError as error:
        pause(campaign_id, reason=f"The letter can't be read by this version of Convene: {error}")
        return Progress(more=False)
    try:
        with ExitStack() as last:
            return _claim_after_claim(letters, last, after=after, end=end)
    except JournalBroken as error:
        # This host's trouble: the clock wakes workers again after a while, and those of other hosts
        # go on.
        logger.error(
            "Campaign %s: nothing is sent from here, because it could not be noted (%s)",
            campaign_id,
            error,
        )
        return Progress(more=False)


def _claim_after_claim(
    letters: CampaignEmails, last: ExitStack, *, after: int, end: float
) -> Progress:
    """Claims, each begun when the one before has room for it.

    Args:
        last: holds the claim that is still being handed over, and settles it while the next one is.
        after: as in `send_batch`.
        end: by time.monotonic(); nothing is claimed afterwards.

    Raises:
        JournalBroken: as `_one_claim`.
    """
    size, before = min(FIRST_CLAIM, settings.SEND_BATCH_SIZE), None
    while time.monotonic() < end and not is_stopping():
        quota = reserve_quota(size)
        if isinstance(quota, Resting):
            if _wait_out(quota, end=end):
                continue
            _leave_to_others(quota, letters.campaign.pk)
            return Progress(more=False)
        if before and before.quota.chosen.alias != quota.chosen.alias:
            # Two mailers would have two sets of connections, all of them in doubt if this process
            # dies.
            last.close()
            before = None
        _sleep_until(quota.starts_at)
        started = time.monotonic()
        with ExitStack() as this:
            begun = this.enter_context(_one_claim(letters, quota, after=after, before=before))
            last.close()
            before = begun if begun.wait_for_room() else None
            if before:
                last.push(this.pop_all())
        if begun.claim.found_nothing and not after:
            return Progress(more=False)
        # What was tried again, or given back, lies before.
        after = 0 if begun.claim.found_nothing else begun.claim.last_id
        size = _next_size(
            size, begun.claim, took=time.monotonic() - started, alias=quota.chosen.alias
        )
    return Progress(more=True, last_id=after)


@dataclass(frozen=True, slots=True)
class _Begun:
    """A claim whose hand-over has begun.

    Args:
        carried: None where it has ended already, or there was nothing to claim.
    """

    claim: Claim
    quota: Quota
    dispatch: Dispatch
    carried: BatchInFlight | None

    def wait_for_room(self) -> bool:
        """Wait until another claim had better be there soon.

        Returns:
            False where this one is to end first: because it has already, because nothing more may
                begin, because the mailer is being
            tried again and nobody may have more of it before that is over, or because a rate has no
            use for two.
        """
        if self.carried is None or self.quota.chosen.is_probe or self.quota.pause:
            return False
        self.carried.wait_for_room()
        return not self.dispatch.is_over


@contextmanager
def _one_claim(
    letters: CampaignEmails, quota: Quota, *, after: int, before: _Begun | None
) -> Iterator[_Begun]:
    """One claim, from before it is made until it is settled. The block begins when its hand-over
    has; what interrupts the block lets nothing more begin, but what is in flight is waited for.

    Args:
        after: as in `send_batch`.
        before: the claim that is still under way, by the same mailer.

    Raises:
        JournalBroken: what would have begun could not be noted. It was not begun, and whatever was
            claimed is settled.
    """
    token, alias = uuid.uuid4(), quota.chosen.alias
    mailer = settings.MAILER_SETTINGS[alias].name
    used = 0
    try:
        # The journal before the claim: a worker that dies between the two leaves a journal of
        # nothing, not a claim without one.
        with Journal(
            claim_journals(), str(token), {"campaign": letters.campaign.pk, "mailer": mailer}
        ) as journal:
            # Durable: the claim must be in the database before the first byte is on the wire, or a
            # crash could send a second copy.
            with transaction.atomic(durable=True):
                claimed = claim(
                    letters.campaign.pk,
                    size=quota.number,
                    mailer=mailer,
                    token=token,
                    after=after,
                )
            dispatch = Dispatch(
                journal,
                mailer=mailer,
                closes_at=claimed.claimed_at
                + settings.CLAIM_LEASE.total_seconds() * (1 - LEASE_MARGIN),
                is_stopping=is_stopping,
                pause=quota.pause,
                before=before.dispatch if before else None,
            )
            try:
                with _handed_over(claimed, letters, dispatch, alias=alias) as carried:
                    yield _Begun(claimed, quota, dispatch, carried)
            finally:
                used = sum(result.outcome in _MAY_HAVE_LEFT for result in dispatch.close().values())
            if dispatch.knows_the_mailer:
                record_result(quota.chosen, dispatch.result_on_mailer)
            journal.delete()
            if dispatch.trouble:
                raise JournalBroken(dispatch.trouble)
    finally:
        quota.give_back(used)


@contextmanager
def _handed_over(
    claimed: Claim, letters: CampaignEmails, dispatch: Dispatch, *, alias: str
) -> Iterator[BatchInFlight | None]:
    """From the beginning of a claim's hand-over to its settling."""
    if not claimed.deliveries:
        yield None
        return
    not_carried: dict[int, Result] = {}
    try:
        recipients, not_carried = letters.recipients(claimed)
        recipients, later = _under_ceilings(recipients, alias=alias)
        not_carried |= later
        carried = sender_for(alias).send(recipients, dispatch)
        try:
            yield carried
        except BaseException:
            dispatch.begin_no_more()
            raise
        finally:
            if carried:
                carried.finish()
    finally:
        # Whatever interrupts a worker that can still speak: what it knows goes into the ledger, the
        # rest is given back.
        settle_with_retry(claimed, {**not_carried, **dispatch.close()})


def _under_ceilings(
    recipients: list[Recipient], *, alias: str
) -> tuple[list[Recipient], dict[int, Result]]:
    """Who may be written to at once, and what becomes of those whose domain has had its share."""
    mailer = settings.MAILER_SETTINGS[alias]
    if mailer.domain_rate is None:
        return recipients, {}
    split = split_by_domain(
        [recipient.to for recipient in recipients], mailer=mailer.name, rate=mailer.domain_rate
    )
    return [recipients[place] for place in split.now], {
        recipients[place].key: postponed(seconds).told_by(mailer.name, without=recipients[place].to)
        for place, seconds in split.later.items()
    }


def _next_size(size: int, claimed: Claim, *, took: float, alias: str) -> int:
    """As many as can be handed over in CLAIM_SECONDS, by what it took until there was room for the
    next; at least one whole call of a batch API. Towards the end half of what is left, down to
    FIRST_CLAIM, so that no worker has much to do when the others have nothing."""
    call = settings.MAILER_SETTINGS[alias].batch
    fitting = int(len(claimed.deliveries) * CLAIM_SECONDS / max(took, 0.001))
    share = max(claimed.left // 2, FIRST_CLAIM)
    return min(
        max(min(fitting, share), call, FEWEST), size * GROWTH, max(settings.SEND_BATCH_SIZE, call)
    )


def _wait_out(mailer: Resting, *, end: float) -> bool:
    """Wait where it is worth it: for a rest that is over before `end`, and while another worker
    tries the mailer. A worker that went away for a rest of two seconds would be missed after a
    quarter of a minute.

    Returns:
        Whether to ask again.
    """
    left = (mailer.until - database_now()).total_seconds()
    if mailer.is_misconfigured or (not mailer.is_tried and time.monotonic() + left > end):
        return False
    _sleep_until(
        min(
            time.monotonic() + max(left, 0.0),
            time.monotonic() + LOOK_AGAIN if mailer.is_tried else end,
            end,
        )
    )
    return True


def _leave_to_others(mailer: Resting, campaign_id: int) -> None:
    """Nothing can be sent just now.

    What passes is waited for by the clock; what doesn't needs a person.
    """
    if mailer.is_misconfigured:
        if pause(campaign_id, reason=f"The mailer refuses us: {mailer.reason}"):
            logger.warning(
                "Campaign %s is paused: the mailer %s refuses us (%s)",
                campaign_id,
                mailer.mailer,
                mailer.reason,
            )
    else:
        logger.info(
            "Campaign %s: the mailer %s rests (%s)", campaign_id, mailer.mailer, mailer.reason
        )


def _sleep_until(moment: float) -> None:
    while (left := moment - time.monotonic()) > 0 and not is_stopping():
        time.sleep(min(left, 0.5))
