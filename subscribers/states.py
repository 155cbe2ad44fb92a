"""States of subscriptions and the transitions between them; reasons and scopes of suppressions."""

from django.db.models import TextChoices

from newsletter.core.db.transition import Transitions


class SubscriptionStatus(TextChoices):
    PENDING = "pending", "Pending"
    AWAITING_REVIEW = "awaiting_review", "Awaiting review"
    CONFIRMED = "confirmed", "Confirmed"
    DECLINED = "declined", "Declined"
    UNSUBSCRIBED = "unsubscribed", "Unsubscribed"


FOLLOWED = (SubscriptionStatus.CONFIRMED, SubscriptionStatus.AWAITING_REVIEW)
"""States in which a person has said yes and not left. On a moderated topic, staff may still have
to.
"""

SUBSCRIPTION_TRANSITIONS: Transitions = {
    SubscriptionStatus.PENDING: frozenset(
        {SubscriptionStatus.UNSUBSCRIBED, SubscriptionStatus.DECLINED}
    ),
    SubscriptionStatus.AWAITING_REVIEW: frozenset({SubscriptionStatus.PENDING}),
    SubscriptionStatus.CONFIRMED: frozenset(
        {SubscriptionStatus.PENDING, SubscriptionStatus.AWAITING_REVIEW}
    ),
    SubscriptionStatus.DECLINED: frozenset({SubscriptionStatus.AWAITING_REVIEW}),
    SubscriptionStatus.UNSUBSCRIBED: frozenset(
        {
            SubscriptionStatus.PENDING,
            SubscriptionStatus.AWAITING_REVIEW,
            SubscriptionStatus.CONFIRMED,
        }
    ),
}


class ApplicationStatus(TextChoices):
    """The state of an application to join a moderated topic.

    It follows the subscription's, which says whether the person gets email.
    """

    PENDING = "pending", "Not confirmed"
    AWAITING_REVIEW = "awaiting_review", "Awaiting review"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


APPLICATION_TRANSITIONS: Transitions = {
    ApplicationStatus.AWAITING_REVIEW: frozenset({ApplicationStatus.PENDING}),
    ApplicationStatus.ACCEPTED: frozenset({ApplicationStatus.AWAITING_REVIEW}),
    ApplicationStatus.DECLINED: frozenset({ApplicationStatus.AWAITING_REVIEW}),
    ApplicationStatus.WITHDRAWN: frozenset({ApplicationStatus.AWAITING_REVIEW}),
}


class ConsentAction(TextChoices):
    """The action that a consent record records: one for each transition of a subscription.

    The last three change no subscription. Discreet mode is recorded on each topic that is followed.
    """

    REQUESTED = "requested", "Asked to subscribe"
    CONFIRMED = "confirmed", "Confirmed"
    IMPORTED = "imported", "Imported with consent"
    ACCEPTED = "accepted", "Accepted by staff"
    DECLINED = "declined", "Declined by staff"
    UNSUBSCRIBED = "unsubscribed", "Unsubscribed"
    DISCREET = "discreet", "Switched discreet mode on"
    NOT_DISCREET = "not_discreet", "Switched discreet mode off"
    # By the link of a campaign, which may have been forwarded: so it is the owner's word of now
    # about words, and never the opt-in by which somebody comes back.
    AGREED_AGAIN = "agreed_again", "Agreed again"


LAST_WORDS = (
    ConsentAction.CONFIRMED,
    ConsentAction.IMPORTED,
    ConsentAction.ACCEPTED,
    ConsentAction.DECLINED,
    ConsentAction.UNSUBSCRIBED,
)
"""Actions that say whether a topic is followed. The last of a person's records of these stands.

A request is nobody's word until it is confirmed, and the others change no subscription, so they
may come later than an opt-out without taking it back.
"""

OPTED_OUT = (ConsentAction.UNSUBSCRIBED, ConsentAction.DECLINED)
"""Those of them after which nobody but the person brings them back."""


class ConsentMethod(TextChoices):
    """The way by which a consent or an opt-out came."""

    FORM = "form", "Sign-up page"
    EMBED = "embed", "Embedded form"
    MAIL_LINK = "mail_link", "Link in an email"
    ONE_CLICK = "one_click", "One-click unsubscribe"
    PREFERENCES = "preferences", "Preferences page"
    IMPORT = "import", "Import"
    STAFF = "staff", "Staff"
    COMPLAINT = "complaint", "Reported as spam"
    PROVIDER = "provider", "Unsubscribed at the email provider"
    TERM_ENDED = "term_ended", "Membership ended on its date"
    UNDECIDED = "undecided", "Application not decided in time"
    # Of `bootstrap --demo`: invented evidence says so itself, and can't pass for anybody's word.
    DEMO = "demo", "Demo data"


class WordingForm(TextChoices):
    """The place where people agree to a wording."""

    SIGN_UP = "sign_up", "Sign-up form"
    PREFERENCES = "preferences", "Preferences page"
    IMPORT = "import", "Import of a list"
    STAFF = "staff", "Staff"


FORM_OF_METHOD: dict[ConsentMethod, WordingForm] = {
    ConsentMethod.PREFERENCES: WordingForm.PREFERENCES,
    ConsentMethod.IMPORT: WordingForm.IMPORT,
    ConsentMethod.STAFF: WordingForm.STAFF,
}
"""The form of a wording by the way in which the consent came. Of all others it is a sign-up's."""


