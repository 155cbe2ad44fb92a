"""The roles of an account, which are its groups."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, User
from django.db.models import QuerySet

from staff.roles import ROLES, Role


def groups_of(roles: Iterable[Role]) -> list[Group]:
    """Return the groups of these roles. One that is missing is made again."""
    wanted = [role.name for role in roles]
    found = {group.name: group for group in Group.objects.filter(name__in=wanted)}
    return [found.get(name) or Group.objects.get_or_create(name=name)[0] for name in wanted]


def groups_of_roles() -> QuerySet[Group]:
    """Select the groups that stand for roles."""
    return Group.objects.filter(name__in=list(ROLES))


def roles_of(account: User) -> list[Role]:
    """Return an account's roles, in the order of the table."""
    names = {group.name for group in account.groups.all()}
    return [role for role in ROLES.values() if role.name in names]
