"""Sending: claim, hand over and settle, one claim after another, until none is due or time is up."""

import logging
import time
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from campaigns.sending.claim import Claim, claim
from campaigns.sending.control import pause
from campaigns.sending.letters import Letters
from campaigns.sending.recover import journals, recover_journals
from campaigns.sending.settle import settle_surely
from newsletter.shutdown import is_stopping
from newsletter.transport.hand_over import HandOver
from newsletter.transport.journal import Journal, JournalBroken
from newsletter.transport.outcomes import Outcome, Verdict
from newsletter.transport.ways import way_out

logger = logging.getLogger(__name__)

SLICE = 10.0
"""Seconds after which a worker goes back to its queue, so that campaigns take turns and a shutdown waits shortly."""

LEASE_MARGIN = 0.25
"""Nothing is begun in this last part of a lease: a slow hand-over (23 s at most) must still be settled under it."""

FIRST_CLAIM = 50
CLAIM_SECONDS = 2.0
"""What one claim should take: long enough that the database's work for it is nothing, short enough that a pause is felt and
that a rate, a shutdown or a crash meets few."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a slice came.

    Args:
        more: whether more may be due. False too where the mailer needs a rest: the clock wakes a worker after a while.
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
    end = time.monotonic() + seconds
    letters = Letters(campaign_id)  # before the first claim: what fails here leaves no row in doubt
    if not letters.brand.may_send:
        pause(campaign_id, reason="The brand has no sender address or no postal address any more. Complete it, then resume.")
        return Progress(more=False)
    size = FIRST_CLAIM
    while time.monotonic() < end and not is_stopping():
        mailer = settings.MAILER_SETTINGS["bulk"]
        started = time.monotonic()
        turn = _take(letters, alias="bulk", size=max(size, mailer.batch), after=after)
        if turn is None or _is_held_up(campaign_id, turn.verdict):
            return Progress(more=False)
        if turn.claim.found_nothing:
            if not after:
                return Progress(more=False)
            after = 0  # what was tried again, or given back, lies before
            continue
        after = turn.claim.last_id
        took = max(time.monotonic() - started, 0.001)
        size = min(max(int(len(turn.claim.deliveries) * CLAIM_SECONDS / took), 1), size * 4, settings.SEND_BATCH_SIZE)
    return Progress(more=True, last_id=after)


def _is_held_up(campaign_id: int, verdict: Outcome | None) -> bool:
    """Whether the mailer can't be given more just now, for which what has to be done is done."""
    if verdict is None:
        return False
    if verdict.verdict is Verdict.MISCONFIGURED:
        pause(campaign_id, reason=f"The mailer refuses us: {verdict.reason}")
    else:
        logger.warning("Campaign %s: the mailer rests (%s)", campaign_id, verdict.reason)
    return True


@dataclass(frozen=True, slots=True)
class _Turn:
    """What one claim came to; `verdict` where the mailer can't be given more just now."""

    claim: Claim
    verdict: Outcome | None


def _take(letters: Letters, *, alias: str, size: int, after: int) -> _Turn | None:
    """One claim from its beginning to its end; None where its journal can't be written."""
    token = uuid.uuid4()
    mailer = settings.MAILER_SETTINGS[alias].name
    campaign_id = letters.campaign.pk
    try:
        # Before the claim: a worker that dies between the two leaves a journal of nothing instead of a claim without one.
        journal = Journal(journals(), str(token), {"campaign": campaign_id, "mailer": mailer})
    except JournalBroken as error:
        logger.error("Campaign %s: nothing is sent, because it could not be noted (%s)", campaign_id, error)
        return None
    with journal:
        # Durable: the claim must be in the database before the first byte is on the wire, or a crash could send a second copy.
        with transaction.atomic(durable=True):
            claimed = claim(campaign_id, size=size, mailer=mailer, token=token, after=after)
        closes_at = claimed.claimed_at + settings.CLAIM_LEASE.total_seconds() * (1 - LEASE_MARGIN)
        hand_over = HandOver(journal, mailer=mailer, closes_at=closes_at, is_stopping=is_stopping)
        if claimed.deliveries:
            _hand_over_and_settle(claimed, letters, hand_over, alias=alias)
        journal.delete()
    return _Turn(claimed, hand_over.verdict_on_mailer)


def _hand_over_and_settle(claimed: Claim, letters: Letters, hand_over: HandOver, *, alias: str) -> None:
    unmade: dict[int, Outcome] = {}
    try:
        recipients, unmade = letters.recipients(claimed)
        way_out(alias).carry(recipients, hand_over)
    finally:
        # Whatever interrupts a worker that can still speak: what it knows goes into the ledger, the rest is given back.
        settle_surely(claimed, {**unmade, **hand_over.interrupted()})
