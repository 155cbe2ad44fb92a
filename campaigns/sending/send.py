"""Sending: hand over one claim after another, each recipient by themselves, until none is planned or time is up."""

import logging
import time
from collections.abc import Mapping
from functools import cached_property

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from campaigns.content.values import RecipientValues
from campaigns.models import Campaign, CampaignContent, Delivery
from campaigns.sending.claim import Claim, claim
from campaigns.sending.control import pause
from campaigns.sending.settle import settle_surely
from newsletter.brand.current import current_brand
from newsletter.links import Purpose, make_token
from newsletter.models import Brand
from newsletter.rendering.merge import Splice, one_line
from newsletter.states import Stream
from newsletter.transport.envelope import OutgoingMessage, sender_of
from newsletter.transport.headers import bulk_headers, list_id, message_id
from newsletter.transport.mailers import hand_over
from newsletter.transport.outcomes import Outcome, Verdict
from subscribers.consent.urls_in_mail import preferences_url, unsubscribe_url
from subscribers.models import Subscription

logger = logging.getLogger(__name__)

SLICE = 10.0
"""Seconds after which a worker goes back to its queue, so that campaigns take turns and a shutdown waits shortly."""

DOUBTS = 2
"""Hand-overs of one claim without an answer, after which the mailer is given a rest: else one that is out of order would
put a whole campaign in doubt within minutes."""

LEASE_MARGIN = 0.25
"""Nothing is begun in this last part of a lease: a slow hand-over (23 s at most) must still be settled under it."""


def send_batch(campaign_id: int, *, seconds: float = SLICE) -> bool:
    """Claim, hand over and settle until no delivery is due or `seconds` have passed.

    Returns:
        Whether more may be due. False too where the mailer needs a rest: the clock wakes a worker after a while.
    """
    end = time.monotonic() + seconds
    letters = Letters(campaign_id)  # before the first claim: what fails here leaves no row in doubt
    if not letters.brand.may_send:
        pause(campaign_id, reason="The brand has no sender address or no postal address any more. Complete it, then resume.")
        return False
    while time.monotonic() < end:
        # Durable: the claim must be in the database before the first byte is on the wire, or a crash could send a second copy.
        with transaction.atomic(durable=True):
            claimed = claim(campaign_id, size=settings.SEND_BATCH_SIZE)
        if claimed.found_nothing or not _hand_over_and_settle(claimed, letters):
            return False
    return True


def _hand_over_and_settle(claimed: Claim, letters: "Letters") -> bool:
    outcomes: dict[int, Outcome] = {}
    try:
        return _hand_over_all(claimed, letters, outcomes)
    finally:
        # Whatever interrupts a worker that can still speak: what it knows goes into the ledger, the rest is given back.
        settle_surely(claimed, outcomes)


def _hand_over_all(claimed: Claim, letters: "Letters", outcomes: dict[int, Outcome]) -> bool:
    """Fill `outcomes` by delivery id. Deliveries that were not begun stay absent.

    Returns:
        Whether the mailer may be given more at once.
    """
    subscriptions = letters.subscriptions_of(claimed)
    doubts = 0
    for delivery in claimed.deliveries:
        if timezone.now() > claimed.lease_until - settings.CLAIM_LEASE * LEASE_MARGIN:
            logger.warning("Campaign %s: a batch outlasts its lease; the rest is given back", claimed.campaign_id)
            break
        message = _message(delivery, letters, subscriptions)
        if message is None:
            outcomes[delivery.pk] = Outcome(Verdict.REFUSED, reason="its letter could not be made; the log says why")
            continue
        outcomes[delivery.pk] = Outcome(Verdict.UNKNOWN, reason="the worker was interrupted during the hand-over")
        outcome = outcomes[delivery.pk] = hand_over(message, stream=Stream.BULK)
        doubts += outcome.verdict is Verdict.UNKNOWN
        if outcome.verdict is Verdict.MISCONFIGURED:
            pause(claimed.campaign_id, reason=f"The mailer refuses us: {outcome.reason}")
            return False
        if outcome.mailer_wide or doubts >= DOUBTS:
            logger.warning("Campaign %s: the mailer rests (%s)", claimed.campaign_id, outcome.reason)
            return False
    return True


def _message(delivery: Delivery, letters: "Letters", subscriptions: Mapping[int, int]) -> OutgoingMessage | None:
    """The recipient's letter; None where it can't be made: that must not hold up the others."""
    try:
        return letters.message_for(delivery, subscriptions)
    except (DatabaseError, SoftTimeLimitExceeded):
        # Says nothing about this recipient, who is given back with the rest.
        raise
    except Exception:
        logger.exception("Delivery %s: its letter could not be made", delivery.pk)
        return None


class Letters:
    """The letters of one campaign: rendered once per language, spliced per recipient."""

    def __init__(self, campaign_id: int) -> None:
        self.campaign = Campaign.objects.select_related("topic", "event").get(pk=campaign_id)
        self._contents = {
            content.language: _Spliced(content)
            for content in CampaignContent.objects.filter(campaign=self.campaign).exclude(rendered_at=None)
        }
        self._values = RecipientValues(self.campaign)
        self._list_id = list_id(self.campaign.topic.slug)

    @cached_property
    def brand(self) -> Brand:
        return current_brand()

    def subscriptions_of(self, claimed: Claim) -> dict[int, int]:
        """The id of each recipient's subscription, by subscriber: what the unsubscribe link is about."""
        subscribers = [delivery.subscriber_id for delivery in claimed.deliveries if delivery.subscriber_id is not None]
        rows = Subscription.objects.filter(topic_id=self.campaign.topic_id, subscriber_id__in=subscribers)
        return dict(rows.values_list("subscriber_id", "id"))

    def message_for(self, delivery: Delivery, subscriptions: Mapping[int, int]) -> OutgoingMessage:
        """The one message of one recipient. Only splicing: no template engine, no sanitising."""
        subscriber = delivery.subscriber
        if subscriber is None:
            raise LookupError("the subscriber was erased after the claim")
        content = self._contents[delivery.language]
        leave = unsubscribe_url(subscriptions[subscriber.pk], self.campaign.pk)
        values = self._values.of(
            subscriber, language=delivery.language, unsubscribe_url=leave, preferences_url=preferences_url(subscriber.pk)
        )
        ref = make_token(Purpose.DELIVERY, delivery.pk)
        sender = sender_of(self.brand)
        return OutgoingMessage(
            to=subscriber.email,
            to_name=one_line(subscriber.full_name),
            sender=sender.sender,
            sender_name=sender.sender_name,
            reply_to=sender.reply_to,
            subject=content.subject.fill(values, escape=False),
            html=content.html.fill(values, escape=True),
            text=content.text.fill(values, escape=False),
            headers=bulk_headers(
                unsubscribe_url=leave,
                list_id=self._list_id,
                list_name=self.campaign.topic.name,
                feedback_id=f"{self.campaign.pk}:{self.campaign.topic_id}:bulk:convene",
            ),
            ref=ref,
            message_id=message_id(ref),
        )


class _Spliced:
    """A rendered content, parsed once."""

    def __init__(self, content: CampaignContent) -> None:
        self.subject = Splice.parse(content.rendered_subject)
        self.html = Splice.parse(content.rendered_html)
        self.text = Splice.parse(content.rendered_text)
