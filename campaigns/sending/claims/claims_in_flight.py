"""Claims in flight: at most two of them, so that a mailer never waits for the database.

A worker has two slots. The next claim begins when the one before has so little left to begin that
the mailer's connections would soon be idle. The one before is then waited for and settled while
the next one is being sent.
"""

import logging
import uuid
from types import TracebackType
from typing import Self

from django.conf import settings
from django.db import transaction

from campaigns.sending.claims.claim import Claim, claim
from campaigns.sending.claims.emails import CampaignEmails
from campaigns.sending.claims.recover import claim_journals
from campaigns.sending.claims.settle import settle_with_retry
from newsletter.core.shutdown import is_stopping
from newsletter.transport.bulk.dispatch import BatchInFlight, Dispatch
from newsletter.transport.bulk.journal import Journal, JournalBroken
from newsletter.transport.bulk.senders import sender_for
from newsletter.transport.config.mailer_settings import MailerSettings
from newsletter.transport.message.recipients import Recipient
from newsletter.transport.pacing.circuit_breaker import record_result
from newsletter.transport.pacing.domain_limits import postponed, split_by_domain
from newsletter.transport.pacing.quota import Quota
from newsletter.transport.results.result import Outcome, Result

logger = logging.getLogger(__name__)

_MAY_HAVE_LEFT = frozenset({Outcome.ACCEPTED, Outcome.UNKNOWN})


class ClaimInFlight:
    """One claim, from its journal to its settlement.

    Its caller calls `begin`, `wait_for_room`, and `finish` or `interrupt`. Both of these end what
    `begin` has done, however far it came. A claim ends once: afterwards they do nothing.
    """

    def __init__(
        self, emails: CampaignEmails, quota: Quota, *, previous: "ClaimInFlight | None"
    ) -> None:
        """
        Args:
            previous: the claim that is still in flight, by the same mailer.
        """
        self.quota = quota
        self._emails = emails
        self._previous = previous._dispatch if previous else None
        self._token = uuid.uuid4()
        self._mailer = settings.MAILER_SETTINGS[quota.chosen.alias]
        self._journal: Journal | None = None
        self._claimed: Claim | None = None
        self._dispatch: Dispatch | None = None
        self._batch: BatchInFlight | None = None
        self._not_sent: dict[int, Result] = {}
        self._is_over = False

    def begin(self, *, after: int) -> Claim:
        """Claim deliveries, and begin to send them.

        Args:
            after: as in `send_batch`.

        Raises:
            JournalBroken: the claim's journal can't be written. Nothing was claimed.
        """
        # The journal before the claim: a worker that dies between the two leaves an empty journal,
        # not a claim without one.
        facts = {"campaign": self._emails.campaign.pk, "mailer": self._mailer.name}
        self._journal = Journal(claim_journals(), str(self._token), facts)
        self._claimed = claimed = self._claim(after=after)
        lease = settings.CLAIM_LEASE.total_seconds()
        self._dispatch = dispatch = Dispatch(
            self._journal,
            mailer=self._mailer.name,
            closes_at=claimed.claimed_at + lease * (1 - settings.LEASE_MARGIN),
            is_stopping=is_stopping,
            pause=self.quota.pause,
            previous=self._previous,
        )
        if claimed.deliveries:
            self._log(claimed)
            self._send(claimed, dispatch)
        return claimed

    def wait_for_room(self) -> bool:
        """Wait until another claim had better begin soon.

        Returns:
            False where this one is to end first: it has already, nothing more may begin, a rate has
                no use for two, or the mailer is being tried after a rest and nobody may have more
                of it before that is over.
        """
        if self._batch is None or self.quota.chosen.is_probe or self.quota.pause:
            return False
        self._batch.wait_for_room()
        return self._dispatch is not None and not self._dispatch.is_over

    def finish(self) -> None:
        """Wait until nothing is in flight any more, and settle the claim.

        Raises:
            JournalBroken: this host could not note what would have begun. It was not begun, and
                whatever was claimed is settled.
        """
        self._end(is_interrupted=False)

    def interrupt(self) -> None:
        """Let nothing more begin, wait for what is in flight, and settle the claim."""
        self._end(is_interrupted=True)

    # --- Steps of the beginning ---

    def _claim(self, *, after: int) -> Claim:
        # Durable: the claim must be in the database before the first byte is on the wire, or a
        # crash could send a second copy.
        with transaction.atomic(durable=True):
            return claim(
                self._emails.campaign.pk,
                size=self.quota.number,
                mailer=self._mailer.name,
                token=self._token,
                after=after,
                holds_discreet=not self._emails.has_neutral_sender,
            )

    def _log(self, claimed: Claim) -> None:
        # One line a claim, not one an email: a million emails are some thousand lines.
        logger.info(
            "%d deliveries are claimed; %d more are planned",
            len(claimed.deliveries),
            claimed.left,
            extra={
                "campaign": self._emails.campaign.pk,
                "mailer": self._mailer.name,
                "claimed": len(claimed.deliveries),
            },
        )

    def _send(self, claimed: Claim, dispatch: Dispatch) -> None:
        recipients, self._not_sent = self._emails.recipients(claimed)
        recipients, postponed_ones = _within_domain_limits(recipients, mailer=self._mailer)
        self._not_sent |= postponed_ones
        self._batch = sender_for(self.quota.chosen.alias).send(recipients, dispatch)

    # --- Steps of the end ---

    def _end(self, *, is_interrupted: bool) -> None:
        if self._is_over:
            return
        try:
            self._is_over = True
            self._wait_and_settle(is_interrupted=is_interrupted)
            if not is_interrupted:
                self._conclude()
        finally:
            self._release()

    def _wait_and_settle(self, *, is_interrupted: bool) -> None:
        dispatch, claimed = self._dispatch, self._claimed
        if dispatch is None or claimed is None or not claimed.deliveries:
            return
        try:
            if is_interrupted:
                dispatch.begin_no_more()
            if self._batch is not None:
                self._batch.finish()
        finally:
            # Even where a worker is interrupted a second time: what it knows goes into the ledger,
            # and the rest is given back.
            settle_with_retry(claimed, {**self._not_sent, **dispatch.close()})

    def _conclude(self) -> None:
        """Keep what was learnt of the mailer, and throw away the journal of a settled claim."""
        if self._dispatch is None or self._journal is None:
            return
        if self._dispatch.knows_the_mailer:
            record_result(self.quota.chosen, self._dispatch.result_on_mailer)
        self._journal.delete()
        if self._dispatch.trouble:
            raise JournalBroken(self._dispatch.trouble)

    def _release(self) -> None:
        """Let go of the journal, and give back the part of the quota that was not used.

        A journal that was not deleted is an orphan from here on, and tells what this claim did.
        """
        results = self._dispatch.close().values() if self._dispatch is not None else ()
        try:
            if self._journal is not None:
                self._journal.close()
        finally:
            self.quota.give_back(sum(result.outcome in _MAY_HAVE_LEFT for result in results))


