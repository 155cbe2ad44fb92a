"""States and moves of the newsletter app's rows."""

from django.db.models import TextChoices

from newsletter.lifecycle import Moves


class MessageStatus(TextChoices):
    """A transactional message's state."""

    QUEUED = "queued", "Queued"
    CLAIMED = "claimed", "Being handed over"
    ACCEPTED = "accepted", "Accepted"
    FAILED = "failed", "Failed"
    SKIPPED = "skipped", "Skipped"
    UNCERTAIN = "uncertain", "Uncertain"


MESSAGE_MOVES: Moves = {
    MessageStatus.CLAIMED: frozenset({MessageStatus.QUEUED}),
    MessageStatus.QUEUED: frozenset({MessageStatus.CLAIMED, MessageStatus.UNCERTAIN}),
    MessageStatus.ACCEPTED: frozenset({MessageStatus.CLAIMED, MessageStatus.UNCERTAIN}),
    MessageStatus.FAILED: frozenset({MessageStatus.CLAIMED, MessageStatus.UNCERTAIN}),
    MessageStatus.SKIPPED: frozenset({MessageStatus.QUEUED, MessageStatus.CLAIMED}),
    MessageStatus.UNCERTAIN: frozenset({MessageStatus.CLAIMED}),
}


class Stream(TextChoices):
    """Which of the two ways out a message takes, so that bulk can't delay a confirmation."""

    TRANSACTIONAL = "transactional", "Transactional"
    BULK = "bulk", "Bulk"


class BounceClass(TextChoices):
    """What a bounce says (RFC 3463): hard counts against the address, soft may pass, block is about us."""

    HARD = "hard", "Hard"
    SOFT = "soft", "Soft"
    BLOCK = "block", "Block"


class EventKind(TextChoices):
    """What a provider event says."""

    ACCEPTED = "accepted", "Taken by the provider"
    DELIVERED = "delivered", "Delivered"
    BOUNCED = "bounced", "Bounced"
    DEFERRED = "deferred", "Deferred"
    COMPLAINED = "complained", "Complained"
    UNSUBSCRIBED = "unsubscribed", "Unsubscribed"
    REJECTED = "rejected", "Not sent by the provider"
    AUTORESPONDED = "autoresponded", "Automatic reply"
    OTHER = "other", "Something else"
