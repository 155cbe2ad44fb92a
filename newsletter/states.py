"""States of the newsletter app's rows, and the transitions between them."""

from collections.abc import Mapping

from django.db.models import IntegerChoices, TextChoices

from newsletter.core.db.transition import Transitions


class MessageStatus(TextChoices):
    """A transactional message's state."""

    QUEUED = "queued", "Waiting"
    CLAIMED = "claimed", "Sending now"
    ACCEPTED = "accepted", "Accepted"
    FAILED = "failed", "Failed"
    SKIPPED = "skipped", "Skipped"
    UNCERTAIN = "uncertain", "Uncertain"


class Trust(IntegerChoices):
    """The trust that a message is awaited: of those that wait, the most trusted leaves first.

    A sign-up hands its own on to its answer. Nothing is dropped for little of it; what is to be
    dropped is stored with none, because not to store it would take less time.
    """

    NONE = -1, "Nothing is done for it"
    UNPROVEN = 0, "Past a limit, without proof of work"
    DOUBTFUL = 1, "Looks automated"
    USUAL = 2, "Usual"
    PROVEN = 3, "With proof of work"
    AWAITED = 4, "Asked for by somebody known"


MESSAGE_KINDS: Mapping[str, str] = {
    "confirmation": "Confirmation",
    "import_question": "Question to imported people",
    "welcome": "Welcome",
    "already_subscribed": "Already subscribed",
    "application_confirmation": "Confirmation of an application",
    "already_applied": "Already applied",
    "application_accepted": "Application accepted",
    "application_declined": "Application declined",
    "application_question": "Question about an application",
    "topic_invitation": "Invitation to a topic",
    "rsvp_confirmation": "Confirmation of an answer",
    "rsvp_joining_details": "Joining details of a guest",
    "rsvp_event_changed": "Change of an event, about an answer",
    "rsvp_link": "Link to answers",
    "rsvp_place_offered": "Place offered",
    "rsvp_place_lapsed": "Offer of a place ended",
    "rsvp_delegate": "Notice to a delegate",
    "archive_link": "Link to emails for subscribers",
    "agreed_again": "Receipt of a new consent",
    "preferences_link": "Preferences link",
    "address_check": "Answer whether we know an address",
    "address_link": "Link to change address",
    "new_address": "New address",
    "address_changed": "Address changed",
    "download_link": "Link to download data",
    "erase_link": "Link to erase data",
    "erased": "Data erased",
    "proof": "Test email",
    "staff_invitation": "Staff invitation",
    "staff_password": "Link for a staff password",
    "staff_new_device": "New sign-in of a staff account",
    "staff_account_changed": "Staff account changed",
    "staff_approve_again": "Campaigns to approve again",
    "staff_approval_lapsed": "Approval that no longer counts",
    "staff_not_sent": "Scheduled campaign that is not sent",
    "staff_start_moved": "Scheduled campaign whose start moved",
    "staff_review_requested": "Request to review a campaign",
    "staff_review_withdrawn": "Review no longer needed",
    "staff_review_decided": "Campaign reviewed",
    "staff_topic_granted": "Need-to-know topic granted",
    "staff_sending_paused": "Sending paused automatically",
}
"""Kinds of transactional messages → words for staff."""

MESSAGE_TRANSITIONS: Transitions = {
    MessageStatus.CLAIMED: frozenset({MessageStatus.QUEUED}),
    MessageStatus.QUEUED: frozenset({MessageStatus.CLAIMED, MessageStatus.UNCERTAIN}),
    # The last from queued: the message is to be tried again, and a provider reports the fate of an
    # earlier attempt.
    MessageStatus.ACCEPTED: frozenset(
        {MessageStatus.CLAIMED, MessageStatus.UNCERTAIN, MessageStatus.FAILED, MessageStatus.QUEUED}
    ),
    MessageStatus.FAILED: frozenset(
        {
            MessageStatus.CLAIMED,
            MessageStatus.UNCERTAIN,
            MessageStatus.ACCEPTED,
            MessageStatus.QUEUED,
        }
    ),
    MessageStatus.SKIPPED: frozenset({MessageStatus.QUEUED, MessageStatus.CLAIMED}),
    MessageStatus.UNCERTAIN: frozenset({MessageStatus.CLAIMED}),
}

RESTORED_TRANSITIONS: Transitions = {
    MessageStatus.UNCERTAIN: frozenset({MessageStatus.CLAIMED, MessageStatus.QUEUED})
}
"""What waited when a backup was made may have left since. A table of its own: nothing else puts in
doubt what waits.
"""

SEND_AGAIN_TRANSITIONS: Transitions = {
    MessageStatus.QUEUED: frozenset({MessageStatus.FAILED, MessageStatus.UNCERTAIN})
}
"""A person sends a message again. A table of its own: nothing else takes up again what has failed.
"""


class Stream(TextChoices):
    """The kind of mail: single messages or campaigns. Bulk can't delay a confirmation."""

    TRANSACTIONAL = "transactional", "Transactional"
    BULK = "bulk", "Campaign"


class BounceClass(TextChoices):
    """The meaning of a bounce (RFC 3463).

    Hard counts against the address, soft may pass, block is about us.
    """

    HARD = "hard", "Hard"
    SOFT = "soft", "Soft"
    BLOCK = "block", "Block"


class ProviderEventKind(TextChoices):
    """The kind of a provider event."""

    ACCEPTED = "accepted", "Accepted by the provider"
    DELIVERED = "delivered", "Delivered"
    BOUNCED = "bounced", "Bounced"
    DEFERRED = "deferred", "Deferred"
    COMPLAINED = "complained", "Reported as spam"
    UNSUBSCRIBED = "unsubscribed", "Unsubscribed"
    REJECTED = "rejected", "Rejected by the provider"
    AUTORESPONDED = "autoresponded", "Automatic reply"
    OTHER = "other", "Something else"
