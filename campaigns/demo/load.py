"""Loading the demo, once, into an empty installation that can't send real email."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from campaigns.content.create_campaign import create_campaign
from campaigns.demo.applications import add_applications
from campaigns.demo.audiences import save_audiences
from campaigns.demo.brand import apply_demo_brand, make_brand
from campaigns.demo.dates import forum_day, meeting_to_announce
from campaigns.demo.details import add_labels_and_fields
from campaigns.demo.emails import invitation, save_the_date
from campaigns.demo.events import forum_slug, plan_events
from campaigns.demo.followers import add_followers, add_topics, pause_somebody
from campaigns.demo.forum_answers import add_answers, add_documents
from campaigns.demo.merged_record import add_second_record, merge_second_record
from campaigns.demo.need_to_know_topic import add_need_to_know_topic
from campaigns.demo.refusals import is_empty, refuse_real_mail
from campaigns.demo.running_series import draft_rest, make_step
from campaigns.demo.sent_campaign import simulate_sending
from campaigns.demo.year import add_year
from campaigns.models import Campaign
from campaigns.reports.links import tell_links
from campaigns.reports.months.count import count_months
from campaigns.review.approval import approve
from campaigns.states import CampaignStep
from newsletter.audit.actor import CONVENE, acting
from newsletter.models import THE_BRAND, Brand
from newsletter.seals.seal import seal_entries
from subscribers.evidence.chain import CONSENT

BY = "Demo data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The demo's campaigns: one that has been sent, and one that is ready to launch."""

    sent: Campaign
    ready: Campaign


def load_demo(*, now: datetime | None = None) -> Loaded | None:
    """Fill an empty installation with the demo, whole or not at all.

    Args:
        now: the present; events lie ahead of it.

    Returns:
        The demo's campaigns; None where the installation isn't empty and nothing was changed.

    Raises:
        campaigns.demo.refusals.NotForRealMail: BULK_MAILER_URL is not inbox://.
        campaigns.demo.emails.NoLanguageForDemo: nothing can be sent in any of the installation's
            languages.
    """
    if not is_empty():
        return None
    refuse_real_mail()
    make_brand()
    with transaction.atomic():
        # Where two processes start at once, the second waits here and then finds the data.
        Brand.objects.select_for_update().get(pk=THE_BRAND)
        if not is_empty():
            return None
        apply_demo_brand()
        # Nobody here wrote the emails, so whoever loads them is an author of none.
        with acting(lambda: CONVENE):
            loaded = _fill(now or timezone.now())
    # The evidence is dated back, and evidence that has waited for its seal for long looks inserted.
    seal_entries(CONSENT)
    return loaded


def _fill(now: datetime) -> Loaded:
    today = now.date()
    topics = add_topics()
    events = plan_events(today)
    cast = add_followers(topics, now=now)
    second = add_second_record(cast, topics, now=now)
    add_applications(now=now)
    meeting = meeting_to_announce(today)
    sent = create_campaign(save_the_date(events[forum_slug(forum_day(today))]))
    ready = create_campaign(invitation(meeting, events[meeting.slug]))
    make_step(sent, CampaignStep.SAVE_THE_DATE, event=events[forum_slug(forum_day(today))])
    make_step(ready, CampaignStep.INVITATION, event=events[meeting.slug])
    add_year(cast, events, now=now)
    approve(sent, by=BY)
    simulate_sending(sent, cast, now=now)
    approve(ready, by=BY)
    add_answers(sent, now=now)
    add_documents(events[forum_slug(forum_day(today))])
    draft_rest(events, now=now)
    merge_second_record(cast, second, by=BY)
    pause_somebody(cast, now=now)
    add_labels_and_fields(cast, now=now)
    save_audiences(events[forum_slug(forum_day(today))])
    add_need_to_know_topic(now=now)
    tell_links(now=now)
    count_months(now=now)
    return Loaded(sent=sent, ready=ready)
