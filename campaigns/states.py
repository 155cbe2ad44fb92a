"""States and transitions of campaigns and deliveries."""

from django.db.models import TextChoices

from newsletter.core.db.transition import Transitions


class CampaignStatus(TextChoices):
    """The state of a campaign, from its draft to its end."""

    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    APPROVED = "approved", "Approved"
    SCHEDULED = "scheduled", "Scheduled"
    SENDING = "sending", "Sending"
    PAUSED = "paused", "Paused"
    SENT = "sent", "Sent"
    CANCELLED = "cancelled", "Cancelled"


class CampaignKind(TextChoices):
    """The purpose of a campaign."""

    ANNOUNCEMENT = "announcement", "Announcement"
    # To those alone who agreed to an earlier wording. See campaigns/audience/asked_again.py.
    CONSENT = "consent", "Asks people to agree again"
    # To those alone who were told what was before. See campaigns/content/draft_update.py.
    UPDATE = "update", "Tells of a change of an event"
    CANCELLATION = "cancellation", "Tells that an event is cancelled"
    NEW_LINK = "new_link", "Tells of another way to join"


TELLS_OF_CHANGE = frozenset({CampaignKind.UPDATE, CampaignKind.CANCELLATION, CampaignKind.NEW_LINK})
"""Kinds whose topic, event and audience are those of the change."""


CAMPAIGN_TRANSITIONS: Transitions = {
    # An edit of content or audience takes an approved or scheduled campaign back to draft.
    CampaignStatus.DRAFT: frozenset(
        {CampaignStatus.IN_REVIEW, CampaignStatus.APPROVED, CampaignStatus.SCHEDULED}
    ),
    CampaignStatus.IN_REVIEW: frozenset({CampaignStatus.DRAFT}),
    CampaignStatus.APPROVED: frozenset({CampaignStatus.DRAFT, CampaignStatus.IN_REVIEW}),
    CampaignStatus.SCHEDULED: frozenset({CampaignStatus.APPROVED}),
    CampaignStatus.SENDING: frozenset({CampaignStatus.SCHEDULED, CampaignStatus.PAUSED}),
    CampaignStatus.PAUSED: frozenset({CampaignStatus.SENDING}),
    CampaignStatus.SENT: frozenset({CampaignStatus.SENDING}),
    CampaignStatus.CANCELLED: frozenset(
        {
            CampaignStatus.DRAFT,
            CampaignStatus.IN_REVIEW,
            CampaignStatus.APPROVED,
            CampaignStatus.SCHEDULED,
            CampaignStatus.SENDING,
            CampaignStatus.PAUSED,
        }
    ),
}

UNDO_TRANSITIONS: Transitions = {CampaignStatus.APPROVED: frozenset({CampaignStatus.SCHEDULED})}
"""Undoing a launch before its time.

It has a table of its own, so that an approval never unschedules a campaign.
"""

REOPEN_TRANSITIONS: Transitions = {CampaignStatus.SENDING: frozenset({CampaignStatus.SENT})}
"""Reopening a finished campaign, which happens when staff decide that a delivery was not sent."""

STOP_REOPENED_TRANSITIONS: Transitions = {
    CampaignStatus.SENDING: frozenset({CampaignStatus.SENDING, CampaignStatus.PAUSED})
}
"""Stopping a campaign that had finished before it was reopened: it only finishes once more."""

EDITABLE = frozenset(
    {
        CampaignStatus.DRAFT,
        CampaignStatus.IN_REVIEW,
        CampaignStatus.APPROVED,
        CampaignStatus.SCHEDULED,
    }
)
"""States in which content and audience may change, because no audience has been frozen yet.

A change takes the campaign back to draft.
"""

READY = frozenset({CampaignStatus.APPROVED, CampaignStatus.SCHEDULED})
"""States in which an approval stands."""

UNDER_WAY = frozenset({CampaignStatus.SENDING, CampaignStatus.PAUSED})
"""States in which an audience is frozen, and not everybody in it has been written to."""

LAUNCHED = UNDER_WAY | {CampaignStatus.SENT}

MOVING = UNDER_WAY | {CampaignStatus.SCHEDULED}
"""States between the launch and its end. What changes by itself is seen anew: pages refresh."""

ENDED = frozenset({CampaignStatus.SENT, CampaignStatus.CANCELLED})
"""States after which nothing is sent any more."""


