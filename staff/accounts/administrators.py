"""Administrators, of whom one must always be left."""

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import Group, User
from django.db.models import Exists, OuterRef, Q, QuerySet

from staff.accounts.roles_of import groups_of
from staff.roles import ADMINISTRATOR


class LastAdministrator(Exception):
    """A change would leave nobody who can manage staff accounts."""

    def __init__(self) -> None:
        super().__init__(
            "This is the last account that can manage staff accounts. Make someone else an "
            "administrator first."
        )


def administrators() -> QuerySet[User]:
    """Select the accounts that can sign in and manage staff accounts.

    Without a password, as somebody who was invited and hasn't come yet, nobody can sign in.
    """
    member = User.groups.through.objects.filter(
        user_id=OuterRef("pk"), group__name=ADMINISTRATOR.name
    )
    return User.objects.filter(
        Exists(member) | Q(is_superuser=True), is_active=True, is_staff=True
    ).exclude(Q(password="") | Q(password__startswith=UNUSABLE_PASSWORD_PREFIX))


def one_after_the_other() -> None:
    """Let changes of accounts that must know of each other wait, until the transaction ends."""
    role = groups_of([ADMINISTRATOR])[0]
    Group.objects.select_for_update().get(pk=role.pk)


def keep_an_administrator(*, besides: User) -> None:
    """Make sure that somebody else can manage staff accounts, until the transaction ends.

    Whoever takes the role from somebody, or closes an administrator's account, asks this first, in
    the same transaction. Of two administrators who remove each other at the same time, the second
    is refused.

    Raises:
        LastAdministrator: there is nobody else.
    """
    one_after_the_other()
    if not administrators().exclude(pk=besides.pk).exists():
        raise LastAdministrator
