"""Links in mail by which the owner of an account sets a password.

A link works once: what it signs holds the password of that moment.
"""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

_SALT = "staff link"
MAXIMUM_LENGTH = 300


@dataclass(frozen=True, slots=True)
class LinkKind:
    """A purpose of such a link. One never opens the page of another."""

    name: str
    page: str
    """The name of its URL."""
    lifetime: timedelta


INVITATION = LinkKind("invitation", "account_invitation", settings.INVITATION_LIFETIME)
PASSWORD = LinkKind("password", "account_new_password", settings.PASSWORD_LINK_LIFETIME)


def link_url(account: User, kind: LinkKind) -> str:
    """Make a link for the owner of this account.

    The token stands in the query, which logs leave out (config.log_masking).
    """
    return f"{settings.SITE_URL}{reverse(kind.page)}?{urlencode({'token': make(account, kind)})}"


def make(account: User, kind: LinkKind) -> str:
    """Make the token of a link."""
    return signing.dumps([account.pk, _state(account)], salt=f"{_SALT} {kind.name}")


def read(token: str, kind: LinkKind, *, lock: bool = False) -> User | None:
    """Return whose link it is. None where it is forged, used, expired, or of another kind.

    Args:
        token: as it came with a request.
        lock: lock the account's row, within the caller's transaction.
    """
    if len(token) > MAXIMUM_LENGTH:
        return None
    try:
        number, state = signing.loads(token, salt=f"{_SALT} {kind.name}", max_age=kind.lifetime)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    accounts = User.objects.select_for_update() if lock else User.objects.all()
    account = accounts.filter(pk=number, is_active=True, is_staff=True).first()
    if account is None or not constant_time_compare(state, _state(account)):
        return None
    return account


def _state(account: User) -> str:
    """Return a digest of what changes once a link has been used, or its mailbox is another's."""
    text = "\0".join([str(account.pk), account.password, account.email, str(account.last_login)])
    return salted_hmac(_SALT, text, algorithm="sha256").hexdigest()[:32]
