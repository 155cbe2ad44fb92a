"""People who answered, and hear by a message of their own what a campaign tells others.

They are guests, who follow no topic, and subscribers whom no campaign about a change reaches: they
follow another topic, have left, or have paused.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.audience.had_step import same_step
from campaigns.audience.noted import noted
from campaigns.audience.resolve import receivers_of
from campaigns.audience.rules import COMES, HAS_ANSWERED, MAY_COME
from campaigns.audience.same_change import is_superseded, same_change
from campaigns.models import Campaign, Delivery, Rsvp
from campaigns.states import EDITABLE, REACHED_NOBODY, CampaignKind, CampaignStep
from subscribers.models import Subscriber
from subscribers.queries import closed, suppressed

STEPS_FOR_GUESTS = (CampaignStep.DETAILS_DAY, CampaignStep.DETAILS_HOUR)
"""Steps of a series that guests hear by a message of their own."""


def told_apart(campaign: Campaign) -> QuerySet[Rsvp]:
    """Select the answers whose owners hear of a campaign's news by a message of their own.

    Whoever is among the recipients of the campaign, or of another that tells the same, isn't
    among them, unless their email reached nobody and won't. While it waits nobody knows. Nor is
    whoever would be, were such a campaign sent that isn't yet.

    Args:
        campaign: of one that is neither about a change nor one of STEPS_FOR_GUESTS there is nobody.
    """
    if not campaign.tells_of_change and campaign.step not in STEPS_FOR_GUESTS:
        return Rsvp.objects.none()
    # The message says what is so now, which the later campaign is to tell.
    if campaign.tells_of_change and is_superseded(campaign):
        return Rsvp.objects.none()
    rows = Rsvp.objects.filter(event=campaign.event_id)
    if campaign.launched_at is not None:
        # A later answer was confirmed, and whoever was named later asked, with what is so now.
        rows = rows.filter(
            Q(answered_at__lte=campaign.launched_at)
            | Q(answered_at=None, created_at__lte=campaign.launched_at)
        )
    if not campaign.tells_of_change:
        rows = rows.filter(COMES).exclude(digest="")
        return _without_recipients(rows, same_step(campaign), campaign)
    own = Rsvp.objects.filter(HAS_ANSWERED, event=campaign.event_id)
    # Of somebody who answered as a guest and as a subscriber, too, the latter counts.
    as_subscriber = Exists(own.filter(subscriber__digest=OuterRef("digest")))
    rows = rows.filter(hears_of(campaign.kind)).exclude(as_subscriber)
    campaigns = same_change(campaign)
    for other in campaigns.filter(status__in=EDITABLE).select_related("topic", "event"):
        people = receivers_of(other)
        rows = rows.filter(
            ~Exists(people.filter(pk=OuterRef("subscriber_id"))),
            ~Exists(people.filter(digest=OuterRef("digest"))),
        )
    return _without_recipients(rows, campaigns, campaign)


def hears_of(kind: str) -> Q:
    """Build the condition on an answer that its owner hears of a change.

    Args:
        kind: one of TELLS_OF_CHANGE.
    """
    return COMES if kind == CampaignKind.NEW_LINK else MAY_COME


def reached_by_email(campaign: Campaign) -> Q:
    """Build the condition on an answer that a campaign about the same change reached its owner.

    One that waits may, and one in doubt may have.
    """
    by_subscriber, by_digest = _recipients(same_change(campaign))
    return Q(by_subscriber) | Q(by_digest)


def _recipients(campaigns: QuerySet[Campaign]) -> tuple[Exists, Exists]:
    emails = Delivery.objects.filter(campaign__in=campaigns.values("pk"))
    emails = emails.exclude(status__in=REACHED_NOBODY)
    return (
        Exists(emails.filter(subscriber_id=OuterRef("subscriber_id"))),
        Exists(emails.filter(subscriber__digest=OuterRef("digest"))),
    )


def _without_recipients(
    rows: QuerySet[Rsvp], campaigns: QuerySet[Campaign], campaign: Campaign
) -> QuerySet[Rsvp]:
    by_subscriber, by_digest = _recipients(campaigns)
    opted_out = Subscriber.objects.filter(suppressed("digest"))
    # Conditions by themselves, none of them through a join, so that PostgreSQL makes an anti-join
    # of each, however many answers there are.
    return rows.exclude(noted(campaign)).filter(
        ~by_subscriber,
        ~by_digest,
        # A guest agreed to hear of this event. A subscriber who opted out of all email didn't.
        ~closed("digest"),
        ~Exists(opted_out.filter(pk=OuterRef("subscriber_id"))),
    )
