"""The words of the preference centre about what was done, and about what stands in the way."""

from django.utils.translation import gettext_lazy as _

from subscribers.models import Suppression
from subscribers.states import SuppressionReason

SAVED = {
    "yes": _("Your preferences have been saved."),
    "partly": _("Your preferences have been saved, but one topic can’t be chosen any more."),
}
"""What the page says after it was saved, by its `?saved=`."""

HELD_BACK = {
    SuppressionReason.COMPLAINT: _(
        "We have stopped emailing you, because one of our emails to you was reported as spam."
    ),
    SuppressionReason.SOFT_BOUNCES: _(
        "We have stopped emailing you, because your mailbox rejected several of our emails."
    ),
}
"""Why somebody gets no campaigns though they follow topics. Any other reason is an opt-out."""


def why_held_back(suppression: Suppression) -> str:
    """Return why the person gets no campaigns until they opt in anew."""
    return str(
        HELD_BACK.get(
            SuppressionReason(suppression.reason),
            _("We have stopped emailing you, because we were told that you don’t want our emails."),
        )
    )
