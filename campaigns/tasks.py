"""The tasks of the campaigns app.

Each task starts from the rows, so it may run twice, late, or not at all.
"""

import logging
from threading import Event, Thread

from celery import shared_task
from celery.signals import worker_process_init
from structlog.contextvars import bound_contextvars

from campaigns.calendars import read_replies
from campaigns.content import archive_search
from campaigns.events import zone_changes
from campaigns.reports import breakdown, links
from campaigns.reports.alerts.follow import follow
from campaigns.reports.diagnostics import keep
from campaigns.reports.months import count
from campaigns.retention import forget
from campaigns.review.link_trials import run as link_trials
from campaigns.review.link_trials.ask import TRY_LINKS
from campaigns.rsvp import offer_places as places
from campaigns.rsvp import tell_guests as guests
from campaigns.sending import advance, follow_zone_rules, send
from campaigns.sending.claims import recover
from campaigns.sending.pause_cancel_undo import SEND_BATCH
from newsletter.core.wake import wake
from newsletter.webhooks.intake import REPLIES, visit_mailbox

logger = logging.getLogger(__name__)

TELL_GUESTS = "campaigns.tell_guests"


@shared_task(name="campaigns.advance_campaigns")
def advance_campaigns() -> None:
    """Do what the rows of campaigns call for: see `campaigns.sending.advance`."""
    advance.advance_campaigns()


@shared_task(name=SEND_BATCH)
def send_batch(campaign_id: int, after: int = 0) -> None:
    """Send one slice of a campaign, and wake a worker for the next one."""
    with bound_contextvars(campaign=campaign_id):
        progress = send.send_batch(campaign_id, after=after)
    if progress.more:
        wake(SEND_BATCH, campaign_id, progress.last_id, queue="bulk")


@shared_task(name="campaigns.forget_expired")
def forget_expired() -> None:
    """Delete what has been kept for long enough."""
    forget.forget_expired()


@shared_task(name="campaigns.tell_links")
def tell_links() -> None:
    """Let reports tell how often links were opened, once a day."""
    links.tell_links()


@shared_task(name="campaigns.offer_places")
def offer_places() -> None:
    """End offers of places that are over, and offer what is free."""
    places.offer_places()


@shared_task(name="campaigns.read_calendar_replies")
def read_calendar_replies() -> None:
    """Take in what people's calendars answer."""
    visit_mailbox(REPLIES, read_replies.read_replies)


@shared_task(name=TELL_GUESTS)
def tell_guests() -> None:
    """Queue what people hear who answered, and whom no campaign reaches, when it leaves."""
    if guests.tell_guests() >= guests.AT_ONCE:
        # Behind what the clock has asked for meanwhile, and not a minute later.
        wake(TELL_GUESTS, queue="clock", expires=60.0)


@shared_task(name=TRY_LINKS)
def try_links() -> None:
    """Open links of campaigns that somebody asked to try, and wake a worker for more."""
    if link_trials.try_links():
        wake(TRY_LINKS, queue="bulk", expires=60.0)


@shared_task(name="campaigns.count_breakdowns")
def count_breakdowns() -> None:
    """Count what became of campaigns by groups of recipients, where it has changed."""
    breakdown.count_breakdowns()


@shared_task(name="campaigns.count_months")
def count_months() -> None:
    """Count growth, health and answers of each topic for the months that are open."""
    count.count_months()


@shared_task(name="campaigns.keep_long_findings")
def keep_long_findings() -> None:
    """Run the checks of `doctor` that ask others' servers, or read much."""
    follow(keep.keep_long_findings())


@shared_task(name="campaigns.index_archive")
def index_archive() -> None:
    """Let the emails that were sent lately be found in the archive."""
    archive_search.index_archive()


@shared_task(name="campaigns.apply_zone_changes")
def apply_zone_changes() -> None:
    """Derive times of events and starts of campaigns anew, where rules of time zones changed."""
    zone_changes.apply_zone_changes()
    follow_zone_rules.follow_zone_rules()


@worker_process_init.connect(weak=False)
def _look_after_this_host(**_: object) -> None:
    """Recover what a killed child of the pool has left, in each new child.

    In a thread of its own: a child that isn't ready in time counts as failed, and the database may
    be away for longer.
    """
    Thread(target=recover.keep_recovering, args=[Event()], name="journals", daemon=True).start()
