"""Processing the reports that wait, many at a time: their events are read, recorded and announced.

The clock does it every few seconds, and nobody needs to wake it.
"""

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, transaction

from newsletter.core.addresses import address_reader
from newsletter.core.db.clock import database_now
from newsletter.models import ProviderEvent, ProviderReport
from newsletter.transport.providers.parts.untrusted_input import Malformed
from newsletter.transport.providers.parts.webhook import CertificateMissing, NotSigned
from newsletter.transport.providers.registry import webhook_of
from newsletter.webhooks.bounces.mail import parse_bounce_mail
from newsletter.webhooks.intake import note_failure, note_success
from newsletter.webhooks.parse_report import parse_report
from newsletter.webhooks.parsed_event import ParsedEvent
from newsletter.webhooks.record import PATIENCE, announce_again, event_of, record, waiting_events
from newsletter.webhooks.store import MAILBOX
from newsletter.webhooks.verify_signatures import verify

logger = logging.getLogger(__name__)

BATCH = 1_000
BATCH_BYTES = 2_000_000
"""One transaction takes so many reports, or so many bytes of them; one that is larger by itself."""
SLICE = 60.0
"""Seconds after which a run ends, well below the time limit of tasks. The clock wakes the next
one."""
RETRY_AFTER = timedelta(minutes=1)
"""The wait of a report whose certificate is missing, or that tripped us up."""
CERTIFICATE_PATIENCE = timedelta(days=1)
_ENDS_THE_RUN = (OperationalError, InterfaceError, SoftTimeLimitExceeded)
"""Errors that are no fault of what was read."""
_TRIPPED_UP = "Something went wrong while it was read; the log says what."
_ONCE_MORE = "%s %s could not be processed (%s), and is tried again in a while"


@dataclass(frozen=True, slots=True)
class Processed:
    """The result of one run.

    Args:
        reports: how many were read.
        events: how many were new.
        repeated: how many events were known.
        problems: how many reports can't be read.
    """

    reports: int = 0
    events: int = 0
    repeated: int = 0
    problems: int = 0

    def __add__(self, other: "Processed") -> "Processed":
        return Processed(
            self.reports + other.reports,
            self.events + other.events,
            self.repeated + other.repeated,
            self.problems + other.problems,
        )


def process_reports(*, seconds: float = SLICE, now: datetime | None = None) -> Processed:
    """Process the reports that wait, until there is none or `seconds` have passed.

    Several may run at once: a report is read by one of them. A report, its events and what follows
    from them are one transaction, so that none is lost and none counts twice, whenever a worker is
    killed.

    Raises:
        DatabaseError: the database is not there; the reports go on waiting.
    """
    end, total = time.monotonic() + seconds, Processed()
    moment = now or database_now()  # of one host, and judged by another
    _announce_or_split(waiting_events(), now=moment)
    while time.monotonic() < end:
        ids = _waiting(moment)
        if not ids:
            break
        total += _process_or_split(ids, now=moment)
    return total


def _announce_or_split(ids: Sequence[int], *, now: datetime) -> None:
    """Announce events that wait together, or one by one where one of them makes that fail.

    One event that trips us up must hold up neither the others nor the reports. It is tried again
    until it is old: a fault may pass, and what the event says must not be lost for it.
    """
    if not ids:
        return
    try:
        with transaction.atomic():
            announce_again(ids, now=now)
    except _ENDS_THE_RUN:
        raise
    except Exception as error:
        if len(ids) > 1:
            for pk in ids:
                _announce_or_split([pk], now=now)
            return
        old = ProviderEvent.objects.filter(pk=ids[0], received_at__lt=now - PATIENCE)
        if old.update(interpreted_at=now, problem=_TRIPPED_UP):
            logger.exception("Event %s could not be processed, and is given up", ids[0])
        else:
            logger.warning(_ONCE_MORE, "Event", ids[0], type(error).__name__)


