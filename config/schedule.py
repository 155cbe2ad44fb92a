"""The clock's jobs, and how often each runs.

Every job here only does what rows call for, so a missed beat costs seconds.
"""

from typing import Any

EVERY_DAY = 24 * 3600.0


def _job(task: str, *, every: float, queue: str) -> dict[str, Any]:
    # `expires`: a hint that nobody took before the next one is worth nothing, and must not pile up
    # while workers are down.
    return {"task": task, "schedule": every, "options": {"queue": queue, "expires": every}}


SCHEDULE: dict[str, dict[str, Any]] = {
    "advance campaigns": _job("campaigns.advance_campaigns", every=5.0, queue="clock"),
    "sweep the outbox": _job("newsletter.sweep_outbox", every=10.0, queue="clock"),
    "sweep the forms": _job("subscribers.sweep_submissions", every=10.0, queue="transactional"),
    "sweep the forgotten passwords": _job(
        "staff.sweep_password_requests", every=10.0, queue="transactional"
    ),
    "fold provider events": _job("newsletter.fold_provider_events", every=5.0, queue="clock"),
    "seal the audit log": _job("newsletter.seal_audit_log", every=10.0, queue="clock"),
    "seal the consent records": _job("subscribers.seal_consent_records", every=10.0, queue="clock"),
    "empty the bounce mailbox": _job("newsletter.empty_mailbox", every=20.0, queue="clock"),
    "forget newsletter data": _job(
        "newsletter.forget_expired", every=EVERY_DAY / 24, queue="clock"
    ),
    "forget ended sessions": _job("staff.forget_expired", every=EVERY_DAY / 24, queue="clock"),
    "forget subscriber data": _job(
        "subscribers.forget_expired", every=EVERY_DAY / 24, queue="clock"
    ),
    "end memberships": _job("subscribers.end_memberships", every=300.0, queue="clock"),
    "work on uploaded lists": _job("subscribers.sweep_imports", every=10.0, queue="bulk"),
    "ask imported people": _job("subscribers.ask_imported", every=10.0, queue="transactional"),
    "apply changes of time zones": _job(
        "campaigns.apply_zone_changes", every=EVERY_DAY / 4, queue="clock"
    ),
    "offer places of events": _job("campaigns.offer_places", every=60.0, queue="clock"),
    "read answers of calendars": _job("campaigns.read_calendar_replies", every=20.0, queue="clock"),
    "tell guests how to join": _job("campaigns.tell_guests", every=60.0, queue="clock"),
    "try links of campaigns": _job("campaigns.try_links", every=60.0, queue="bulk"),
    "count deliveries by group": _job("campaigns.count_breakdowns", every=15.0, queue="bulk"),
    "count the months of topics": _job("campaigns.count_months", every=300.0, queue="bulk"),
    "tell how often links were opened": _job(
        "campaigns.tell_links", every=EVERY_DAY / 24, queue="bulk"
    ),
    "run the long checks of doctor": _job(
        "campaigns.keep_long_findings", every=1800.0, queue="bulk"
    ),
    "index the archive": _job("campaigns.index_archive", every=30.0, queue="clock"),
    "forget campaign data": _job("campaigns.forget_expired", every=EVERY_DAY / 24, queue="clock"),
}