class ClaimsInFlight:
    """The two slots of a worker: the claim in flight, and the next one.

    Leaving the block ends both: by an error they are interrupted, otherwise they are finished.
    """

    def __init__(self, emails: CampaignEmails) -> None:
        self._emails = emails
        self._current: ClaimInFlight | None = None
        self._next: ClaimInFlight | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            self._finish_current()
            return
        try:
            if self._next is not None:
                self._next.interrupt()
        finally:
            if self._current is not None:
                self._current.interrupt()

    def change_mailer(self, alias: str) -> None:
        """Finish the claim in flight if it is another mailer's.

        Two mailers would have two sets of connections, all of them in doubt if this process dies.
        """
        if self._current is not None and self._current.quota.chosen.alias != alias:
            self._finish_current()

    def begin(self, quota: Quota, *, after: int) -> Claim:
        """Begin the next claim, finish the current one, and wait until there is room for another.

        Args:
            after: as in `send_batch`.

        Returns:
            What was claimed. Where two claims are of no use it is settled already.

        Raises:
            JournalBroken: this host can't note what would begin.
        """
        self._next = ClaimInFlight(self._emails, quota, previous=self._current)
        claimed = self._next.begin(after=after)
        self._finish_current()
        if self._next.wait_for_room():
            self._current = self._next
        else:
            self._next.finish()
        self._next = None
        return claimed

    def _finish_current(self) -> None:
        if self._current is not None:
            self._current.finish()
            self._current = None


def _within_domain_limits(
    recipients: list[Recipient], *, mailer: MailerSettings
) -> tuple[list[Recipient], dict[int, Result]]:
    """Part the recipients who may be written to at once from those whose domain has had its share.

    Returns:
        The former, and the results of the latter.
    """
    if mailer.domain_rate is None:
        return recipients, {}
    split = split_by_domain(
        [recipient.to for recipient in recipients], mailer=mailer.name, rate=mailer.domain_rate
    )
    return [recipients[place] for place in split.now], {
        recipients[place].key: postponed(seconds).told_by(mailer.name, without=recipients[place].to)
        for place, seconds in split.later.items()
    }
