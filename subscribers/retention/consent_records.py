"""Retention of the circumstances of consent: KEEP_CONSENT_NETWORK, which is two years."""

from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from newsletter.retention.batches import BATCH, in_batches
from subscribers.evidence.trim import trim
from subscribers.models import ConsentRecord
from subscribers.opt_outs.earlier_addresses import EARLIER
from subscribers.states import TrimReason


def trim_consent_records(now: datetime, *, batch: int = BATCH) -> int:
    """Trim the network and other circumstances of consent after KEEP_CONSENT_NETWORK.

    The consent itself stays, and so does the digest of an earlier address, without which the
    records of one person before and after a change of address could not be told to be theirs.
    """
    due = ConsentRecord.objects.filter(recorded_at__lt=now - settings.KEEP_CONSENT_NETWORK)
    of_a_change = Q(details__has_key=EARLIER)

    def act(rows: QuerySet[ConsentRecord]) -> int:
        return trim(rows, why=TrimReason.TIME, now=now)

    return in_batches(
        due.exclude(network="", details={}).exclude(of_a_change), act, batch=batch
    ) + in_batches(due.filter(of_a_change).exclude(network=""), act, batch=batch)
