"""Processing the reports that wait, many at a time: their events are read, recorded and announced.

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
from newsletter.core.db.clock import database_now
from newsletter.models import ProviderEvent, ProviderReport
from newsletter.transport.providers.parts.untrusted_input import Malformed
from newsletter.transport.providers.parts.webhook import CertificateMissing
from newsletter.transport.providers.registry import webhook_of
from newsletter.webhooks.bounces.mail import parse_bounce_mail
from newsletter.webhooks.parse_report import parse_report
from newsletter.webhooks.parsed_event import ParsedEvent
from newsletter.webhooks.record import announce_again, event_of, record, waiting_events
from newsletter.webhooks.store import MAILBOX
from newsletter.webhooks.verify import verify

logger = logging.getLogger(__name__)

BATCH = 1_000
BATCH_BYTES = 2_000_000
"""One transaction takes so many reports, or so many bytes of them; one that is larger by itself."""
SLICE = 60.0
"""Seconds after which a run ends, well below the time limit of tasks. The clock wakes the next
one."""
CERTIFICATE_WAIT = timedelta(minutes=1)
CERTIFICATE_PATIENCE = timedelta(days=1)
_TRIPPED_UP = "Something went wrong while it was read; the log says what."


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
    """Process the reports that wait, oldest first, until there is none or `seconds` have passed.

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

    One event that trips us up must hold up neither the others nor the reports.
    """
    if not ids:
        return
    try:
        with transaction.atomic():
            announce_again(ids, now=now)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        if len(ids) > 1:
            for pk in ids:
                _announce_or_split([pk], now=now)
            return
        logger.exception("Event %s could not be processed", ids[0])
        ProviderEvent.objects.filter(pk__any_of=ids).update(interpreted_at=now, problem=_TRIPPED_UP)


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


def _process_or_split(ids: Sequence[int], *, now: datetime) -> Processed:
    """Process reports together, or one by one where one of them makes that fail.

    One report that trips us up must not hold up the others for ever.
    """
    try:
        return _process_together(ids, now=now)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        if len(ids) > 1:
            return sum((_process_or_split([pk], now=now) for pk in ids), Processed())
        logger.exception("A provider's report could not be processed")
        ProviderReport.objects.filter(pk__any_of=ids).update(problem=_TRIPPED_UP)
        return Processed(problems=1)


def _process_together(ids: Sequence[int], *, now: datetime) -> Processed:
    missing: set[tuple[str, str]] = set()
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
    rows.update(retry_at=now + CERTIFICATE_WAIT)
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
