"""Loading the demo, once, into an empty installation that can't send real email."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from campaigns.content.load import create_campaign
from campaigns.demo.brand import apply_demo_brand, is_neutral, make_brand
from campaigns.demo.dates import forum_day, meeting_to_announce
from campaigns.demo.emails import invitation, save_the_date
from campaigns.demo.events import forum_slug, plan_events
from campaigns.demo.followers import add_followers, add_topics
from campaigns.demo.sent_campaign import simulate_sending
from campaigns.models import Campaign, Event
from campaigns.review.approval import approve
from newsletter.models import THE_BRAND, Brand
from subscribers.models import ConsentRecord, ImportBatch, Subscriber, Suppression, Topic

BY = "Demo data"


class NotForRealMail(Exception):
    """The mailer of campaigns really sends, so demo data are refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The demo's campaigns: one that has been sent, and one that is ready to launch."""

    sent: Campaign
    ready: Campaign


def is_empty() -> bool:
    """Return whether nobody has put anything into this installation yet.

    Once the demo has been loaded this is never true again, because consent records stay.
    """
    kept = (Topic, Subscriber, Event, Campaign, ConsentRecord, Suppression, ImportBatch)
    return is_neutral() and not any(model._default_manager.exists() for model in kept)


def load_demo(*, now: datetime | None = None) -> Loaded | None:
    """Fill an empty installation with the demo, whole or not at all.

    Args:
        now: the present; events lie ahead of it.

    Returns:
        The demo's campaigns; None where the installation isn't empty and nothing was changed.

    Raises:
        NotForRealMail: BULK_MAILER_URL is not inbox://.
        campaigns.demo.emails.NoLanguageForDemo: nothing can be sent in any of the installation's
            languages.
    """
    if not is_empty():
        return None
    if settings.MAILER_SETTINGS["bulk"].provider != "inbox":
        raise NotForRealMail(
            "BULK_MAILER_URL is set to a mailer that really sends. Demo data are for inbox:// "
            "alone."
        )
    make_brand()
    with transaction.atomic():
        # Where two processes start at once, the second waits here and then finds the data.
        Brand.objects.select_for_update().get(pk=THE_BRAND)
        if not is_empty():
            return None
        apply_demo_brand()
        return _fill(now or timezone.now())


def _fill(now: datetime) -> Loaded:
    today = now.date()
    topics = add_topics()
    events = plan_events(today)
    cast = add_followers(topics, now=now)
    sent = create_campaign(save_the_date(events[forum_slug(forum_day(today))]))
    approve(sent, by=BY)
    simulate_sending(sent, cast, now=now)
    meeting = meeting_to_announce(today)
    ready = create_campaign(invitation(meeting, events[meeting.slug]))
    approve(ready, by=BY)
    return Loaded(sent=sent, ready=ready)
