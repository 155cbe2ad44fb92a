"""Invitations: an account for a colleague, who sets the password themselves."""

import re
from collections.abc import Iterable

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet

from newsletter.audit.record import record
from newsletter.core.addresses import BadAddress, parse_address
from staff.accounts.administrators import one_after_the_other
from staff.accounts.mail import send_invitation
from staff.accounts.names import BadName, clean_name, parts_of
from staff.accounts.roles_of import groups_of
from staff.accounts.second_factor_due import note_need
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
        first, last = parts_of(clean_name(name))
    except BadName as error:
        raise CannotInvite("name", str(error)) from error
    try:
        address = parse_address(email)
    except BadAddress as error:
        raise CannotInvite("email", str(error)) from error
    given = sorted(set(roles))
    if unknown := [role for role in given if role not in ROLES]:
        raise CannotInvite("roles", f"There is no role {unknown[0]!r}.")
    one_after_the_other()  # or a double click would make two accounts
    if User.objects.filter(Q(email__iexact=address) | Q(username__iexact=address)).exists():
        raise CannotInvite("email", "There is already a staff account with this email address.")
    account = User(
        username=_free_username(f"{first} {last}"),
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
        Whether it was sent: not to whoever has a password by now.
    """
    waiting = open_invitations().select_for_update().filter(pk=account.pk).first()
    if waiting is None:
        return False
    record(AccountAction.INVITED_AGAIN, waiting, label=waiting.get_username())
    send_invitation(waiting, inviter=inviter)
    return True


def open_invitations() -> QuerySet[User]:
    """Select the accounts whose owners haven't set a password yet."""
    return User.objects.filter(
        is_active=True, is_staff=True, password__startswith=UNUSABLE_PASSWORD_PREFIX
    ).order_by("-date_joined")


def _free_username(name: str) -> str:
    """Make a username of a name, such as ada.lovelace, with a number where it is taken.

    In the form (NFKC) in which the sign-in page takes what is typed, or it could never be entered.
    """
    letters = User.normalize_username(name.casefold())
    made = ".".join(re.findall(r"\w+", letters))[:LONGEST_USERNAME] or "staff"
    like_it = User.objects.filter(username__istartswith=made).values_list("username", flat=True)
    taken = {each.casefold() for each in like_it}
    names = [made, *(f"{made}-{number}" for number in range(2, len(taken) + 2))]
    return next(each for each in names if each not in taken)
