"""The email that invites somebody to follow a topic."""

from newsletter.brand.current import current_brand
from newsletter.models import TransactionalMessage
from newsletter.outbox.queue import queue_message
from newsletter.rendering.notices import render_notice
from subscribers.consent.urls_in_mail import invitation_url, never_again_url
from subscribers.models import TopicInvitation


def send_invitation(invitation: TopicInvitation) -> TransactionalMessage:
    """Invite the owner of an address, who need not be known.

    The caller has looked whether they may be written to.
    """
    topic = invitation.topic
    context = {
        "topic": topic.text_in(invitation.language, "name"),
        "description": topic.text_in(invitation.language, "description"),
        "invitation_url": invitation_url(invitation.pk),
        "never_again_url": never_again_url(invitation.digest),
        "language": invitation.language,
    }
    rendered = render_notice("topic_invitation", context, brand=current_brand())
    return queue_message(
        "topic_invitation", to=invitation.email, rendered=rendered, topic_id=topic.pk
    )
