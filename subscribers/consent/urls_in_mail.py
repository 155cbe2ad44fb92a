"""The addresses of pages that stand in mail.

Those that confirm or stop something never expire, so their shape is for ever; a test holds them to
urls.py. Those that show, change or destroy what is kept of a person are mailed to its owner on
request, and open for an hour.
"""

from django.conf import settings
from django.utils import timezone

from newsletter.core.tokens import Purpose, make_expiring_token, make_token


def confirm_url(subscriber_id: int) -> str:
    """Where the owner of an address confirms what was asked for.

    The token says when it was made (see `confirm.MADE_LONG_AGO`).
    """
    return f"{settings.SITE_URL}/confirm/{make_token(Purpose.CONFIRM, subscriber_id, int(timezone.now().timestamp()))}/"


def unsubscribe_url(subscription_id: int, campaign_id: int = 0) -> str:
    """Where a person leaves a topic, by button or by an RFC 8058 POST.

    Short: the header must stay on one line.

    Args:
        subscription_id: whose link it is.
        campaign_id: in which campaign it stands, for that campaign's report; 0 for none.
    """
    return f"{settings.SITE_URL}/u/{make_token(Purpose.UNSUBSCRIBE, subscription_id, campaign_id)}"


def preferences_url() -> str:
    """Where anybody may ask for the link to their own preferences.

    It holds no token: this mail may be passed on.
    """
    return f"{settings.SITE_URL}/preferences/"


def manage_url(subscriber_id: int) -> str:
    """Where a person sees and changes what we keep about them, for an hour."""
    return f"{settings.SITE_URL}/preferences/{make_expiring_token(Purpose.MANAGE, subscriber_id)}/"


def never_again_url(digest: str) -> str:
    """Where the owner of an address forbids us to write to it.

    It names the address by the beginning of its digest rather than by a subscriber's id, so that it
    still works when the unconfirmed sign-up, whose mail it stands in, has long been deleted.

    Args:
        digest: the keyed digest of the address.
    """
    subject, context = int(digest[:12], 16), int(digest[12:20], 16)
    return f"{settings.SITE_URL}/never/{make_token(Purpose.NEVER_AGAIN, subject, context)}/"


def digest_prefix(subject: int, context: int) -> str:
    """The 20 hex digits that `never_again_url` put into its token."""
    return f"{subject:012x}{context:08x}"


def erase_url(subscriber_id: int) -> str:
    """Where a person has all erased that we keep about them, for an hour."""
    return f"{settings.SITE_URL}/preferences/erase/{make_expiring_token(Purpose.ERASE, subscriber_id)}/"


def change_address_url(subscriber_id: int) -> str:
    """Where a person says which address they want to be written to at, for an hour."""
    return f"{settings.SITE_URL}/preferences/address/{make_expiring_token(Purpose.CHANGE_ADDRESS, subscriber_id)}/"


def new_address_url(change_id: int) -> str:
    """Where the owner of a new address says that it is theirs, for an hour."""
    return f"{settings.SITE_URL}/preferences/new-address/{make_expiring_token(Purpose.NEW_ADDRESS, change_id)}/"
