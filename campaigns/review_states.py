"""States of reviews, of their requests and comments, and of links that are tried."""

from django.db.models import TextChoices


class ReviewDecision(TextChoices):
    APPROVED = "approved", "Approved"
    RETURNED = "returned", "Changes requested"


class LinkOutcome(TextChoices):
    """The result of trying to open a link of a campaign."""

    REACHED = "reached", "Answered"
    NOT_FOUND = "not_found", "Not found"
    ASKS_TO_SIGN_IN = "asks_to_sign_in", "Asks people to sign in"
    SITE_FAILS = "site_fails", "The site fails"
    TURNED_AWAY = "turned_away", "The site turns programs away"
    NOT_PUBLIC = "not_public", "Inside of one network"
    NO_SUCH_NAME = "no_such_name", "No such site"
    NOT_CONNECTED = "not_connected", "Nobody answers"
    TOO_SLOW = "too_slow", "No answer in time"
    CERTIFICATE_EXPIRED = "certificate_expired", "Certificate has expired"
    CERTIFICATE_OF_ANOTHER = "certificate_of_another", "Certificate of another site"
    CERTIFICATE_UNTRUSTED = "certificate_untrusted", "Certificate isn’t trusted"
    TOO_MANY_REDIRECTS = "too_many_redirects", "Leads in a circle"
    NOT_TRIED = "not_tried", "Couldn’t be tried"


class ReviewEnding(TextChoices):
    """The reason why somebody need not review a campaign any more."""

    DECIDED = "decided", "Somebody decided"
    WITHDRAWN = "withdrawn", "Withdrawn"
    CHANGED = "changed", "Changed, so it is a draft again"
    CANCELLED = "cancelled", "Campaign cancelled"


class CommentEnding(TextChoices):
    """The way in which a reviewer's comment was settled."""

    DONE = "done", "Done"
    APPROVED = "approved", "Closed by an approval"
