"""Agreeing again: a follower of a topic agrees to the words of now, by a link in a campaign.

Campaigns are forwarded, so whoever presses the button may be somebody else. It changes nothing that
they get: it records words for a topic that is followed anyway, and the owner of the address is told
by email. It brings back nobody who has left.
"""

from datetime import datetime
from enum import StrEnum

from django.db import transaction

from newsletter.core.db.kept_query import KeptQuery
from subscribers.consent.confirm import is_of_earlier_address
from subscribers.consent.left_since import has_left_since
from subscribers.consent.mail import send_agreed_again
from subscribers.consent.records import Circumstances, record_consent
from subscribers.consent.wording_versions import AGREED, CurrentWording
from subscribers.evidence.signatures import text_hash
from subscribers.models import ConsentRecord, Subscriber, Subscription, Topic
from subscribers.states import ConsentAction, ConsentMethod, SubscriptionStatus
from subscribers.suppression.policy import may_receive_campaigns


class Agreement(StrEnum):
    """The result of agreeing again."""

    AGREED = "agreed"
    HAD_AGREED = "had_agreed"
    """To the same words, so nothing is recorded a second time."""
    LEFT = "left"
    """They follow the topic no more, or have since left and come back by themselves."""
    GONE = "gone"
    """Nobody has this id any more, or the address is another now."""


@transaction.atomic
def agree_again(
    subscriber_id: int,
    *,
    topic: Topic,
    wording: CurrentWording,
    asked_at: datetime,
    campaign_id: int,
    network: str = "",
) -> Agreement:
    """Record that a follower of `topic` agrees to words, and tell them by email.

    Args:
        wording: the words that stood beside the button.
        asked_at: when the link was made. An opt-out since then wins.
        campaign_id: the campaign with the link.
    """
    subscriber = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    stands = stand_of(subscriber, topic=topic, asked_at=asked_at)
    if subscriber is None or stands is not None:
        return stands or Agreement.GONE
    if _agreed_hash(subscriber.digest, topic) == wording.text_hash:
        return Agreement.HAD_AGREED
    record_consent(
        subscriber.digest,
        topic=topic,
        action=ConsentAction.AGREED_AGAIN,
        circumstances=Circumstances(
            method=ConsentMethod.MAIL_LINK,
            words=wording.text,
            language=wording.language,
            network=network,
            details={"campaign": campaign_id},
        ),
    )
    send_agreed_again(subscriber, topic=topic, words=wording.text)
    return Agreement.AGREED


def stand_of(
    subscriber: Subscriber | None, *, topic: Topic, asked_at: datetime
) -> Agreement | None:
    """Return why a link from `asked_at` can't be answered by this person; None where it can."""
    if subscriber is None or is_of_earlier_address(subscriber, asked_at):
        return Agreement.GONE
    if (
        not _FOLLOWS.rows(subscriber.pk, topic.pk)
        or has_left_since(subscriber.digest, asked_at, topic_id=topic.pk)
        or not may_receive_campaigns(subscriber.digest)
    ):
        return Agreement.LEFT
    return None


_FOLLOWS = KeptQuery(
    lambda subscriber, topic: Subscription.objects.filter(
        subscriber_id=subscriber, topic_id=topic, status=SubscriptionStatus.CONFIRMED
    ).only("pk"),
    values=2,
)


def _agreed_hash(digest: str, topic: Topic) -> str:
    agreed = ConsentRecord.objects.filter(digest=digest, topic=topic, action__in=AGREED)
    last = agreed.order_by("-id").select_related("wording").first()
    if last is None:
        return ""
    return last.wording.text_hash if last.wording else text_hash(last.former_words)