def _waiting(now: datetime) -> list[int]:
    """Return the ids of reports to process together, oldest first.

    Those that are tried again come last and by themselves, because one of them may make the whole
    batch fail.
    """
    waiting = ProviderReport.objects.filter(problem="").order_by("id")
    for due in (waiting.filter(retry_at=None), waiting.filter(retry_at__lte=now)):
        ids, size = list[int](), 0
        for pk, length in due.values_list("pk", "size")[:BATCH]:
            size += length
            if ids and size > BATCH_BYTES:
                break
            ids.append(pk)
        if ids:
            return ids
    return []


def _process_or_split(ids: Sequence[int], *, now: datetime) -> Processed:
    """Process reports together, or one by one where one of them makes that fail.

    One report that trips us up must not hold up the others. It is tried again until it is old, as
    an event is.
    """
    try:
        return _process_together(ids, now=now)
    except _ENDS_THE_RUN:
        raise
    except Exception as error:
        if len(ids) > 1:
            return sum((_process_or_split([pk], now=now) for pk in ids), Processed())
        rows = ProviderReport.objects.filter(pk=ids[0])
        # At its second attempt at least, however long it waited for its first.
        old = rows.filter(retry_at__isnull=False, received_at__lt=now - PATIENCE)
        if old.update(problem=_TRIPPED_UP):
            logger.exception("Report %s could not be processed, and is given up", ids[0])
            return Processed(problems=1)
        rows.update(retry_at=now + RETRY_AFTER)
        logger.warning(_ONCE_MORE, "Report", ids[0], type(error).__name__)
        return Processed()


def _process_together(ids: Sequence[int], *, now: datetime) -> Processed:
    missing: set[tuple[str, str]] = set()
    unsigned: dict[str, str] = {}
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
                found = _parse(report)
            except CertificateMissing as certificate:
                missing.add((report.provider, certificate.url))
                wrong += _postpone(report, now=now)
            except Malformed as problem:
                ProviderReport.objects.filter(pk=report.pk).update(problem=str(problem)[:300])
                wrong += 1
                if isinstance(problem, NotSigned):
                    unsigned[report.provider] = str(problem)
            else:
                read.append(report.pk)
                events += [
                    event_of(
                        parsed,
                        provider=report.provider,
                        received_at=report.received_at,
                        read_address=read_address,
                    )
                    for parsed in found
                ]
        new = record(events, now=now) if events else 0
        ProviderReport.objects.filter(pk__any_of=read).delete()
    _fetch(missing)
    for provider, trouble in unsigned.items():
        note_failure(provider, trouble)
    for provider in {report.provider for report in reports} - set(unsigned) - {MAILBOX}:
        note_success(provider)
    return Processed(reports=len(read), events=new, repeated=len(events) - new, problems=wrong)


def _parse(report: ProviderReport) -> list[ParsedEvent]:
    body = bytes(report.raw)
    return (
        parse_bounce_mail(body)
        if report.provider == MAILBOX
        else parse_report(report.provider, body, headers=report.headers)
    )


def _postpone(report: ProviderReport, *, now: datetime) -> int:
    """Let a report wait for a certificate, but not for ever.

    Returns:
        1 where it was given up, else 0.
    """
    rows = ProviderReport.objects.filter(pk=report.pk)
    if report.received_at < now - CERTIFICATE_PATIENCE:
        return rows.update(problem="The certificate that it is signed with could not be fetched.")
    rows.update(retry_at=now + RETRY_AFTER)
    return 0


def _fetch(missing: Iterable[tuple[str, str]]) -> None:
    """Fetch certificates between transactions, because a slow server must not hold rows.

    Reports that waited for one needn't wait any longer.

    Args:
        missing: pairs of provider and address.
    """
    for provider, url in missing:
        webhook = webhook_of(provider)
        fetch = webhook.signature.fetch_certificate if webhook and webhook.signature else None
        if fetch is not None and fetch(url):
            ProviderReport.objects.filter(provider=provider, problem="").exclude(
                retry_at=None
            ).update(retry_at=None)