class TrimReason(TextChoices):
    """The reason for which the circumstances of a consent are no longer kept."""

    TIME = "time", "Kept for its time"
    ERASURE = "erasure", "Erased at their request"


class SubmissionKind(TextChoices):
    """The request of a public form."""

    SIGN_UP = "sign_up", "Sign-up"
    PREFERENCES_LINK = "preferences_link", "Link to the preferences"
    ADDRESS_CHECK = "address_check", "Which address we know"
    APPLICATION = "application", "Application to join"
    RSVP_LINK = "rsvp_link", "Link to answers to invitations"
    ARCHIVE_LINK = "archive_link", "Link to emails for subscribers"


class SuppressionReason(TextChoices):
    UNSUBSCRIBED_ALL = "unsubscribed_all", "Unsubscribed from everything"
    NEVER_AGAIN = "never_again", "Blocked all email"
    ERASED = "erased", "Erased at their request"
    HARD_BOUNCE = "hard_bounce", "Mailbox does not exist"
    SOFT_BOUNCES = "soft_bounces", "Mailbox rejects email"
    COMPLAINT = "complaint", "Reported as spam"
    STAFF = "staff", "Blocked by staff"
    DECEASED = "deceased", "Recorded as deceased"
    MERGED = "merged", "Merged with another record"


class ArchiveAccess(TextChoices):
    """The people who can read a campaign's email on our pages once it is sent."""

    PUBLIC = "public", "Anybody, under “Past emails”"
    SUBSCRIBERS = "subscribers", "Subscribers of the topic, by a link that we email them"
    NONE = "none", "Nobody"


class FieldKind(TextChoices):
    """The kind of a custom field. It is never changed once the field has values."""

    TEXT = "text", "Text"
    CHOICE = "choice", "Choice"
    DATE = "date", "Date"


class SuppressionScope(TextChoices):
    ALL = "all", "All email"
    BULK = "bulk", "Campaigns"


SCOPE_OF_REASON: dict[SuppressionReason, SuppressionScope] = {
    SuppressionReason.UNSUBSCRIBED_ALL: SuppressionScope.BULK,
    SuppressionReason.NEVER_AGAIN: SuppressionScope.ALL,
    SuppressionReason.ERASED: SuppressionScope.BULK,
    SuppressionReason.HARD_BOUNCE: SuppressionScope.ALL,
    SuppressionReason.SOFT_BOUNCES: SuppressionScope.BULK,
    SuppressionReason.COMPLAINT: SuppressionScope.BULK,
    SuppressionReason.STAFF: SuppressionScope.ALL,
    SuppressionReason.DECEASED: SuppressionScope.ALL,
    SuppressionReason.MERGED: SuppressionScope.ALL,
}

OF_THE_MAILBOX = (
    SuppressionReason.HARD_BOUNCE,
    SuppressionReason.SOFT_BOUNCES,
    SuppressionReason.MERGED,
)
"""Reasons that are about one mailbox, and not about the person who reads it."""

LIFTED_BY_OPT_IN: frozenset[SuppressionReason] = frozenset(
    {
        SuppressionReason.UNSUBSCRIBED_ALL,
        SuppressionReason.ERASED,
        SuppressionReason.SOFT_BOUNCES,
        SuppressionReason.COMPLAINT,
    }
)
"""Reasons that a person's own new confirmed opt-in lifts. The others need staff, with a note."""

LIFTED_BY_STAFF: frozenset[SuppressionReason] = frozenset(
    {
        SuppressionReason.HARD_BOUNCE,
        SuppressionReason.SOFT_BOUNCES,
        SuppressionReason.NEVER_AGAIN,
        SuppressionReason.STAFF,
        SuppressionReason.DECEASED,
        SuppressionReason.MERGED,
    }
)
"""Reasons that staff may lift, with a note: those about the mailbox, their own blocks, a death that
they recorded, a merge of theirs, and the one by which a person can no longer sign up. The others
are a person's own word about our email, which nobody takes back in their place.
"""


class ImportStep(TextChoices):
    """The step at which an uploaded list is. In those of `WORKED_ON` it waits for a worker."""

    READING = "reading", "Reading the file"
    COLUMNS = "columns", "Columns to be checked"
    CHECKING = "checking", "Checking the rows"
    CHECKED = "checked", "Ready to import"
    IMPORTING = "importing", "Importing"
    IMPORTED = "imported", "Imported"
    REFUSED = "refused", "Can’t be read"


WORKED_ON = (ImportStep.READING, ImportStep.CHECKING, ImportStep.IMPORTING)
"""Steps that a worker takes. The others are a person's, or the end."""

IMPORT_TRANSITIONS: Transitions = {
    ImportStep.COLUMNS: frozenset(
        {ImportStep.READING, ImportStep.CHECKING, ImportStep.CHECKED, ImportStep.IMPORTING}
    ),
    ImportStep.READING: frozenset({ImportStep.COLUMNS}),
    ImportStep.CHECKING: frozenset({ImportStep.COLUMNS, ImportStep.CHECKED}),
    ImportStep.CHECKED: frozenset({ImportStep.CHECKING}),
    ImportStep.IMPORTING: frozenset({ImportStep.CHECKED}),
    ImportStep.IMPORTED: frozenset({ImportStep.IMPORTING}),
    ImportStep.REFUSED: frozenset({ImportStep.READING}),
}
