"""The URLs of pages that stand in mail.

Those that confirm or stop something never expire, so their shape is for ever; a test holds them to
urls.py. Those that show, change or destroy what is kept of a person are mailed to its owner on
request, and open for an hour.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from newsletter.core.tokens import Purpose, make_expiring_token, make_token
from subscribers.models import Subscriber


def confirm_url(subscriber: Subscriber) -> str:
    """Return the page on which the owner of an address confirms what was asked for.

    The token says when it was made (see `confirm.MADE_LONG_AGO`).
    """
    made_at = int(time_of_link_to(subscriber).timestamp())
    token = make_token(Purpose.CONFIRM, subscriber.pk, made_at)
    return f"{settings.SITE_URL}/confirm/{token}/"


def unsubscribe_url(subscription_id: int, campaign_id: int = 0, *, site: str = "") -> str:
    """Return the page on which a person leaves a topic, also by an RFC 8058 POST.

    It is short, because the header must stay on one line.

    Args:
        subscription_id: the subscription that ends.
        campaign_id: the campaign in which the link stands, for its report; 0 for none.
        site: the start of the link, where it isn't SITE_URL.
    """
    token = make_token(Purpose.UNSUBSCRIBE, subscription_id, campaign_id)
    return f"{site or settings.SITE_URL}/u/{token}"


def preferences_url() -> str:
    """Return the page on which anybody may ask for the link to their own preferences.

    It holds no token, because this mail may be passed on.
    """
    return f"{settings.SITE_URL}/preferences/"


def manage_url(subscriber: Subscriber) -> str:
    """Return the page on which a person sees and changes their data, for an hour."""
    return f"{settings.SITE_URL}/preferences/{_token_for(subscriber, Purpose.MANAGE)}/"


def never_again_url(digest: str) -> str:
    """Return the page on which the owner of an address blocks all mail to it.

    It names the address by the beginning of its digest rather than by a subscriber's id, so that it
    still works when the unconfirmed sign-up, whose mail it stands in, has long been deleted.

    Args:
        digest: the keyed digest of the address.
    """
    subject, context = int(digest[:12], 16), int(digest[12:20], 16)
    return f"{settings.SITE_URL}/never/{make_token(Purpose.NEVER_AGAIN, subject, context)}/"


def digest_prefix(subject: int, context: int) -> str:
    """Return the 20 hex digits that `never_again_url` put into its token."""
    return f"{subject:012x}{context:08x}"


def erase_url(subscriber: Subscriber) -> str:
    """Return the page on which a person has their data erased, for an hour."""
    token = _token_for(subscriber, Purpose.ERASE)
    return f"{settings.SITE_URL}/preferences/erase/{token}/"


def download_url(subscriber: Subscriber) -> str:
    """Return the page on which a person downloads all that is held of them, for an hour."""
    token = _token_for(subscriber, Purpose.DOWNLOAD)
    return f"{settings.SITE_URL}/preferences/download/{token}/"


def change_address_url(subscriber: Subscriber) -> str:
    """Return the page on which a person names another address, for an hour."""
    token = _token_for(subscriber, Purpose.CHANGE_ADDRESS)
    return f"{settings.SITE_URL}/preferences/address/{token}/"


def new_address_url(change_id: int) -> str:
    """Return the page on which the owner of a new address confirms it, for an hour."""
    token = make_expiring_token(Purpose.NEW_ADDRESS, change_id)
    return f"{settings.SITE_URL}/preferences/new-address/{token}/"


def answer_url(question_id: int) -> str:
    """Return the page on which an applicant answers a question, for ANSWER_LINK_LIFETIME."""
    return f"{settings.SITE_URL}/join/answer/{make_token(Purpose.ANSWER, question_id)}/"


def invitation_url(invitation_id: int) -> str:
    """Return the page on which an invitation to a topic is accepted, for KEEP_INVITATIONS."""
    return f"{settings.SITE_URL}/invitation/{make_token(Purpose.INVITATION, invitation_id)}/"


def _token_for(subscriber: Subscriber, purpose: Purpose) -> str:
    return make_expiring_token(purpose, subscriber.pk, now=time_of_link_to(subscriber))


def time_of_link_to(subscriber: Subscriber) -> datetime:
    """Return the time that a link to a person says it was made at: now, as a rule.

    A link that is older than their address opens nothing, and tokens hold whole seconds. So a link
    that is made in the second of the change is dated to the next: without that it would count as
    mailed to the earlier address.
    """
    since = subscriber.address_since
    if since is None:
        return timezone.now()
    return max(timezone.now(), since.replace(microsecond=0) + timedelta(seconds=1))
