"""New passwords: set by a link, or changed by whoever is signed in."""

from django.contrib.auth.models import User
from django.db import transaction

from newsletter.audit.record import record
from staff.accounts.links import INVITATION, LinkKind, read
from staff.accounts.mail import send_account_changed, send_password_link
from staff.audit_actions import AccountAction
from staff.models import StaffSession


class LinkGone(ValueError):
    """A link that doesn't work, or not any more."""


@transaction.atomic
def send_link(account: User) -> bool:
    """Mail the owner of an account a link to a new password, because an administrator asks.

    Returns:
        Whether it was sent: not to an account that is closed or has no address, nor again and
        again.
    """
    locked = User.objects.select_for_update().get(pk=account.pk)
    if not locked.is_active or send_password_link(locked) is None:
        return False
    record(AccountAction.LINK_SENT, locked, label=locked.get_username())
    return True


@transaction.atomic
def set_password_by_link(token: str, kind: LinkKind, password: str) -> User:
    """Set the password of whoever was mailed this link. Their sessions end by that.

    Args:
        password: one that Django's rules accept.

    Raises:
        LinkGone: it was used, has expired, or never was one.
    """
    account = read(token, kind, lock=True)
    if account is None:
        raise LinkGone
    account.set_password(password)
    account.save(update_fields=["password"])
    StaffSession.objects.filter(account=account).delete()
    is_first = kind is INVITATION
    action = AccountAction.INVITATION_TAKEN if is_first else AccountAction.PASSWORD_RESET
    record(action, account, label=account.get_username())
    if not is_first:
        send_account_changed(account, "A new password was set by a link in an email.")
    return account


@transaction.atomic
def change_password(account: User, password: str) -> None:
    """Change the password of whoever is signed in. Their other sessions end by that.

    Args:
        password: one that Django's rules accept.
    """
    account.set_password(password)
    account.save(update_fields=["password"])
    record(AccountAction.PASSWORD_CHANGED, account, label=account.get_username())
    send_account_changed(account, "Its password was changed.")