class DeliveryStatus(TextChoices):
    """The state of one recipient's row in the ledger."""

    PLANNED = "planned", "Waiting"
    CLAIMED = "claimed", "Sending now"
    ACCEPTED = "accepted", "Accepted"
    DELIVERED = "delivered", "Delivered"
    BOUNCED = "bounced", "Bounced"
    FAILED = "failed", "Failed"
    SKIPPED = "skipped", "Skipped"
    UNCERTAIN = "uncertain", "Uncertain"


DELIVERY_TRANSITIONS: Transitions = {
    DeliveryStatus.CLAIMED: frozenset({DeliveryStatus.PLANNED}),
    # From uncertain: it turned out that dispatch had not begun, and the campaign has been
    # cancelled meanwhile.
    DeliveryStatus.SKIPPED: frozenset(
        {DeliveryStatus.PLANNED, DeliveryStatus.CLAIMED, DeliveryStatus.UNCERTAIN}
    ),
    # Accepted, delivered and bounced from planned: the delivery waits for another attempt, and the
    # provider reports that an earlier one had reached it.
    DeliveryStatus.ACCEPTED: frozenset(
        {DeliveryStatus.CLAIMED, DeliveryStatus.UNCERTAIN, DeliveryStatus.PLANNED}
    ),
    DeliveryStatus.PLANNED: frozenset({DeliveryStatus.CLAIMED, DeliveryStatus.UNCERTAIN}),
    DeliveryStatus.FAILED: frozenset({DeliveryStatus.CLAIMED, DeliveryStatus.UNCERTAIN}),
    # From planned: the delivery could be repeated under its idempotency key, and the time for that
    # is over.
    DeliveryStatus.UNCERTAIN: frozenset({DeliveryStatus.CLAIMED, DeliveryStatus.PLANNED}),
    DeliveryStatus.DELIVERED: frozenset(
        {
            DeliveryStatus.ACCEPTED,
            DeliveryStatus.UNCERTAIN,
            DeliveryStatus.FAILED,
            DeliveryStatus.PLANNED,
        }
    ),
    DeliveryStatus.BOUNCED: frozenset(
        {
            DeliveryStatus.ACCEPTED,
            DeliveryStatus.UNCERTAIN,
            DeliveryStatus.DELIVERED,
            DeliveryStatus.FAILED,
            DeliveryStatus.PLANNED,
        }
    ),
}

RETRY_TRANSITIONS: Transitions = {DeliveryStatus.PLANNED: frozenset({DeliveryStatus.FAILED})}
"""Trying once more to send what failed for a passing reason, because a person says so.

It has a table of its own, so that nothing else takes up again what has failed.
"""

FOUND_TRANSITIONS: Transitions = {DeliveryStatus.ACCEPTED: frozenset({DeliveryStatus.FAILED})}
"""Finding after a restore that what had failed at the backup was tried again since, and accepted.

It has a table of its own, because nothing but a mail server's word says so.
"""

OPEN = frozenset({DeliveryStatus.PLANNED, DeliveryStatus.CLAIMED})
"""States that keep a campaign from being finished."""

REACHED_NOBODY = (DeliveryStatus.SKIPPED, DeliveryStatus.FAILED, DeliveryStatus.BOUNCED)
"""States of deliveries that reached nobody, and won't. One in doubt may have.

Whoever is told by another email or a message of their own isn't told twice. An address that doesn't
exist is suppressed, and gets neither.
"""

NOTEWORTHY = (
    DeliveryStatus.BOUNCED,
    DeliveryStatus.FAILED,
    DeliveryStatus.SKIPPED,
    DeliveryStatus.UNCERTAIN,
)
"""States of deliveries that staff may have to look at."""


class Fact(TextChoices):
    """A fact beside a delivery's status that the guard counts."""

    COMPLAINED = "complained", "Reported as spam"
    HARD_BOUNCE = "hard_bounce", "Mailbox does not exist"
    BLOCKED = "blocked", "Refused by policy or reputation"
    # Not counted with the others: the tally of failed deliveries has them. Its row keeps how many
    # they were when the guard stopped the campaign.
    FAILED = "failed", "Failed"


