"""The addresses of pages that stand in mail. They never expire, so their shape is for ever; a test holds them to urls.py."""

from django.conf import settings

from newsletter.links import Purpose, make_token


def confirm_url(subscriber_id: int) -> str:
    """Where a person confirms what they asked for."""
    return f"{settings.SITE_URL}/confirm/{make_token(Purpose.CONFIRM, subscriber_id)}/"


def unsubscribe_url(subscription_id: int, campaign_id: int = 0) -> str:
    """Where a person leaves a topic, by button or by an RFC 8058 POST. Short: the header must stay on one line.

    Args:
        subscription_id: whose link it is.
        campaign_id: in which campaign it stands, for that campaign's report; 0 for none.
    """
    return f"{settings.SITE_URL}/u/{make_token(Purpose.UNSUBSCRIBE, subscription_id, campaign_id)}"


def preferences_url(subscriber_id: int) -> str:
    """Where a person sees and changes what we keep about them."""
    return f"{settings.SITE_URL}/preferences/{make_token(Purpose.PREFERENCES, subscriber_id)}/"


def never_again_url(digest: str) -> str:
    """Where the owner of an address forbids us to write to it.

    It names the address by the beginning of its digest rather than by a subscriber's id, so that it still works when the
    unconfirmed sign-up, whose mail it stands in, has long been deleted.

    Args:
        digest: the keyed digest of the address.
    """
    subject, context = int(digest[:12], 16), int(digest[12:20], 16)
    return f"{settings.SITE_URL}/never/{make_token(Purpose.NEVER_AGAIN, subject, context)}/"


def digest_prefix(subject: int, context: int) -> str:
    """The 20 hex digits that `never_again_url` put into its token."""
    return f"{subject:012x}{context:08x}"
