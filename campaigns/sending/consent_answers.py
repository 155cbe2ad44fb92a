"""Answers to a campaign that asks for consent: agreeing to the words of now, or leaving."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from campaigns.models import Campaign, Delivery
from campaigns.states import CampaignKind
from subscribers.consent.agree_again import Agreement, agree_again, stand_of
from subscribers.consent.unsubscribe import unsubscribe
from subscribers.consent.wording_versions import CurrentWording
from subscribers.models import Subscriber, Subscription
from subscribers.states import ConsentMethod


@dataclass(frozen=True, slots=True)
class Question:
    """The question to one recipient.

    Args:
        language: of their email.
    """

    delivery_id: int
    campaign: Campaign
    subscriber: Subscriber
    asked_at: datetime
    language: str

    @property
    def stand(self) -> Agreement | None:
        """Why it can't be answered any more; None where it can."""
        return stand_of(self.subscriber, topic=self.campaign.topic, asked_at=self.asked_at)


def question_of(delivery_id: int) -> Question | None:
    """Return what the recipient of a delivery was asked, if they are known still."""
    asked = Delivery.objects.filter(
        pk=delivery_id, campaign__kind=CampaignKind.CONSENT, subscriber__isnull=False
    )
    delivery = asked.select_related("campaign__topic", "subscriber__merged_into").first()
    if delivery is None or delivery.subscriber is None or delivery.campaign.launched_at is None:
        return None
    return Question(
        delivery.pk,
        delivery.campaign,
        delivery.subscriber.merged_into or delivery.subscriber,
        delivery.campaign.launched_at,
        delivery.language,
    )


@transaction.atomic
def agree(question: Question, *, wording: CurrentWording, network: str) -> Agreement:
    """Record that a recipient agrees, also for the report of the campaign."""
    agreement = agree_again(
        question.subscriber.pk,
        topic=question.campaign.topic,
        wording=wording,
        asked_at=question.asked_at,
        campaign_id=question.campaign.pk,
        network=network,
    )
    if agreement in (Agreement.AGREED, Agreement.HAD_AGREED):
        answered = Delivery.objects.filter(pk=question.delivery_id, agreed_at=None)
        answered.update(agreed_at=timezone.now())
    return agreement


def leave(question: Question, *, network: str) -> None:
    """Unsubscribe a recipient from the topic, as the link to unsubscribe does."""
    tie = Subscription.objects.filter(
        subscriber=question.subscriber, topic=question.campaign.topic
    ).first()
    unsubscribe(
        tie.pk if tie else 0,
        method=ConsentMethod.MAIL_LINK,
        network=network,
        campaign_id=question.campaign.pk,
    )
