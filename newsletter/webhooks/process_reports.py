"""Folding: reports that wait are interpreted, many at a time.

The clock does it every few seconds, and nobody needs to wake it.
"""

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q

from newsletter.core.addresses import address_reader
from newsletter.core.db_clock import database_now
from newsletter.models import ProviderEvent, ProviderReport
from newsletter.transport.providers.sns_certificates import fetch_certificate
from newsletter.webhooks.bounce_mail import mail_statements
from newsletter.webhooks.dialects import statements
from newsletter.webhooks.parsed_event import Malformed, Statement
from newsletter.webhooks.record import announce_again, event_of, record
from newsletter.webhooks.signatures import CertificateMissing, verify
from newsletter.webhooks.store import MAILBOX

logger = logging.getLogger(__name__)

BATCH = 1_000
BATCH_BYTES = 2_000_000
"""What one transaction takes: so many reports, or so many bytes of them; one that is larger by
itself."""
SLICE = 60.0
"""Seconds after which a run ends, well below the time limit of tasks. The clock wakes the next
one."""
CERTIFICATE_WAIT = timedelta(minutes=1)
CERTIFICATE_PATIENCE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Folded:
    """What one run found: reports read, events that were new, events that were known, reports that can't be read."""

    reports: int = 0
    events: int = 0
    repeated: int = 0
    problems: int = 0

    def __add__(self, other: "Folded") -> "Folded":
        return Folded(
            self.reports + other.reports,
            self.events + other.events,
            self.repeated + other.repeated,
            self.problems + other.problems,
        )


def fold(*, seconds: float = SLICE, now: datetime | None = None) -> Folded:
    """Interpret the reports that wait, oldest first, until there is none or `seconds` have passed.

    Several may run at once: a report is read by one of them. A report, its events and what follows
        from them are one
    transaction, so that none is lost and none counts twice, whenever a worker is killed.

    Raises:
        DatabaseError: the database is not there; what waits goes on waiting.
    """
    end, total = time.monotonic() + seconds, Folded()
    moment = now or database_now()  # of one host, and judged by another
    with transaction.atomic():
        announce_again(now=moment)
    while time.monotonic() < end:
        ids = _waiting(moment)
        if not ids:
            break
        total += _fold_surely(ids, now=moment)
    return total


def _waiting(now: datetime) -> list[int]:
    due = ProviderReport.objects.filter(
        Q(retry_at=None) | Q(retry_at__lte=now), problem=""
    ).order_by("id")
    ids, size = list[int](), 0
    for pk, length in due.values_list("pk", "size")[:BATCH]:
        size += length
        if ids and size > BATCH_BYTES:
            break
        ids.append(pk)
    return ids


def _fold_surely(ids: Sequence[int], *, now: datetime) -> Folded:
    """One report that trips us up must not hold up the others for ever."""
    try:
        return _fold_together(ids, now=now)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        if len(ids) > 1:
            return sum((_fold_surely([pk], now=now) for pk in ids), Folded())
        logger.exception("A provider's report could not be folded")
        ProviderReport.objects.filter(pk__any_of=ids).update(
            problem="Something went wrong while it was read; the log says what."
        )
        return Folded(problems=1)


def _fold_together(ids: Sequence[int], *, now: datetime) -> Folded:
    missing: set[str] = set()
    with transaction.atomic():
        reports = list(
            ProviderReport.objects.select_for_update(skip_locked=True)
            .filter(pk__any_of=ids, problem="")
            .order_by("id")
        )
        read_address, events, read, wrong = address_reader(), list[ProviderEvent](), list[int](), 0
        for report in reports:
            try:
                verify(report)
                found = _statements(report)
            except CertificateMissing as certificate:
                missing.add(certificate.url)
                wrong += _postpone(report, now=now)
            except Malformed as problem:
                ProviderReport.objects.filter(pk=report.pk).update(problem=str(problem)[:300])
                wrong += 1
            else:
                read.append(report.pk)
                events += [
                    event_of(
                        statement,
                        provider=report.provider,
                        received_at=report.received_at,
                        read_address=read_address,
                    )
                    for statement in found
                ]
        new = record(events, now=now) if events else 0
        ProviderReport.objects.filter(pk__any_of=read).delete()
    _fetch(missing)
    return Folded(reports=len(read), events=new, repeated=len(events) - new, problems=wrong)


def _statements(report: ProviderReport) -> list[Statement]:
    body = bytes(report.raw)
    return (
        mail_statements(body)
        if report.provider == MAILBOX
        else statements(report.provider, body, headers=report.headers)
    )


def _postpone(report: ProviderReport, *, now: datetime) -> int:
    """Wait for a certificate, but not for ever; whether it was given up."""
    rows = ProviderReport.objects.filter(pk=report.pk)
    if report.received_at < now - CERTIFICATE_PATIENCE:
        return rows.update(problem="The certificate that it is signed with could not be fetched.")
    rows.update(retry_at=now + CERTIFICATE_WAIT)
    return 0


def _fetch(urls: Iterable[str]) -> None:
    """Between transactions: a slow server must not hold rows.

    What is known now needn't wait any longer.
    """
    fetched = [url for url in urls if fetch_certificate(url)]
    if fetched:
        ProviderReport.objects.filter(provider="ses", problem="").exclude(retry_at=None).update(
            retry_at=None
        )
