"""Recovery of claims whose workers are gone: by their journals, by time and by key.

What a person decides is in resolve.
"""

import logging
import uuid
from datetime import datetime
from pathlib import Path
from threading import Event

from django.conf import settings
from django.db import connection
from django.db.models import F, QuerySet

from campaigns.models import Delivery
from campaigns.models.retraction import is_retracted
from campaigns.sending.claims.claim import Claim, ClaimedDelivery
from campaigns.sending.claims.consequence import in_doubt
from campaigns.sending.claims.settle import is_stopped_again, lock_status, reopen, settle
from campaigns.sending.deliveries.ledger import ledger_of
from campaigns.states import CampaignStatus, Counted, DeliveryStatus
from newsletter.core.db.clock import database_now
from newsletter.epoch.hold import held
from newsletter.transport.bulk.journal import JournalContent, Orphan, settle_orphans
from newsletter.transport.results.result import Outcome, Result

logger = logging.getLogger(__name__)

_REPEATED_IN = (CampaignStatus.SENDING, CampaignStatus.SENT)
_WORKER_LOST = "The worker that was to send this email did not come back. It may have been sent."
_CUT_SHORT = "The worker stopped while it was sending this email. It may have been sent."


def claim_journals() -> Path:
    """Return the folder of the journals of this host's claims."""
    folder: Path = settings.VAR_DIR / "claims"
    return folder


def recover_journals() -> int:
    """Settle the claims of this host's workers that are gone, by their journals.

    What was accepted is accepted, and what was not begun is planned again. Only what was begun and
    not ended is in doubt. It works before the lease has run out and after it.

    Returns:
        How many deliveries were settled.
    """
    return settle_orphans(claim_journals(), _settle_orphan)


def keep_recovering(stop: Event) -> None:
    """Run `recover_journals` again and again, in a thread of its own.

    A run of the clock reaches some host, not each of them, and a host may run nothing but senders.
    What was killed on it would stay in doubt until it sends again.
    """
    while True:
        try:
            recover_journals()
            held()  # a host that has nothing to send vouches for those that come new, too
        except Exception:
            logger.exception(
                "This host's journals could not be looked through; once more in a while"
            )
        finally:
            connection.close()
        if stop.wait(settings.WAKE_AFTER.total_seconds()):
            return


def _settle_orphan(orphan: Orphan) -> int:
    token = uuid.UUID(orphan.path.stem)
    rows = Delivery.objects.filter(
        claim_token=token, status__in=[DeliveryStatus.CLAIMED, DeliveryStatus.UNCERTAIN]
    )
    claimed = _claim_of(token, rows)
    if claimed is None:
        # Nothing was claimed, or all is settled. Or the database is still busy with a commit that
        # its client did not live to see; until a claim of that time would have run out, the journal
        # is kept.
        orphan.keep = orphan.age < settings.CLAIM_LEASE.total_seconds()
        return 0
    results = _results(orphan.content, claimed)
    settled = settle(claimed, results)
    logger.warning(
        "Campaign %s: a worker ended in the middle of a claim; by its journal %d deliveries are "
        "settled, %d of them uncertain",
        claimed.campaign_id,
        settled,
        sum(result.outcome is Outcome.UNKNOWN for result in results.values()),
    )
    return settled


def _claim_of(token: uuid.UUID, rows: QuerySet[Delivery]) -> Claim | None:
    """Rebuild the claim as its worker held it, as far as settling needs it."""
    columns = ("pk", "attempt", "attempts_before", "same_key_until", "campaign_id", "lease_until")
    found = list(rows.values_list(*columns))
    if not found:
        return None
    # Of a first attempt it was the end of its lease that set the time of the key.
    deliveries = [
        ClaimedDelivery(
            *(pk, attempt, "", 0, 0, "", "", "", ""),
            same_key_until=until if attempt - before > 1 else None,
            attempts_before=before,
        )
        for pk, attempt, before, until, *_ in found
    ]
    leases = [lease_until for *_, lease_until in found if lease_until]
    return Claim(found[0][4], token, min(leases, default=database_now()), deliveries)


