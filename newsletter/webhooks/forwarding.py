"""Bounces of mailboxes to which ours was forwarded: they name our token, and an address that we
never wrote to."""

from newsletter.models import ProviderEvent
from newsletter.states import BounceClass, EventKind
from newsletter.webhooks.store import MAILBOX

_AT_MOST_SOFT = {BounceClass.HARD: BounceClass.SOFT}


def class_for(event: ProviderEvent, digest: str) -> str | None:
    """The bounce class that an event has for the mailbox to which what its token names was sent.

    A bounce by mail that speaks of another address, or of none that we can read, is about the
    target of a forwarding: what was sent didn't arrive, but the mailbox itself isn't dead, so hard
    is soft for it. A provider's own report speaks of nobody but whom it was given.

    Args:
        digest: of the mailbox; empty where it isn't known any more.

    Returns: The class; empty where the event is no bounce. None where the event says nothing of
    this mailbox.
    """
    by_mail = event.provider == MAILBOX and event.kind == EventKind.BOUNCED
    # Whom a report names by no address, such as root@localhost, only the host knows that was
    # forwarded to.
    if event.digest == digest or not digest or (not event.digest and not by_mail):
        return event.bounce_class
    if by_mail:
        return (
            _AT_MOST_SOFT.get(BounceClass(event.bounce_class), event.bounce_class)
            if event.bounce_class
            else ""
        )
    return None
