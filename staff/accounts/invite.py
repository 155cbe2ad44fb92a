"""Invitations: an account for a colleague, who sets the password themselves."""

import re
from collections.abc import Iterable

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from newsletter.audit.record import record
from newsletter.brand.current import current_brand
from staff.accounts.mail import send_invitation
from staff.accounts.names import BadName, clean_name, parts_of
from staff.accounts.roles_of import groups_of
from staff.accounts.second_factor_due import note_need
from staff.accounts.unique_login import NotFree, free_username, own_address
from staff.audit_actions import AccountAction
from staff.roles import ROLES

LONGEST_USERNAME = 140
"""Characters of a username that is made of a name; Django's column has 150."""


class CannotInvite(ValueError):
    """An invitation that is refused.

    Attributes:
        field: the field of the form that it is about.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def invite(name: str, *, email: str, roles: Iterable[str], inviter: str) -> User:
    """Make an account without a password, and mail its owner a link to set one.

    Args:
        name: as an administrator typed it.
        email: likewise.
        roles: names of roles.
        inviter: the name of the administrator.

    Raises:
        CannotInvite: the name, the address or a role is refused, or there is such an account.
    """
    try:
        name = clean_name(name)
    except BadName as error:
        raise CannotInvite("name", str(error)) from error
    try:
        address = own_address(email)
    except NotFree as error:
        raise CannotInvite("email", str(error)) from error
    first, last = parts_of(name)
    given = sorted(set(roles))
    if unknown := [role for role in given if role not in ROLES]:
        raise CannotInvite("roles", f"There is no role {unknown[0]!r}.")
    account = User(
        username=free_username(_username_of(name)),
        email=address,
        first_name=first,
        last_name=last,
        is_staff=True,
    )
    account.set_unusable_password()
    account.save()
    account.groups.set(groups_of(ROLES[role] for role in given))
    note_need(account)
    record(AccountAction.INVITED, account, label=account.get_username(), roles=given)
    send_invitation(account, inviter=inviter)
    return account


@transaction.atomic
def invite_again(account: User, *, inviter: str) -> bool:
    """Send an invitation again that wasn't accepted yet.

    Returns:
        Whether it was sent: not to whoever has a password by now, nor without an address.
    """
    waiting = open_invitations().select_for_update().filter(pk=account.pk).first()
    if waiting is None or send_invitation(waiting, inviter=inviter) is None:
        return False
    record(AccountAction.INVITED_AGAIN, waiting, label=waiting.get_username())
    return True


@transaction.atomic
def withdraw(account: User) -> bool:
    """Take back an invitation that wasn't accepted yet, by making its account inactive.

    Returns:
        Whether it was: not from whoever has a password by now.
    """
    waiting = open_invitations().select_for_update().filter(pk=account.pk).first()
    if waiting is None:
        return False
    waiting.is_active = False
    waiting.set_unusable_password()  # another one, so that its link doesn't work later either
    waiting.save(update_fields=["is_active", "password"])
    record(AccountAction.INVITATION_WITHDRAWN, waiting, label=waiting.get_username())
    return True


def inviter_name(administrator: User) -> str:
    """Return how an invitation names whoever sends it."""
    return administrator.get_full_name() or f"An administrator of {current_brand().name}"


def open_invitations() -> QuerySet[User]:
    """Select the accounts whose owners haven't set a password yet."""
    return User.objects.filter(
        is_active=True, is_staff=True, password__startswith=UNUSABLE_PASSWORD_PREFIX
    ).order_by("-date_joined")


def _username_of(name: str) -> str:
    """Make a username of a name, such as ada.lovelace.

    In the form (NFKC) in which the sign-in page takes what is typed, or it could never be entered.
    """
    letters = User.normalize_username(name.casefold())
    return ".".join(re.findall(r"\w+", letters))[:LONGEST_USERNAME] or "staff"