def _results(content: JournalContent, claimed: Claim) -> dict[int, Result]:
    doubt = Result(Outcome.UNKNOWN, reason=_CUT_SHORT, mailer=str(content.facts.get("mailer", "")))
    if content.is_complete:
        return dict.fromkeys(content.in_doubt, doubt) | content.results
    # It may have lost its end: what it doesn't name may have begun, and what it calls turned away
    # may have begun again.
    certain = {
        pk: result for pk, result in content.results.items() if result.outcome is not Outcome.LATER
    }
    return {delivery.pk: doubt for delivery in claimed.deliveries} | certain


def recover_expired(*, now: datetime | None = None) -> int:
    """Put deliveries in doubt whose lease ran out: nobody knows how far their worker came.

    They never become planned, because a blind resend could be a second copy. The token stays, so
    that a worker or a journal that turns up later can still clear the doubt.

    Returns:
        How many deliveries are newly uncertain.
    """
    now = now or database_now()
    expired = Delivery.objects.filter(
        claim_token__isnull=False, status=DeliveryStatus.CLAIMED, lease_until__lt=now
    )
    attempts = ("attempt", "attempts_before")
    alike = ("campaign_id", "mailer", *attempts, "lease_until", "same_key_until")
    recovered = 0
    for values in list(expired.order_by().values(*alike).distinct()):
        claimed_at = values["lease_until"] - settings.CLAIM_LEASE
        key = in_doubt(
            values["mailer"],
            claimed_at=claimed_at,
            attempt=values["attempt"] - values["attempts_before"],
            until=values["same_key_until"],
            now=now,
        )
        doubt = {
            "reason": _WORKER_LOST,
            "settled_at": now,
            "claim_token": F("claim_token"),
            **key,
        }
        with ledger_of(values["campaign_id"]) as ledger:
            lost = ledger.transition(
                expired.filter(**values), DeliveryStatus.CLAIMED, DeliveryStatus.UNCERTAIN, **doubt
            )
            ledger.count(Counted.UNCERTAIN, lost, at=now, mailer=values["mailer"])
            recovered += lost
    return recovered


def repeat_by_key(*, now: datetime | None = None) -> int:
    """Plan deliveries in doubt again, while their mailer knows their idempotency key.

    The same key and the same bytes make no second copy. What could not be repeated in time stays in
    doubt.

    Returns:
        How many deliveries changed their state.
    """
    now = now or database_now()
    doubtful = Delivery.objects.filter(
        status=DeliveryStatus.UNCERTAIN,
        same_key_until__gt=now,
        retry_at__lte=now,
        attempt__lt=F("attempts_before") + settings.MAXIMUM_ATTEMPTS,
    )
    too_late = Delivery.objects.filter(status=DeliveryStatus.PLANNED, same_key_until__lte=now)
    changed = 0
    for campaign_id in _campaigns_of(doubtful):
        with ledger_of(campaign_id) as ledger:
            status = lock_status(campaign_id)
            if status in _REPEATED_IN and not _is_over(campaign_id):
                again = ledger.transition(
                    doubtful,
                    DeliveryStatus.UNCERTAIN,
                    DeliveryStatus.PLANNED,
                    settled_at=None,
                    claim_token=None,
                )
                changed += again
                if again:
                    reopen(campaign_id)
    for campaign_id in _campaigns_of(too_late):
        with ledger_of(campaign_id) as ledger:
            changed += ledger.transition(
                too_late,
                DeliveryStatus.PLANNED,
                DeliveryStatus.UNCERTAIN,
                settled_at=now,
                retry_at=None,
            )
    return changed


def _is_over(campaign_id: int) -> bool:
    return is_retracted(campaign_id) or is_stopped_again(campaign_id)


def _campaigns_of(rows: QuerySet[Delivery]) -> list[int]:
    return list(rows.order_by().values_list("campaign_id", flat=True).distinct())
