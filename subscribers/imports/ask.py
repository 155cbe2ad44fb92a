"""Asking imported people once if they want to go on getting email: re-permission.

An import with re-permission leaves a pending subscription and a question for each person. The clock
sends the questions, a few at a time, so that a list of thousands never holds up the confirmations
of people who sign up.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from newsletter.models import TransactionalMessage
from newsletter.states import MessageStatus
from subscribers.consent.mail import IMPORT_QUESTION, send_import_question
from subscribers.models import ImportQuestion, Subscription
from subscribers.states import SubscriptionStatus

AT_ONCE = 100
"""Questions of one round. The clock begins one every ten seconds."""
MOST_WAITING = 50
"""Questions that may wait in the outbox when a round begins: mail that leaves slowly, or not at
all, doesn't pile up behind it."""
ASK_LATER = timedelta(hours=24)


def ask_imported(*, at_once: int = AT_ONCE) -> int:
    """Queue the next questions.

    Args:
        at_once: questions at most.

    Returns:
        How many emails were queued.
    """
    waiting = TransactionalMessage.objects.filter(
        kind=IMPORT_QUESTION, status__in=[MessageStatus.QUEUED, MessageStatus.CLAIMED]
    )
    if waiting[: MOST_WAITING + 1].count() > MOST_WAITING:
        return 0
    due = ImportQuestion.objects.filter(
        Q(not_before=None) | Q(not_before__lte=timezone.now()), asked_at=None
    )
    ids = list(due.order_by("pk").values_list("pk", flat=True)[:at_once])
    return sum(_ask(question_id) for question_id in ids)


@transaction.atomic
def _ask(question_id: int) -> bool:
    """Ask one person, in a transaction of their own, so that one who fails holds up nobody."""
    question = (
        ImportQuestion.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("topic")
        .filter(pk=question_id, asked_at=None)
        .first()
    )
    if question is None:
        return False
    now = timezone.now()
    pending = Subscription.objects.filter(
        topic_id=question.topic_id,
        subscriber__digest=question.digest,
        status=SubscriptionStatus.PENDING,
    )
    # Locked as for a sign-up: of two who ask at once, the second finds the first one's email.
    subscription = pending.select_related("subscriber").select_for_update().first()
    if subscription is None:
        # They have answered by themselves, left, or were erased.
        question.asked_at = now
        question.save(update_fields=["asked_at"])
        return False
    if send_import_question(subscription.subscriber, topic=question.topic) is None:
        question.not_before = now + ASK_LATER
        question.save(update_fields=["not_before"])
        return False
    question.asked_at = now
    question.save(update_fields=["asked_at"])
    # The time to answer begins now, and not with the import.
    pending.filter(pk=subscription.pk).update(changed_at=now)
    return True