class Counted(TextChoices):
    """The things that are counted of a campaign's deliveries, minute by minute.

    The first six are what came of an attempt, by the minute in which it was settled. Delivered and
    bounced are counted in the minute in which the report was processed; delivered only where a
    provider's webhook says so, as a mail server's note about one email says nothing of the others
    (see `guard.reported`). The last three are the guard's facts, in the minute in which their
    delivery was settled: so a rate compares emails with what became of those very emails, however
    late it is reported.
    """

    ACCEPTED = "accepted", "Accepted"
    FAILED = "failed", "Failed"
    LATER = "later", "Will be tried again"
    MISCONFIGURED = "misconfigured", "Our settings were rejected"
    UNCERTAIN = "uncertain", "Uncertain"
    SKIPPED = "skipped", "Skipped"
    DELIVERED = "delivered", "Delivered"
    BOUNCED = "bounced", "Bounced"
    COMPLAINED = "complained", "Reported as spam"
    HARD_BOUNCE = "hard_bounce", "Mailbox does not exist"
    BLOCKED = "blocked", "Refused by policy or reputation"


ATTEMPTED = frozenset({Counted.ACCEPTED, Counted.FAILED, Counted.UNCERTAIN})
"""These end an attempt to send one email, for good."""

DONE = ATTEMPTED | {Counted.SKIPPED}
"""After these a delivery waits no more, so they say how fast a campaign goes on."""


class CampaignStep(TextChoices):
    """The step of an event's series that a campaign is."""

    NONE = "", "None"
    SAVE_THE_DATE = "save_the_date", "Save the date"
    INVITATION = "invitation", "Invitation"
    REMINDER = "reminder", "Reminder"
    DETAILS_DAY = "details_day", "Joining details, a day before"
    DETAILS_HOUR = "details_hour", "Joining details, an hour before"
    FOLLOW_UP_CAME = "follow_up_came", "Follow-up to people who came"
    FOLLOW_UP_MISSED = "follow_up_missed", "Follow-up to people who didn’t come"


REPEATED_STEPS = (CampaignStep.REMINDER, CampaignStep.DETAILS_DAY, CampaignStep.DETAILS_HOUR)
"""Steps that are for one date of their event, and go out again for another. Nobody gets any other
step twice."""


class AudienceRule(TextChoices):
    """The answer to an event's invitation that the recipients of a campaign about it have given."""

    NONE = "", "Everybody, whatever they answered"
    ACCEPTED = "accepted", "People who come"
    NO_ANSWER = "no_answer", "People who haven’t answered yet"
    WAITING = "waiting", "People on the waiting list"
    CAME = "came", "People who came"
    DID_NOT_COME = "did_not_come", "People who had accepted and didn’t come"
    HOLDERS = "holders", "People who got the event for their calendar, or may come"
    HAS_LINK = "has_link", "People who got the meeting link, or come"


LEAVES_AT_ONCE = (CampaignStep.DETAILS_DAY, CampaignStep.DETAILS_HOUR)
"""Steps that count the time to the event, so that no local hour suits them."""


SHOWS_WAY_IN = frozenset({AudienceRule.ACCEPTED, AudienceRule.HAS_LINK})
"""Rules of campaigns whose event card says how to join: nobody else gets them."""


class SkipReason(TextChoices):
    """The reason why a delivery was skipped."""

    UNSUBSCRIBED = "unsubscribed", "Unsubscribed before sending"
    SUPPRESSED = "suppressed", "Suppressed"
    ERASED = "erased", "Erased"
    CANCELLED = "cancelled", "Sending was stopped"
    TERM_ENDED = "term_ended", "Membership ended"
    PAUSED = "paused", "Paused by the recipient"
    DISCREET = "discreet", "In discreet mode, whose emails hold no personal link"
    ANSWERED = "answered", "Answered meanwhile"
    NO_LONGER_FITS = "no_longer_fits", "No longer in the audience"
    HOUR_PASSED = "hour_passed", "The chosen local hour had passed"
    MERGED = "merged", "Their other record was in it, too"


class LateRecipients(TextChoices):
    """The choice for recipients at whose place the chosen hour has passed when sending starts."""

    NOW = "now", "Send it to them at once"
    NEXT_DAY = "next_day", "Send it to them at that hour of the next day"
    SKIP = "skip", "Don’t send it to them"


class VersionReason(TextChoices):
    """The reason why a version of a campaign's content stays."""

    NAMED = "named", "Named"
    SUBMITTED = "submitted", "Submitted for review"
    APPROVED = "approved", "Approved"
    SCHEDULED = "scheduled", "Scheduled"
    REPLACED = "replaced", "Before it was replaced"
