"""Accepting an invitation: the owner of the address presses the button behind its link."""

from django.db import transaction
from django.utils import timezone

from newsletter.core.db.kept_query import KeptQuery
from newsletter.core.db.transition import transition
from subscribers.consent.consent_wording import invitation_words
from subscribers.consent.left_since import has_left_since
from subscribers.consent.mail import send_welcome
from subscribers.consent.records import Circumstances, transition_subscription
from subscribers.consent.subscribe import ask_for, locked_subscriber
from subscribers.models import Application, Topic, TopicInvitation
from subscribers.states import (
    APPLICATION_TRANSITIONS,
    ApplicationStatus,
    ConsentAction,
    ConsentMethod,
    SubscriptionStatus,
)
from subscribers.suppression.policy import lift_by_opt_in, may_receive_notices

_INVITATION = KeptQuery(lambda pk: TopicInvitation.objects.filter(pk=pk), values=1)


def open_invitation(invitation_id: int) -> TopicInvitation | None:
    """Return an invitation that can be accepted; None where it was, has ended or is gone.

    An opt-out since it was sent ends it, too, even one that was taken back: an old email brings
    nobody back.
    """
    invitation = _INVITATION.first(invitation_id)
    is_open = (
        invitation is not None
        and invitation.is_open(timezone.now())
        and may_receive_notices(invitation.digest)
        and not has_left_since(
            invitation.digest, invitation.created_at, topic_id=invitation.topic_id
        )
    )
    return invitation if is_open else None


@transaction.atomic
def accept_invitation(invitation_id: int, *, network: str = "") -> Topic | None:
    """Let the owner of the address follow the topic, and return it.

    Staff have invited them, so nobody reviews it where the topic is moderated.

    Returns:
        None where `open_invitation` returns None.
    """
    invitation = open_invitation(invitation_id)
    if invitation is None:
        return None
    topic = invitation.topic
    subscriber = locked_subscriber(invitation.email, invitation.digest)
    # Asked anew, because whoever held the lock may have left by it.
    if open_invitation(invitation_id) is None:
        return None
    # Of two clicks at once, the second has waited for the lock and finds it accepted.
    accepted = TopicInvitation.objects.filter(pk=invitation_id, accepted_at=None)
    if not accepted.update(accepted_at=timezone.now()):
        return None
    circumstances = Circumstances(
        method=ConsentMethod.MAIL_LINK,
        words=invitation_words(topic),
        language=invitation.language,
        network=network,
        staff=invitation.invited_by,
    )
    is_new = not subscriber.subscriptions.exists()
    subscription = ask_for(subscriber, topic, circumstances)
    transition_subscription(
        subscription,
        SubscriptionStatus.CONFIRMED,
        action=ConsentAction.CONFIRMED,
        circumstances=circumstances,
    )
    transition(
        Application.objects.filter(subscription=subscription),
        APPLICATION_TRANSITIONS,
        ApplicationStatus.ACCEPTED,
        decided_at=timezone.now(),
        decided_by=invitation.invited_by,
    )
    if is_new:
        subscriber.language = invitation.language
        subscriber.save(update_fields=["language", "updated_at"])
    lift_by_opt_in(subscriber.digest)
    send_welcome(subscriber, topics=[topic])
    return topic
