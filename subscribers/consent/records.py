"""Transitions of subscriptions, each with its consent record in the same transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone

from newsletter.core.db.transition import transition
from subscribers.consent.consent_wording import language_of_words
from subscribers.consent.own_applications import withdraw_applications
from subscribers.evidence.keep_wording import keep_wording
from subscribers.evidence.write import write_record
from subscribers.models import ConsentRecord, ConsentWording, Subscriber, Subscription, Topic
from subscribers.opt_outs import journal
from subscribers.opt_outs.entry import Entry, EntryKind
from subscribers.states import (
    FORM_OF_METHOD,
    SUBSCRIPTION_TRANSITIONS,
    ConsentAction,
    ConsentMethod,
    SubscriptionStatus,
    WordingForm,
)

type Words = str | ConsentWording
"""Words that stood beside a button, or the wording that is kept of them already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """The circumstances of an act of consent, as a consent record keeps them."""

    method: ConsentMethod
    words: Words = ""
    language: str = ""
    network: str = ""
    details: Mapping[str, object] = field(default_factory=dict)
    answers: str = ""
    staff: str = ""


def record_consent(
    digest: str,
    *,
    topic: Topic,
    action: ConsentAction,
    circumstances: Circumstances,
    given_at: datetime | None = None,
) -> ConsentRecord:
    """Record one act of consent.

    Args:
        digest: the keyed digest of the person's address.
        given_at: when it happened, where that is not now.
    """
    return write_record(
        new_record(
            digest, topic=topic, action=action, circumstances=circumstances, given_at=given_at
        )
    )


def new_record(
    digest: str,
    *,
    topic: Topic,
    action: ConsentAction,
    circumstances: Circumstances,
    given_at: datetime | None = None,
) -> ConsentRecord:
    """Return the record of one act of consent, for a caller who writes several together."""
    return ConsentRecord(
        digest=digest,
        topic=topic,
        action=action,
        method=circumstances.method,
        wording=wording_of(circumstances, topic=topic),
        language=circumstances.language,
        network=circumstances.network,
        details=dict(circumstances.details),
        answers=circumstances.answers,
        staff=circumstances.staff,
        given_at=given_at or timezone.now(),
    )


def wording_of(
    circumstances: Circumstances, *, topic: Topic | None = None
) -> ConsentWording | None:
    """Return the kept wording of the words that stood beside the button; None where none did.

    Args:
        topic: about which they may be.
    """
    words = circumstances.words
    if isinstance(words, ConsentWording):
        return words
    form = FORM_OF_METHOD.get(circumstances.method, WordingForm.SIGN_UP)
    return keep_wording(words, form=form, language_of=partial(language_of_words, topic=topic))


@transaction.atomic
def transition_subscription(
    subscription: Subscription,
    to: SubscriptionStatus,
    *,
    action: ConsentAction,
    circumstances: Circumstances,
) -> bool:
    """Change the status of a subscription and record it.

    Args:
        subscription: with its topic; its status is brought up to date.

    Returns:
        Whether this call made the transition. Where it no longer applies, nothing is recorded.
    """
    now = timezone.now()
    # Whoever joins again begins a new membership, with an end of its own.
    over = {"member_until": None} if to is SubscriptionStatus.UNSUBSCRIBED else {}
    if not transition(
        Subscription.objects.filter(pk=subscription.pk),
        SUBSCRIPTION_TRANSITIONS,
        to,
        changed_at=now,
        **over,
    ):
        stands = (
            Subscription.objects.filter(pk=subscription.pk)
            .values_list("status", "changed_at")
            .first()
        )
        if stands is not None:
            # Otherwise the person was erased at this very moment, and nothing is left to change.
            subscription.status, subscription.changed_at = stands
        return False
    subscription.status, subscription.changed_at = to, now
    # Asked now that the row is held: the person may have changed their address at this very moment.
    # Or their record was merged, and the subscription is the other's now.
    digest = Subscriber.objects.values_list("digest", flat=True).get(subscriptions=subscription.pk)
    if to is SubscriptionStatus.UNSUBSCRIBED:
        entry = Entry(
            EntryKind.TOPIC,
            now,
            digest,
            subscription.topic.slug,
            circumstances.method,
        )
        journal.note([entry], now=now)
        if subscription.topic.is_moderated:
            withdraw_applications([subscription.pk])
    record_consent(
        digest,
        topic=subscription.topic,
        action=action,
        circumstances=circumstances,
        given_at=now,
    )
    return True


def words_agreed_to(digest: str, *, topic: Topic) -> Words:
    """Return the words that stood beside the button when the person last asked for the topic."""
    asked = ConsentRecord.objects.filter(digest=digest, topic=topic, action=ConsentAction.REQUESTED)
    last = asked.order_by("-id").select_related("wording").first()
    if last is None:
        return ""
    return last.wording or last.former_words
