"""Bounces of mailboxes to which our message was forwarded.

They name our token, and an address that we never wrote to.
"""

from newsletter.models import ProviderEvent
from newsletter.states import BounceClass, ProviderEventKind
from newsletter.webhooks.store import MAILBOX

_AT_MOST_SOFT = {BounceClass.HARD: BounceClass.SOFT}


def class_for(event: ProviderEvent, digest: str) -> str | None:
    """Return the bounce class that an event has for the mailbox that we wrote to.

    A bounce by mail that speaks of another address, or of none that we can read, is about the
    target of a forwarding: the message didn't arrive, but the mailbox itself isn't dead, so hard is
    soft for it. A provider's own report speaks only of the recipient that it was given.

    Args:
        event: one whose token names the message to this mailbox.
        digest: of the mailbox; empty where it isn't known any more.

    Returns:
        The class; empty where the event is no bounce. None where the event says nothing of this
        mailbox.
    """
    by_mail = event.provider == MAILBOX and event.kind == ProviderEventKind.BOUNCED
    # A target without an address of its own, such as root@localhost, is known to its host alone.
    if event.digest == digest or not digest or (not event.digest and not by_mail):
        return event.bounce_class
    if by_mail:
        return (
            _AT_MOST_SOFT.get(BounceClass(event.bounce_class), event.bounce_class)
            if event.bounce_class
            else ""
        )
    return None
