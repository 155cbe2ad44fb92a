"""Check that the clock and the workers do their work: nothing is overdue.

Each kind of work tells how long its oldest piece has waited. Work that mailers hold up is theirs to
answer for, and `mail` tells it.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Max

from campaigns.models import Campaign, DeliveryMinute
from campaigns.reports.diagnostics.finding import OVERDUE, RESTART, Found, Level, Said, moment
from campaigns.reports.diagnostics.mail import is_none_at_work, is_outbox_at_work, last_tried
from campaigns.reports.diagnostics.oldest_waiting import OLDEST, first
from campaigns.states import CampaignStatus, Counted
from newsletter.epoch.hold import held
from subscribers.models import FormSubmission


def clock(now: datetime) -> Found:
    """Check that nothing is overdue.

    It is told by what waits, and not by what runs: a process may live and do nothing.
    """
    late = now - OVERDUE
    waiting = dict(_ALWAYS)
    if not held(now=now):  # while held nothing is sent, which `restored` reports
        waiting |= _OF_SENDING
    found = [
        Said(Level.MEND, _words(about, words, since), about, since)
        for about, words in waiting.items()
        if (since := OLDEST[about](late)) is not None
        and not _is_no_fault_of_workers(about, now=now, late=late)
    ]
    yield from found
    if not found:
        yield Level.FINE, "Nothing is overdue."
    yield from _forms_that_fail()


def _words(about: str, words: str, since: datetime) -> str:
    last = _last_handed_over() if about == "campaign" else None
    so_far = f" The last email of a campaign left at {moment(last)}." if last else ""
    return (
        f"The clock or the workers have stopped: {words} since {moment(since)}, for more than "
        f"{OVERDUE.seconds // 60} minutes.{so_far} See that web, worker, sender and clock run; on "
        f"systemd: {RESTART}"
    )


def _last_handed_over() -> datetime | None:
    newest = Campaign.objects.filter(status=CampaignStatus.SENDING).order_by("-last_claim_at")
    minutes = DeliveryMinute.objects.filter(
        campaign__in=list(newest.values_list("pk", flat=True)[:20]), what=Counted.ACCEPTED
    )
    last: datetime | None = minutes.aggregate(last=Max("minute"))["last"]
    return last


_ALWAYS: Mapping[str, str] = {
    "form": "a sign-up form has been waiting",
    "report": "a provider’s report, or a bounce, has been waiting to be read",
    "import": "an uploaded list has been waiting",
}
_OF_SENDING: Mapping[str, str] = {
    "start": "a campaign has been due to start",
    "campaign": "a campaign that is sending has made no progress",
    "claim": "an expired claim has not been recovered",
    "message": "a transactional email has been waiting",
}


def _is_no_fault_of_workers(about: str, *, now: datetime, late: datetime) -> bool:
    """Return whether mailers are to blame, which `mail` reports, or workers are at it."""
    if about == "campaign":
        return is_none_at_work(now)
    return about == "message" and (last_tried(late) is not None or is_outbox_at_work(now))


def _forms_that_fail() -> Found:
    failed = FormSubmission.objects.exclude(failed_at=None)
    if (since := first(failed, "received_at")) is not None:
        yield Said(
            Level.MEND,
            f"A public form can't be handled: the oldest was sent at {moment(since)}. The log says "
            f"why, after “Could not handle FormSubmission”. The clock goes on trying.",
            "failing form",
            since,
        )
