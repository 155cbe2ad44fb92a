"""Past emails for subscribers of their topics: those that a person can read, and the link."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from campaigns.content.archive import campaigns_for_subscribers
from campaigns.models import Campaign
from campaigns.states import LAUNCHED
from newsletter.core.requests.page_language import path_of
from newsletter.core.tokens import Purpose, make_expiring_token
from newsletter.public_pages.kept_value import VALUES
from subscribers.consent.urls_in_mail import time_of_link_to
from subscribers.models import Subscriber, Subscription
from subscribers.states import SubscriptionStatus

EMAILS_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class OwnEmails:
    """One page of a person's list. `older` is the slug before which the next one begins, or ""."""

    campaigns: list[Campaign]
    older: str = ""


def emails_of(subscriber: Subscriber) -> QuerySet[Campaign]:
    """Return the campaigns for subscribers of the topics that a person follows, confirmed.

    Whether they got the email doesn't count: who joined since may read what came before, and who
    has left may not, as of everything else of the topic. Their own copy is in their mailbox.
    """
    followed = Subscription.objects.filter(
        subscriber=subscriber, status=SubscriptionStatus.CONFIRMED
    )
    return campaigns_for_subscribers().filter(topic__in=followed.values("topic"))


def own_emails(subscriber: Subscriber, *, before: str = "") -> OwnEmails:
    """Return the latest of those emails, of several versions the last one.

    Args:
        before: the slug of one of them, to begin with those before it; any other text is none.
    """
    listed = emails_of(subscriber).exclude(later_versions__status__in=LAUNCHED)
    place = _place(listed, before)
    if place is not None:
        at = place.launched_at
        listed = listed.filter(Q(launched_at__lt=at) | Q(launched_at=at, pk__lt=place.pk))
    found = list(listed.order_by("-launched_at", "-pk")[: EMAILS_A_PAGE + 1])
    shown = found[:EMAILS_A_PAGE]
    return OwnEmails(shown, str(shown[-1].slug) if len(found) > EMAILS_A_PAGE else "")


def has_emails_for_subscribers() -> bool:
    """Return whether there is an email for subscribers of a topic that everybody may know of."""
    emails = campaigns_for_subscribers().filter(topic__is_public=True)
    return VALUES.value("emails for subscribers", emails.exists)


def own_emails_url(subscriber: Subscriber, campaign: Campaign | None = None) -> str:
    """Return the page that lists a person's emails, or shows one of them, for an hour.

    It is void once the person has another address.
    """
    token = make_expiring_token(Purpose.ARCHIVE, subscriber.pk, now=time_of_link_to(subscriber))
    if campaign is None:
        return settings.SITE_URL + path_of("own_emails", token)
    return settings.SITE_URL + path_of("own_email", token, campaign.slug)


def _place(emails: QuerySet[Campaign], slug: str) -> Campaign | None:
    try:
        known = UUID(slug)
    except ValueError:
        return None
    return emails.filter(slug=known).first()
