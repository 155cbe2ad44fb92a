"""Retention of subscribers' data: all that has a date of death, one module for each kind."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from newsletter.retention.batches import BATCH
from subscribers.consent import submissions
from subscribers.imports.uploads.forget import forget_uploads
from subscribers.retention.applications import forget_applications
from subscribers.retention.consent_records import trim_consent_records
from subscribers.retention.imports import forget_fills, forget_questions, trim_imports
from subscribers.retention.invitations import forget_invitations
from subscribers.retention.people import (
    clear_pauses,
    decay_soft_bounces,
    delete_followers_of_nothing,
    forget_address_changes,
)
from subscribers.retention.topic_grants import forget_grants
from subscribers.retention.unconfirmed import forget_unconfirmed


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
        subscribers=delete_followers_of_nothing(now, batch=batch),
        consent_records=trim_consent_records(now, batch=batch),
        imports=trim_imports(now, batch=batch),
        fills=forget_fills(now, batch=batch),
        questions=forget_questions(now, batch=batch),
        uploads=forget_uploads(now, batch=batch),
        submissions=submissions.forget_stale(now=now),
        address_changes=forget_address_changes(now, batch=batch),
        soft_bounces=decay_soft_bounces(now, batch=batch),
        grants=forget_grants(now, batch=batch),
        pauses=clear_pauses(now, batch=batch),
        applications=forget_applications(now, batch=batch),
        invitations=forget_invitations(now, batch=batch),
    )
