"""The sentence in the footer of a campaign's email that says who gets it, and why."""

from django.utils.translation import get_language, gettext

from campaigns.models import Campaign
from newsletter.brand.current import current_brand
from newsletter.core.bidi import isolated


def recipients_reason(campaign: Campaign) -> str:
    """Return the sentence for a recipient, in the active language."""
    return gettext("You get this email because you subscribed to “%(topic)s” from %(brand)s.") % {
        "topic": _isolated(campaign.topic.local_name),
        "brand": _isolated(current_brand().name),
    }


def archived_reason(campaign: Campaign) -> str:
    """Return the sentence for whoever reads the email in the archive, in the active language."""
    return gettext("This email was sent to subscribers of “%(topic)s”.") % {
        "topic": _isolated(campaign.topic.local_name)
    }


def _isolated(name: str) -> str:
    return isolated(name, get_language() or "")
