"""Inviting somebody to follow a topic. They follow nothing until they accept."""

from django.contrib.auth.models import User
from django.db import transaction

from newsletter.audit.record import record
from newsletter.core.addresses import address_digest
from subscribers.audit_actions import InvitationAction
from subscribers.invitations.mail import send_invitation
from subscribers.models import ConsentRecord, Subscription, Topic, TopicInvitation
from subscribers.states import FOLLOWED, LAST_WORDS, ConsentAction, SubscriptionStatus
from subscribers.suppression.policy import may_receive_campaigns


@transaction.atomic
def invite(topic: Topic, email: str, *, language: str, by: User) -> TopicInvitation | None:
    """Mail an invitation, unless its owner follows the topic, has opted out, or had one lately.

    An invitation is no answer to anything, so whoever wants no campaigns gets none. Staff are told
    the same in each case, and have the same row in their list: they may not know the person.

    Args:
        email: as `parse_address` returned it.
        language: a tag; of the email.

    Returns:
        The invitation; None where none was mailed.
    """
    digest = address_digest(email)
    record(InvitationAction.INVITED, topic, label=f"topic “{topic.name}”", topic_id=topic.pk)
    is_welcome = may_receive_campaigns(digest) and not _follows_or_has_left(topic, digest)
    invitation, is_new = TopicInvitation.objects.get_or_create(
        topic=topic,
        digest=digest,
        defaults={
            "email": email,
            "language": language,
            "invited_by": by.get_username(),
            "is_mailed": is_welcome,
        },
    )
    if not is_new or not is_welcome:
        return None
    send_invitation(invitation)
    return invitation


def _follows_or_has_left(topic: Topic, digest: str) -> bool:
    ties = Subscription.objects.filter(
        topic=topic,
        subscriber__digest=digest,
        status__in=[*FOLLOWED, SubscriptionStatus.UNSUBSCRIBED],
    )
    words = ConsentRecord.objects.filter(topic=topic, digest=digest, action__in=LAST_WORDS)
    last = words.order_by("-pk").first()
    return ties.exists() or (last is not None and last.action == ConsentAction.UNSUBSCRIBED)
