"""Retention of subscribers' data."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from newsletter.retention.batches import BATCH, in_batches
from subscribers.consent import submissions
from subscribers.evidence.trim import trim
from subscribers.imports.uploads.forget import forget_uploads
from subscribers.models import (
    AddressChange,
    ConsentRecord,
    ImportBatch,
    ImportFill,
    ImportQuestion,
    SoftBounces,
    Subscriber,
    Subscription,
    TopicGrant,
    TopicInvitation,
)
from subscribers.opt_outs.earlier import EARLIER
from subscribers.retention.applications import forget_applications
from subscribers.retention.unconfirmed import forget_unconfirmed
from subscribers.states import TrimReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """The number of rows that one round has deleted or trimmed."""

    unconfirmed: int
    subscribers: int
    consent_records: int
    imports: int
    fills: int
    questions: int
    uploads: int
    submissions: int
    address_changes: int
    soft_bounces: int
    grants: int
    pauses: int
    applications: int
    invitations: int


def forget_expired(*, now: datetime | None = None, batch: int = BATCH) -> Forgotten:
    """Delete or trim all data whose time has come.

    Args:
        now: the time that counts; a test or a person may give another.
        batch: rows of one transaction.
    """
    now = now or timezone.now()
    return Forgotten(
        unconfirmed=forget_unconfirmed(now, batch=batch),
        subscribers=_delete_followers_of_nothing(now, batch),
        consent_records=_trim_consent_records(now, batch),
        imports=_trim_imports(now, batch),
        fills=_forget_fills(now, batch),
        questions=_forget_questions(now, batch),
        uploads=forget_uploads(now, batch=batch),
        submissions=submissions.forget_stale(now=now),
        address_changes=_forget_address_changes(now, batch),
        soft_bounces=_decay_soft_bounces(now, batch),
        grants=_forget_grants(now, batch),
        pauses=_clear_pauses(now, batch),
        applications=forget_applications(now, batch=batch),
        invitations=_forget_invitations(now, batch),
    )


def _delete_followers_of_nothing(now: datetime, batch: int) -> int:
    """Delete people without any subscription, such as those of an import that was undone.

    A subscription that they left counts as one.
    """
    ties = Subscription.objects.filter(subscriber=OuterRef("pk"))
    due = Subscriber.objects.filter(~Exists(ties), created_at__lt=now - settings.KEEP_UNCONFIRMED)

    def delete(people: QuerySet[Subscriber]) -> int:
        # Asked again in the DELETE itself: somebody may have signed up since.
        _, numbers = people.filter(~Exists(ties)).delete()
        return numbers.get(Subscriber._meta.label, 0)

    return in_batches(due, delete, batch=batch)


def _trim_consent_records(now: datetime, batch: int) -> int:
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


def _trim_imports(now: datetime, batch: int) -> int:
    """Trim the list of refused rows after KEEP_IMPORT_DETAILS. The numbers stay."""
    due = ImportBatch.objects.filter(created_at__lt=now - settings.KEEP_IMPORT_DETAILS).exclude(
        refused=[]
    )
    return in_batches(due, lambda rows: rows.update(refused=[]), batch=batch)


def _forget_fills(now: datetime, batch: int) -> int:
    """Delete what imports filled in for people known before, after KEEP_IMPORT_DETAILS."""
    due = ImportFill.objects.filter(filled_at__lt=now - settings.KEEP_IMPORT_DETAILS)
    return in_batches(due, lambda rows: rows.delete()[0], batch=batch)


def _forget_questions(now: datetime, batch: int) -> int:
    """Delete who of imported people was asked to confirm, after KEEP_IMPORT_QUESTIONS."""
    due = ImportQuestion.objects.filter(created_at__lt=now - settings.KEEP_IMPORT_QUESTIONS)
    return in_batches(due, lambda rows: rows.delete()[0], batch=batch)


def _forget_address_changes(now: datetime, batch: int) -> int:
    """Delete new addresses that nobody confirmed, after KEEP_FORM_SUBMISSIONS."""
    due = AddressChange.objects.filter(asked_at__lt=now - settings.KEEP_FORM_SUBMISSIONS)
    return in_batches(due, lambda rows: rows.delete()[0], batch=batch)


def _decay_soft_bounces(now: datetime, batch: int) -> int:
    """Delete counts of soft bounces, KEEP_SOFT_BOUNCES after the last one."""
    due = SoftBounces.objects.filter(last_at__lt=now - settings.KEEP_SOFT_BOUNCES)
    return in_batches(due, lambda rows: rows.delete()[0], batch=batch)


def _forget_grants(now: datetime, batch: int) -> int:
    """Delete grants of need-to-know topics, KEEP_AUDIT after their end."""
    due = TopicGrant.objects.filter(until__lt=now - settings.KEEP_AUDIT)
    return in_batches(due, lambda rows: rows.delete()[0], batch=batch)


def _clear_pauses(now: datetime, batch: int) -> int:
    """Clear pauses that are over. They have counted for nothing since then."""
    due = Subscriber.objects.filter(paused_until__lte=now)
    return in_batches(
        due,
        # Asked again: the person may have paused anew.
        lambda rows: rows.filter(paused_until__lte=now).update(paused_until=None, paused_at=None),
        batch=batch,
    )


def _forget_invitations(now: datetime, batch: int) -> int:
    """Delete invitations to topics, accepted or not, after KEEP_INVITATIONS."""
    due = TopicInvitation.objects.filter(created_at__lt=now - settings.KEEP_INVITATIONS)
    return in_batches(due, lambda rows: rows.delete()[0], batch=batch)
