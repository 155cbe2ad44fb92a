"""Campaigns, events, deliveries and mail that an account may know of, by their topics."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.models import CalendarMail, Campaign, CampaignTemplate, Delivery, Event, Rsvp
from newsletter.models import ProviderEvent, ProviderReport, TransactionalMessage
from subscribers.models import Subscription
from subscribers.need_to_know.hidden import Account, hidden_topics, is_hidden_person

_HIDDEN_ANSWERS = "_hidden_answers"

PROOF = "proof"
"""The kind of a test email."""


def visible_campaigns(account: Account) -> QuerySet[Campaign]:
    """Select the campaigns of topics that an account may know of."""
    return Campaign.objects.exclude(topic__in=hidden_topics(account))


def name_beside(other: Campaign, campaign: Campaign) -> str:
    """Return the name of a campaign, in quotation marks, for whoever works on another.

    They may not know of a need-to-know topic that isn't their campaign's own.
    """
    if other.topic.is_restricted and other.topic_id != campaign.topic_id:
        return "Another email about this event"
    return f"“{other.name}”"


def visible_templates(account: Account) -> QuerySet[CampaignTemplate]:
    """Select the templates of topics that an account may know of."""
    return CampaignTemplate.objects.exclude(topic__in=hidden_topics(account))


def visible_events(account: Account) -> QuerySet[Event]:
    """Select the events that an account may know of.

    An event is hidden with its own topic. One without a topic that no public page shows is hidden
    where all its campaigns are. A campaign that may be known names its event.
    """
    hidden = hidden_topics(account)
    if not hidden:
        return Event.objects.all()
    announced = Campaign.objects.filter(event=OuterRef("pk"))
    by_campaigns_alone = Q(topic=None, is_public=False) & Q(
        Exists(announced.filter(topic__in=hidden))
    )
    return Event.objects.filter(
        ~(Q(topic__isnull=False, topic__in=hidden) | by_campaigns_alone)
        | Exists(announced.exclude(topic__in=hidden))
    )


def names_hidden_event(slug: str, account: Account) -> bool:
    """Return whether a slug is that of an event that an account may not know of."""
    if not hidden_topics(account):
        return False
    taken = Event.objects.filter(slug=slug)
    return taken.exists() and not visible_events(account).filter(slug=slug).exists()


def visible_deliveries(account: Account) -> QuerySet[Delivery]:
    """Select the deliveries of campaigns that an account may know of."""
    hidden = hidden_topics(account)
    rows = Delivery.objects.all()
    if not hidden:
        return rows
    return rows.exclude(campaign__in=Campaign.objects.filter(topic__in=hidden))


def visible_answers(event: Event, account: Account) -> QuerySet[Rsvp]:
    """Select the answers to an event of the people whom an account may know of.

    Args:
        event: one that the account may know of.
    """
    hidden = hidden_topics(account)
    if not hidden:
        return event.rsvps.all()
    of_subscriber = is_hidden_person(hidden, digest="subscriber__digest", subscriber="subscriber")
    of_guest = is_hidden_person(hidden, digest="digest")
    return event.rsvps.exclude(
        (Q(subscriber__isnull=False) & of_subscriber) | (Q(subscriber=None) & of_guest)
    )


def visible_calendar_mails(account: Account) -> QuerySet[CalendarMail]:
    """Select the emails from calendars of the people whom an account may know of.

    Of events, too, that it may not know of: those are the caller's to leave out.
    """
    hidden = hidden_topics(account)
    if not hidden:
        return CalendarMail.objects.all()
    of_subscriber = is_hidden_person(hidden, digest="subscriber__digest", subscriber="subscriber")
    of_sender = is_hidden_person(hidden, digest="sender_digest")
    return CalendarMail.objects.exclude(
        (Q(subscriber__isnull=False) & of_subscriber) | (Q(subscriber=None) & of_sender)
    )


def hidden_answers(event: Event, account: Account) -> frozenset[int]:
    """Return the ids of answers that `visible_answers` leaves out, to subtract them from a number.

    They are few, and found from the ties of hidden topics, not by asking of each answer. Somebody
    who has lost every tie, and is known by records alone, is left out of lists and counted here: a
    number doesn't name them. It is read once a request, as the hidden topics are.
    """
    hidden = hidden_topics(account)
    if not hidden:
        return frozenset()
    kept: dict[int, frozenset[int]] = account.__dict__.setdefault(_HIDDEN_ANSWERS, {})
    if event.pk not in kept:
        kept[event.pk] = frozenset(answers_of_people_of(hidden, event))
    return kept[event.pk]


def answers_of_people_of(hidden: Collection[int], event: Event) -> set[int]:
    """Return the ids of answers to an event of people who are known from some topics alone.

    Args:
        hidden: ids of need-to-know topics.
    """
    ties = Subscription.objects.filter(topic__in=hidden).values("subscriber")
    others = Subscription.objects.filter(subscriber=OuterRef("subscriber"))
    # Almost everybody has another tie, which a join tells of all; the rest is asked of few.
    people = event.rsvps.filter(subscriber__in=ties).exclude(
        Exists(others.exclude(topic__in=hidden))
    )
    found = set(people.values_list("pk", flat=True))
    alone = is_hidden_person(hidden, digest="subscriber__digest", subscriber="subscriber")
    guests = event.rsvps.exclude(digest="").filter(is_hidden_person(hidden, digest="digest"))
    return {
        *event.rsvps.filter(pk__in=found).filter(alone).values_list("pk", flat=True),
        *guests.values_list("pk", flat=True),
    }


def visible_messages(account: Account) -> QuerySet[TransactionalMessage]:
    """Select the single messages that an account may know of.

    Not those about a hidden topic, nor those to somebody who is hidden. A test email is about its
    campaign, whoever it went to; one whose topic isn't known may be about a hidden one.
    """
    hidden = hidden_topics(account)
    if not hidden:
        return TransactionalMessage.objects.all()
    return TransactionalMessage.objects.filter(_may_know_message(hidden))


def _may_know_message(hidden: Collection[int]) -> Q:
    of_another = Q(topic_id__isnull=False) & ~Q(topic_id__in=hidden)
    is_proof = Q(kind=PROOF)
    about_nothing_hidden = of_another | (Q(topic_id=None) & ~is_proof)
    return about_nothing_hidden & (is_proof | ~is_hidden_person(hidden, digest="digest"))


def visible_provider_events(account: Account) -> QuerySet[ProviderEvent]:
    """Select the provider events that an account may know of.

    Not those about a hidden delivery, message or person. One that names none of them may be about
    anything, as long as something is hidden.
    """
    hidden = hidden_topics(account)
    if not hidden:
        return ProviderEvent.objects.all()
    delivery = Delivery.objects.filter(pk=OuterRef("delivery_id"), campaign__topic__in=hidden)
    message = TransactionalMessage.objects.filter(pk=OuterRef("message_id"))
    unknown = Q(delivery_id=None, message_id=None, digest="")
    about_a_hidden_message = Exists(message) & ~Exists(message.filter(_may_know_message(hidden)))
    return ProviderEvent.objects.filter(
        ~unknown
        & ~Q(Exists(delivery))
        & ~Q(about_a_hidden_message)
        & ~is_hidden_person(hidden, digest="digest")
    )


def visible_provider_reports(account: Account) -> QuerySet[ProviderReport]:
    """Select the provider reports that an account may know of.

    Nobody has been able to read from them whom they are about.
    """
    rows = ProviderReport.objects.all()
    return rows.none() if hidden_topics(account) else rows
