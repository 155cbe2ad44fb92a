"""Django's question "may this person …?", answered from the table of roles."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet

from staff.roles import ROLES, permissions_of

_CACHE = "_role_permissions"


class RolesBackend(ModelBackend):
    """Passwords as Django checks them; permissions by the roles that the account has right now.

    Permissions that Django's tables may hold for an account or a group count for nothing.
    """

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return the permissions of all roles of an active account, read once a request."""
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        kept: set[str] | None = getattr(user_obj, _CACHE, None)
        if kept is None:
            names = (
                list(ROLES)
                if user_obj.is_superuser
                else user_obj.groups.values_list("name", flat=True)
            )
            kept = set(permissions_of(names))
            setattr(user_obj, _CACHE, kept)
        return kept

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return self.get_group_permissions(user_obj, obj)

    def with_perm(
        self,
        perm: Any,
        is_active: bool | None = True,
        include_superusers: bool = True,
        obj: Any = None,
    ) -> QuerySet[User]:
        """Select the accounts that have a permission, by the table, too."""
        if obj is not None:
            return User.objects.none()
        roles = [role.name for role in ROLES.values() if perm in role.permissions]
        member = User.groups.through.objects.filter(user_id=OuterRef("pk"), group__name__in=roles)
        found = Q(Exists(member))
        if include_superusers:
            found |= Q(is_superuser=True)
        if is_active is not None:
            found &= Q(is_active=is_active)
        return User.objects.filter(found)
